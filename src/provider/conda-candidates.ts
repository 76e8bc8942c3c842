import type { PackageName } from "../base/index.ts";
import type {
  CondaRecord,
  FileRecord,
  LaterRelease,
  MetadataFailure,
  ReleaseMetadata,
} from "../index/index.ts";
import type { Requirement } from "../requirement/index.ts";
import type { CondaCandidate } from "../version/index.ts";
import { AskedRecord } from "./asked-record.ts";
import type { CondaLayer } from "./conda-layer.ts";
import { condaNode } from "./conda-names.ts";
import type { Candidate, CandidateList, Refusal } from "./types.ts";

/** What tells a build from all others. */
export function recordKey({ channel, subdir, filename }: CondaRecord): string {
  return `${channel}/${subdir}/${filename}`;
}

/** The builds of a conda package, or of those that are a project, best first. */
abstract class Builds implements CandidateList {
  readonly provider: string;
  readonly name: PackageName;
  readonly source: string;
  readonly versions: readonly string[];
  protected readonly records: readonly CondaRecord[];
  protected readonly layer: CondaLayer;
  private readonly looked: (Candidate | Refusal | undefined)[] = [];
  private readonly asked: (CondaCandidate | undefined)[] = [];

  constructor(name: PackageName, records: readonly CondaRecord[], own: BuildsOptions) {
    this.name = name;
    this.records = records;
    this.layer = own.layer;
    this.provider = own.word;
    this.source = own.word;
    this.versions = records.map(({ version }) => version);
  }

  look(i: number): Candidate | Refusal {
    return (this.looked[i] ??= lookAt(this.record(i), this.layer));
  }

  condaRecord(i: number): CondaCandidate {
    return (this.asked[i] ??= new AskedRecord(this.record(i)));
  }

  providerOf(i: number): string {
    return this.record(i).channel;
  }

  key(i: number): string {
    return recordKey(this.record(i));
  }

  later(): readonly LaterRelease[] {
    return [];
  }

  fileNames(i: number): readonly string[] {
    return [this.record(i).filename];
  }

  abstract metadata(i: number): ReleaseMetadata | MetadataFailure;

  protected record(i: number): CondaRecord {
    return this.records[i] as CondaRecord;
  }
}

export interface BuildsOptions {
  readonly layer: CondaLayer;
  readonly word: string;
}

function lookAt(record: CondaRecord, layer: CondaLayer): Candidate | Refusal {
  for (const need of record.depends) {
    if (layer.meetsTarget(need)) continue;
    return { kind: "refusal", key: `system ${need}`, reason: { kind: "system", need } };
  }
  for (const need of record.constrains) {
    if (!need.startsWith("__") || layer.meetsTarget(need)) continue;
    if (!layer.virtual.has(need.split(/[\s=<>!~[]/)[0] as string)) continue;
    return { kind: "refusal", key: `system ${need}`, reason: { kind: "system", need } };
  }
  const { version, build } = record;
  return { kind: "candidate", version, build, file: fileOf(record), yanked: false };
}

function fileOf(record: CondaRecord): FileRecord {
  const { filename, url, sha256, md5, size, timestamp, channel, subdir } = record;
  return {
    filename,
    kind: "conda",
    url,
    folder: `${channel}/${subdir}`,
    yanked: false,
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(md5 === undefined ? {} : { md5 }),
    ...(size === undefined ? {} : { size }),
    ...(timestamp === undefined ? {} : { uploadTime: timestamp }),
  };
}

/** The builds of one conda package. */
export class CondaBuilds extends Builds {
  metadata(i: number): ReleaseMetadata | MetadataFailure {
    const record = this.record(i);
    const needs: Requirement[] = [];
    for (const text of record.depends) {
      if (text.startsWith("__")) continue;
      const need = this.layer.requirement(text);
      if (typeof need === "string") return { failure: need };
      needs.push(need);
    }
    return {
      requiresDist: [],
      extras: [],
      needs,
      constrains: this.constrains(record),
      twins: this.twins(record),
    };
  }

  /** Those that are about something a channel has; what cannot be read constrains nothing. */
  private constrains(record: CondaRecord): readonly Requirement[] {
    return record.constrains.flatMap((text) => {
      const requirement = this.layer.requirement(text);
      if (typeof requirement === "string" || requirement.name.startsWith("__")) return [];
      if (this.layer.firstWith(requirement.name) !== undefined) return [requirement];
      const projects = this.layer.projects(requirement.name);
      // A project may stand in for it, or be asked for outside of conda later on.
      for (const project of projects) {
        if (!this.layer.isPlayed(project)) this.layer.leaveUnlinked(record.name, project);
      }
      return projects.length === 0 ? [] : [requirement];
    });
  }

  /** Of a project that is asked for elsewhere too, the builds that it may then be. */
  private twins(record: CondaRecord): NonNullable<ReleaseMetadata["twins"]> {
    const twins = [];
    for (const project of this.layer.projects(record.name)) {
      if (this.layer.isPlayed(project))
        twins.push({ name: project, keys: this.keysOf(project, record) });
      else this.layer.leaveUnlinked(record.name, project);
    }
    return twins;
  }

  private keysOf(project: PackageName, { version }: CondaRecord): readonly string[] {
    const words = this.layer.order(project).filter((word) => this.layer.words.includes(word));
    return words.flatMap((word) =>
      this.layer
        .names(word, project)
        .flatMap((name) => this.layer.known(word, name))
        .filter((other) => other.version === version)
        .map(recordKey),
    );
  }
}

/** The builds of conda packages that are a project of PyPI: each stands for the package. */
export class ProjectBuilds extends Builds {
  metadata(i: number): ReleaseMetadata {
    const record = this.record(i);
    const twin = { name: condaNode(record.name), keys: [recordKey(record)] };
    return { requiresDist: [], extras: [], twins: [twin] };
  }
}
