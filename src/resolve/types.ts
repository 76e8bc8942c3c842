import type { PackageName, Report } from "../base/index.ts";
import type { FileRecord, PackageIndex } from "../index/index.ts";
import type { Requirement } from "../requirement/index.ts";
import type { Target } from "../target/index.ts";

/** What to resolve, and how. */
export interface ResolveInput {
  readonly requirements: readonly Requirement[];
  readonly constraints: readonly Requirement[];
  readonly target: Target;
  readonly index: PackageIndex;
  /** `_default` and per-package provider lists: earlier providers win whatever the version. */
  readonly providers: Readonly<Record<string, readonly string[]>>;
  /** Versions to keep where they still fit: a former lock's pins. */
  readonly preferences: ReadonlyMap<PackageName, string>;
  /** Admit pre-releases of every project. */
  readonly prereleases: boolean;
  /** Snapshot date in milliseconds, for explanations. */
  readonly date: number;
  readonly report: Report;
}

export interface ResolvedPin {
  readonly name: PackageName;
  readonly version: string;
  readonly provider: string;
  readonly file: FileRecord;
  /** In effect, sorted. */
  readonly extras: readonly string[];
  /** Sorted names of the pins this one depends on. */
  readonly dependencies: readonly PackageName[];
  /** Sorted: pin names, or `input`. */
  readonly requestedBy: readonly string[];
}

export interface Resolution {
  readonly kind: "resolution";
  /** Sorted by name. */
  readonly pins: readonly ResolvedPin[];
  /** Candidates passed over because their metadata or files were unusable. */
  readonly skipped: readonly { readonly name: PackageName; readonly version: string; readonly reason: string }[];
}
