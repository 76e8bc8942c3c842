import { isPromise, type MaybePromise, type PackageName } from "../base/index.ts";
import {
  bestSdist,
  type FileRecord,
  type LaterRelease,
  type MetadataFailure,
  type PackageIndex,
  type ProjectRecord,
  type ReleaseMetadata,
} from "../index/index.ts";
import type { Candidate, CandidateList, Provider, Refusal } from "./types.ts";

export interface SdistOptions {
  readonly index: PackageIndex;
  /** The target's Python, its release as numbers. */
  readonly python: readonly number[];
  /** Whether source distributions of the name are refused (`--only-binary`). */
  readonly onlyBinary: (name: PackageName) => boolean;
}

/** The provider of source distributions whose metadata the index knows, or finds out. */
export function sdistProvider(options: SdistOptions): Provider {
  return {
    name: "sdist",
    candidates(name) {
      const record = options.index.project(name);
      return isPromise(record)
        ? record.then((found) => listOf(found, options))
        : listOf(record, options);
    },
    prefetch: (name) => options.index.prefetch(name),
  };
}

function listOf(
  record: ProjectRecord | undefined,
  options: SdistOptions,
): CandidateList | undefined {
  return record === undefined ? undefined : new SdistCandidates(record, options);
}

const REFUSED: Refusal = {
  kind: "refusal",
  key: "only-binary",
  reason: { kind: "only-binary" },
};

/** The versions that have a source distribution. */
class SdistCandidates implements CandidateList {
  readonly provider = "sdist";
  readonly name: PackageName;
  readonly source: string;
  readonly versions: readonly string[];
  /** Where these versions stand in the record. */
  private readonly places: readonly number[];
  private readonly record: ProjectRecord;
  private readonly options: SdistOptions;

  constructor(record: ProjectRecord, options: SdistOptions) {
    this.name = record.name;
    this.source = record.source;
    this.record = record;
    this.options = options;
    const all = record.versions.map((_, i) => i);
    this.places = all.filter(
      (i) => record.hasSdist?.(i) ?? bestSdist(record.files(i)) !== undefined,
    );
    this.versions = this.places.map((i) => record.versions[i] as string);
  }

  look(i: number): Candidate | Refusal {
    if (this.options.onlyBinary(this.name)) return REFUSED;
    const file = this.file(i);
    return { kind: "candidate", version: this.versions[i] as string, file, yanked: file.yanked };
  }

  later(): readonly LaterRelease[] {
    return this.record.later?.() ?? [];
  }

  fileNames(i: number): readonly string[] {
    return [this.file(i).filename];
  }

  metadata(i: number): MaybePromise<ReleaseMetadata | MetadataFailure> {
    const { index, python } = this.options;
    const version = this.versions[i] as string;
    const file = this.file(i);
    const failure = `the dependencies of its sdist are only known once it is built`;
    return index.sdistMetadata?.(this.name, { version, file, python }) ?? { failure };
  }

  private file(i: number): FileRecord {
    return bestSdist(this.record.files(this.places[i] as number)) as FileRecord;
  }
}
