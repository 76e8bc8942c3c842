import { isPromise, type MaybePromise, type PackageName, type Sha256 } from "../base/index.ts";
import type {
  FileRecord,
  LaterRelease,
  MetadataFailure,
  PackageIndex,
  ProjectRecord,
  ReleaseMetadata,
} from "../index/index.ts";
import { BestWheel, type RankWheel } from "./best-wheel.ts";
import type { Candidate, CandidateList, Provider, Refusal, RefusalReason } from "./types.ts";

export interface WheelOptions {
  readonly index: PackageIndex;
  readonly rankWheel: RankWheel;
  /** Whether a `Requires-Python` text admits the target's Python. */
  readonly admitsPython: (specifier: string) => boolean;
  /** By name, the SHA-256 digests that its files are restricted to. */
  readonly hashes: ReadonlyMap<PackageName, ReadonlySet<Sha256>>;
  /** Whether wheels of the name are refused (`--no-binary`). */
  readonly noBinary: (name: PackageName) => boolean;
  /** What stands instead of the `Requires-Python` of a version's files, if something does. */
  readonly requiresPython?: (name: PackageName, version: string) => string | undefined;
}

/** The provider of wheels: per version the one that fits the target best, of the user's indexes. */
export function wheelProvider(options: WheelOptions): Provider {
  return {
    name: "wheel",
    candidates: (name) => candidates(name, options),
    prefetch: (name) => options.index.prefetch(name),
  };
}

function candidates(
  name: PackageName,
  options: WheelOptions,
): MaybePromise<CandidateList | undefined> {
  const record = options.index.project(name);
  return isPromise(record)
    ? record.then((found) => listOf(found, options))
    : listOf(record, options);
}

function listOf(
  record: ProjectRecord | undefined,
  options: WheelOptions,
): CandidateList | undefined {
  return record === undefined ? undefined : new WheelCandidates(record, options);
}

const REFUSALS = new Map<string, Refusal>();

function refusal(reason: RefusalReason): Refusal {
  const key = reason.kind === "requires-python" ? `python ${reason.specifier}` : reason.kind;
  if (reason.kind === "requires-python") return { kind: "refusal", key, reason };
  let known = REFUSALS.get(key);
  if (known === undefined) REFUSALS.set(key, (known = { kind: "refusal", key, reason }));
  return known;
}

/** It always has its file. */
type WheelCandidate = Candidate & { readonly file: FileRecord };

class WheelCandidates implements CandidateList {
  readonly provider = "wheel";
  readonly name: PackageName;
  readonly source: string;
  readonly versions: readonly string[];
  private readonly record: ProjectRecord;
  private readonly options: WheelOptions;
  /** Of the version that is being decided. */
  private override: string | undefined;
  private readonly looked: (WheelCandidate | Refusal | undefined)[] = [];

  constructor(record: ProjectRecord, options: WheelOptions) {
    this.name = record.name;
    this.source = record.source;
    this.versions = record.versions;
    this.record = record;
    this.options = options;
  }

  look(i: number): WheelCandidate | Refusal {
    return (this.looked[i] ??= this.decide(i));
  }

  later(): readonly LaterRelease[] {
    return this.record.later?.() ?? [];
  }

  fileNames(i: number): readonly string[] {
    return this.record.files(i).map((file) => file.filename);
  }

  metadata(i: number): MaybePromise<ReleaseMetadata | MetadataFailure> {
    const found = this.look(i);
    if (found.kind === "refusal") throw new Error(`${this.name}: version ${i} is no candidate`);
    return this.options.index.metadata(this.name, found.file);
  }

  private decide(i: number): WheelCandidate | Refusal {
    const files = this.record.files(i);
    this.override = this.options.requiresPython?.(this.name, this.versions[i] as string);
    const best = new BestWheel();
    const bestYanked = new BestWheel();
    for (const file of files) {
      const rank = this.rank(file);
      if (rank !== undefined) (file.yanked === false ? best : bestYanked).offer(file, rank);
    }
    const file = best.file ?? bestYanked.file;
    if (file === undefined) return refusal(this.whyNone(files));
    const version = this.versions[i] as string;
    return { kind: "candidate", version, file, yanked: file.yanked };
  }

  /** How well a file fits; undefined where it cannot be used. */
  private rank(file: FileRecord): number | undefined {
    if (file.kind !== "wheel" || this.options.noBinary(this.name)) return undefined;
    const rank = this.options.rankWheel(file.filename);
    if (rank === undefined || !this.admits(file) || !this.hasHash(file)) return undefined;
    return rank;
  }

  private admits(file: FileRecord): boolean {
    const requiresPython = this.override ?? file.requiresPython;
    return requiresPython === undefined || this.options.admitsPython(requiresPython);
  }

  /** A file of unknown hash stays in: what is downloaded is checked. */
  private hasHash(file: FileRecord): boolean {
    const wanted = this.options.hashes.get(this.name);
    return wanted === undefined || file.sha256 === undefined || wanted.has(file.sha256);
  }

  private whyNone(files: readonly FileRecord[]): RefusalReason {
    if (files.length === 0) return { kind: "no-files" };
    const excluded = files.find((file) => !this.admits(file));
    if (excluded !== undefined && !files.some((file) => this.admits(file))) {
      return {
        kind: "requires-python",
        specifier: this.override ?? (excluded.requiresPython as string),
      };
    }
    const wheels = files.filter((file) => file.kind === "wheel");
    if (wheels.length === 0) return { kind: "only-sdist" };
    if (this.options.noBinary(this.name)) return { kind: "no-binary" };
    const fitting = wheels.filter((file) => this.options.rankWheel(file.filename) !== undefined);
    if (fitting.length === 0) return { kind: "no-wheel" };
    const python = fitting.find((file) => !this.admits(file));
    if (python !== undefined && fitting.every((file) => !this.admits(file))) {
      return {
        kind: "requires-python",
        specifier: this.override ?? (python.requiresPython as string),
      };
    }
    return { kind: "hash" };
  }
}
