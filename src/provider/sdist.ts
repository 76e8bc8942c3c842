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
  private readonly files: readonly FileRecord[];
  private readonly record: ProjectRecord;
  private readonly options: SdistOptions;

  constructor(record: ProjectRecord, options: SdistOptions) {
    this.name = record.name;
    this.source = record.source;
    this.record = record;
    this.options = options;
    const found = record.versions.flatMap((version, i) => {
      const file = bestSdist(record.files(i));
      return file === undefined ? [] : [{ version, file }];
    });
    this.versions = found.map(({ version }) => version);
    this.files = found.map(({ file }) => file);
  }

  look(i: number): Candidate | Refusal {
    if (this.options.onlyBinary(this.name)) return REFUSED;
    const file = this.files[i] as FileRecord;
    return { kind: "candidate", version: this.versions[i] as string, file, yanked: file.yanked };
  }

  later(): readonly LaterRelease[] {
    return this.record.later?.() ?? [];
  }

  fileNames(i: number): readonly string[] {
    return [(this.files[i] as FileRecord).filename];
  }

  metadata(i: number): MaybePromise<ReleaseMetadata | MetadataFailure> {
    const { index, python } = this.options;
    const version = this.versions[i] as string;
    const file = this.files[i] as FileRecord;
    const failure = `the dependencies of its sdist are only known once it is built`;
    return index.sdistMetadata?.(this.name, { version, file, python }) ?? { failure };
  }
}
