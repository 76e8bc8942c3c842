import { isPromise, type MaybePromise, type PackageName } from "../base/index.ts";
import type {
  LaterRelease,
  MetadataFailure,
  NixpkgsList,
  NixpkgsPackage,
  PackageIndex,
  ProjectRecord,
  ReleaseMetadata,
} from "../index/index.ts";
import { comparePep440, tryParsePep440 } from "../version/index.ts";
import type { Candidate, CandidateList, Provider } from "./types.ts";

export interface NixpkgsOptions {
  readonly list: NixpkgsList;
  /** Knows what a release of the same version needs. */
  readonly index: PackageIndex;
  /** The target's Python, its release as numbers. */
  readonly python: readonly number[];
}

/**
 * The provider of what a nixpkgs has: a candidate for each version among a project's attributes. What
 * one needs is what the package itself says, else what the index knows of the same version (from a
 * wheel, or its sdist), else what nixpkgs gives it, whatever version. Its Python is nixpkgs' business.
 */
export function nixpkgsProvider(options: NixpkgsOptions): Provider {
  const python = options.python.slice(0, 2).join(".");
  return {
    name: "nixpkgs",
    candidates(name) {
      const packages = options.list.packages(name, python);
      return packages.length === 0 ? undefined : new NixpkgsCandidates(packages, options);
    },
    prefetch: () => undefined,
  };
}

class NixpkgsCandidates implements CandidateList {
  readonly provider = "nixpkgs";
  readonly name: PackageName;
  readonly source: string;
  readonly versions: readonly string[];
  private readonly packages: readonly NixpkgsPackage[];
  private readonly options: NixpkgsOptions;

  constructor(packages: readonly NixpkgsPackage[], options: NixpkgsOptions) {
    this.name = (packages[0] as NixpkgsPackage).name;
    this.source = options.list.source;
    this.versions = packages.map(({ version }) => version);
    this.packages = packages;
    this.options = options;
  }

  look(i: number): Candidate {
    const { version, attribute } = this.packages[i] as NixpkgsPackage;
    return { kind: "candidate", version, attribute, yanked: false };
  }

  later(): readonly LaterRelease[] {
    return [];
  }

  fileNames(): readonly string[] {
    return [];
  }

  metadata(i: number): MaybePromise<ReleaseMetadata | MetadataFailure> {
    const own = this.packages[i] as NixpkgsPackage;
    if (own.requirements !== undefined) return { requiresDist: own.requirements, extras: [] };
    const record = this.options.index.project(own.name);
    return isPromise(record)
      ? record.then((found) => this.indexed(own, found))
      : this.indexed(own, record);
  }

  private indexed(
    own: NixpkgsPackage,
    record: ProjectRecord | undefined,
  ): MaybePromise<ReleaseMetadata | MetadataFailure> {
    const at = record?.versions.findIndex((version) => isSame(version, own.version)) ?? -1;
    if (record === undefined || at < 0) return this.bare(own);
    const found = this.ofIndex(own, record, at);
    const orBare = (known: ReleaseMetadata | MetadataFailure | undefined): ReleaseMetadata => {
      if (known === undefined || "failure" in known) return this.bare(own);
      return { requiresDist: known.requiresDist, extras: known.extras };
    };
    return isPromise(found) ? found.then(orBare) : orBare(found);
  }

  private ofIndex(
    { name }: NixpkgsPackage,
    record: ProjectRecord,
    at: number,
  ): MaybePromise<ReleaseMetadata | MetadataFailure | undefined> {
    const { index, python } = this.options;
    const files = record.files(at);
    const version = record.versions[at] as string;
    const wheel = files.find(({ kind }) => kind === "wheel");
    // A wheel's metadata is there to be read; an sdist's may have to be built.
    if (wheel !== undefined) return index.metadata(name, wheel);
    if (!files.some(({ kind }) => kind === "sdist")) return undefined;
    return index.sdistMetadata?.(name, { version, python });
  }

  /** What nixpkgs gives it, as far as nixpkgs has it as a project. */
  private bare({ name, dependencies }: NixpkgsPackage): ReleaseMetadata {
    const { list, python } = this.options;
    const minor = python.slice(0, 2).join(".");
    const known = dependencies.filter((other) => other !== name && list.has(other, minor));
    return { requiresDist: known, extras: [] };
  }
}

function isSame(a: string, b: string): boolean {
  const [x, y] = [tryParsePep440(a), tryParsePep440(b)];
  return x !== undefined && y !== undefined && comparePep440(x, y) === 0;
}
