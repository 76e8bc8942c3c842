import { isPromise, type MaybePromise, type PackageName } from "../base/index.ts";
import type {
  CondaRecord,
  LaterRelease,
  MetadataFailure,
  ReleaseMetadata,
} from "../index/index.ts";
import { type CondaCandidate, compareConda } from "../version/index.ts";
import { CondaBuilds, ProjectBuilds } from "./conda-candidates.ts";
import type { CondaLayer } from "./conda-layer.ts";
import { condaNameOf, condaNode } from "./conda-names.ts";
import type { Candidate, CandidateList, Provider, Refusal } from "./types.ts";

type Found = MaybePromise<CandidateList | undefined>;

/** The provider of the channels of a word: of conda's packages, and of projects that they are. */
export function condaProvider(word: string, layer: CondaLayer): Provider {
  return {
    name: word,
    candidates(node) {
      const name = condaNameOf(node);
      return name === undefined
        ? projectBuilds(node, { word, layer })
        : packageBuilds(name, { word, layer });
    },
    prefetch: () => undefined,
  };
}

interface Source {
  readonly word: string;
  readonly layer: CondaLayer;
}

function packageBuilds(name: string, source: Source): Found {
  const { word, layer } = source;
  if (!layer.has(word, name) || isCovered(name, source)) return undefined;
  const records = layer.records(word, name);
  function made(found: readonly CondaRecord[]): CandidateList {
    return new CondaBuilds(condaNode(name), found, source);
  }
  return isPromise(records) ? records.then(made) : made(records);
}

/** Whether, by strict priority, an earlier channel gives the name. */
function isCovered(name: string, { word, layer }: Source): boolean {
  if (!layer.strict) return false;
  const order = layer.order(condaNode(name)).filter((one) => layer.words.includes(one));
  return order.slice(0, order.indexOf(word)).some((earlier) => layer.has(earlier, name));
}

function projectBuilds(project: PackageName, source: Source): Found {
  const { word, layer } = source;
  const names = layer.names(word, project).filter((name) => !isCovered(name, source));
  if (names.length === 0) return undefined;
  const found = names.map((name) => layer.records(word, name));
  function made(lists: readonly (readonly CondaRecord[])[]): CandidateList {
    return new ProjectBuilds(project, joinNames(lists), source);
  }
  if (!found.some(isPromise)) return made(found as (readonly CondaRecord[])[]);
  return Promise.all(found.map(async (records) => records)).then(made);
}

/** Builds of several names as one list: by version, of equal ones the preferred name first. */
function joinNames(lists: readonly (readonly CondaRecord[])[]): readonly CondaRecord[] {
  if (lists.length === 1) return lists[0] as readonly CondaRecord[];
  return lists
    .flat()
    .toSorted(
      (a, b) =>
        a.trackFeatures.length - b.trackFeatures.length || compareConda(b.version, a.version),
    );
}

/** The provider of what the target has of itself: virtual packages, and its Python at last. */
export function systemProvider(layer: CondaLayer): Provider {
  return {
    name: "system",
    candidates(node) {
      const name = condaNameOf(node);
      const virtual = name === undefined ? undefined : layer.virtual.get(name);
      if (virtual !== undefined) return new SystemPackages(node, [virtual]);
      if (name !== "python" || layer.systemPython.length === 0) return undefined;
      return new SystemPackages(node, layer.systemPython);
    },
    prefetch: () => undefined,
  };
}

class SystemPackages implements CandidateList {
  readonly provider = "system";
  readonly source = "system";
  readonly name: PackageName;
  readonly versions: readonly string[];
  private readonly packages: readonly CondaCandidate[];

  constructor(name: PackageName, packages: readonly CondaCandidate[]) {
    this.name = name;
    this.packages = packages;
    this.versions = packages.map(({ version }) => version);
  }

  look(i: number): Candidate {
    const { version, build } = this.condaRecord(i);
    return { kind: "candidate", version, build, yanked: false, standsFor: "system" };
  }

  condaRecord(i: number): CondaCandidate {
    return this.packages[i] as CondaCandidate;
  }

  later(): readonly LaterRelease[] {
    return [];
  }

  fileNames(): readonly string[] {
    return [];
  }

  metadata(): ReleaseMetadata {
    return { requiresDist: [], extras: [] };
  }
}

/**
 * A provider of PyPI's projects that stands in for conda packages too: a need of conda's numpy can
 * be met by a wheel. Where a channel that comes before it has the package, only if the project is
 * asked for outside of conda.
 */
export function standInProvider(base: Provider, layer: CondaLayer): Provider {
  function projectOf(node: PackageName, name: string): PackageName | undefined {
    const [project, ...others] = layer.projects(name);
    if (project === undefined || others.length > 0) return undefined;
    const order = layer.order(node);
    const before = order.slice(0, order.indexOf(base.name));
    if (layer.isPlayed(project) || !before.some((word) => layer.has(word, name))) return project;
    layer.leaveUnlinked(name, project);
    return undefined;
  }
  return {
    name: base.name,
    candidates(node) {
      const name = condaNameOf(node);
      if (name === undefined) return base.candidates(node);
      const project = projectOf(node, name);
      if (project === undefined) return undefined;
      const found = base.candidates(project);
      function made(list: CandidateList | undefined): CandidateList | undefined {
        return list === undefined ? undefined : new StandIns(node, list);
      }
      return isPromise(found) ? found.then(made) : made(found);
    },
    prefetch(node) {
      if (condaNameOf(node) === undefined) base.prefetch(node);
    },
  };
}

/** Candidates of a project in the place of a conda package. */
class StandIns implements CandidateList {
  readonly provider: string;
  readonly source: string;
  readonly name: PackageName;
  readonly versions: readonly string[];
  private readonly list: CandidateList;

  constructor(name: PackageName, list: CandidateList) {
    this.name = name;
    this.list = list;
    this.provider = list.provider;
    this.source = list.source;
    this.versions = list.versions;
  }

  look(i: number): Candidate | Refusal {
    const found = this.list.look(i);
    if (found.kind === "refusal") return found;
    const { version, yanked } = found;
    return { kind: "candidate", version, yanked, standsFor: "project" };
  }

  later(): readonly LaterRelease[] {
    return this.list.later();
  }

  fileNames(i: number): readonly string[] {
    return this.list.fileNames(i);
  }

  metadata(i: number): ReleaseMetadata | MetadataFailure {
    const key = `${this.list.providerOf?.(i) ?? this.list.provider} ${this.versions[i]}`;
    return { requiresDist: [], extras: [], twins: [{ name: this.list.name, keys: [key] }] };
  }
}
