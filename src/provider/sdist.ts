import { isPromise, type MaybePromise, type PackageName, type Sha256 } from "../base/index.ts";
import {
  bestSdist,
  type FileRecord,
  type LaterRelease,
  type MetadataFailure,
  type PackageIndex,
  type ProjectRecord,
  type ReleaseMetadata,
} from "../index/index.ts";
import { nearestWheel } from "./nearest-wheel.ts";
import type { Candidate, CandidateList, Provider, Refusal } from "./types.ts";

export interface SdistOptions {
  readonly index: PackageIndex;
  /** The target's Python, its release as numbers. */
  readonly python: readonly number[];
  /** What platform tags of the target's system have in them: `linux`, `macosx`, `win`. */
  readonly system: string;
  /** Whether source distributions of the name are refused (`--only-binary`). */
  readonly onlyBinary: (name: PackageName) => boolean;
  /** Whether a `Requires-Python` text admits the target's Python. */
  readonly admitsPython: (specifier: string) => boolean;
  /** By name, the SHA-256 digests that its files are restricted to. */
  readonly hashes: ReadonlyMap<PackageName, ReadonlySet<Sha256>>;
  /** What stands for the `Requires-Python` of a version, where something does. */
  readonly requiresPython: (name: PackageName, version: string) => string | undefined;
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

/** Refusals that are the same for every version. */
const NO_SDIST: Refusal = { kind: "refusal", key: "no-sdist", reason: { kind: "no-sdist" } };
const HAS_WHEEL: Refusal = { kind: "refusal", key: "has-wheel", reason: { kind: "has-wheel" } };
const ONLY_BINARY: Refusal = {
  kind: "refusal",
  key: "only-binary",
  reason: { kind: "only-binary" },
};
const OTHER_HASH: Refusal = { kind: "refusal", key: "hash", reason: { kind: "hash" } };

/** The source distribution of each version. */
class SdistCandidates implements CandidateList {
  readonly provider = "sdist";
  readonly name: PackageName;
  readonly source: string;
  readonly versions: readonly string[];
  private readonly record: ProjectRecord;
  private readonly options: SdistOptions;
  /** The same versions' wheels, where those come first. */
  private readonly wheels: CandidateList | undefined;

  constructor(record: ProjectRecord, options: SdistOptions, wheels?: CandidateList) {
    this.name = record.name;
    this.source = record.source;
    this.versions = record.versions;
    this.record = record;
    this.options = options;
    this.wheels = wheels;
  }

  behind(earlier: readonly CandidateList[]): CandidateList {
    const wheels = earlier.find(
      ({ provider, versions }) => provider === "wheel" && areSame(versions, this.versions),
    );
    return new SdistCandidates(this.record, this.options, wheels);
  }

  look(i: number): Candidate | Refusal {
    if (this.wheels?.look(i).kind === "candidate") return HAS_WHEEL;
    const file = this.file(i);
    if (file === undefined) return NO_SDIST;
    if (this.options.onlyBinary(this.name)) return ONLY_BINARY;
    const version = this.versions[i] as string;
    const specifier = this.options.requiresPython(this.name, version) ?? file.requiresPython;
    if (specifier !== undefined && !this.options.admitsPython(specifier)) {
      return {
        kind: "refusal",
        key: `python ${specifier}`,
        reason: { kind: "requires-python", specifier },
      };
    }
    const wanted = this.options.hashes.get(this.name);
    if (wanted !== undefined && file.sha256 !== undefined && !wanted.has(file.sha256)) {
      return OTHER_HASH;
    }
    return { kind: "candidate", version, file, yanked: file.yanked };
  }

  later(): readonly LaterRelease[] {
    return this.record.later?.() ?? [];
  }

  fileNames(i: number): readonly string[] {
    const file = this.file(i);
    return file === undefined ? [] : [file.filename];
  }

  metadata(i: number): MaybePromise<ReleaseMetadata | MetadataFailure> {
    return this.ask(i, nearestWheel(this.record.files(i), this.options));
  }

  ownMetadata(i: number): MaybePromise<ReleaseMetadata | MetadataFailure> {
    return this.ask(i, undefined);
  }

  private ask(
    i: number,
    wheel: FileRecord | undefined,
  ): MaybePromise<ReleaseMetadata | MetadataFailure> {
    const { index, python } = this.options;
    const version = this.versions[i] as string;
    const file = this.file(i);
    const failure = `the dependencies of its sdist are only known once it is built`;
    if (file === undefined) throw new Error(`${this.name}: version ${i} is no candidate`);
    const request = { version, file, python, ...(wheel === undefined ? {} : { wheel }) };
    return index.sdistMetadata?.(this.name, request) ?? { failure };
  }

  private file(i: number): FileRecord | undefined {
    return this.record.hasSdist?.(i) === false ? undefined : bestSdist(this.record.files(i));
  }
}

function areSame(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((version, i) => version === b[i]));
}
