import type { MaybePromise, PackageName, Place } from "../base/index.ts";
import type { FileRecord, LaterRelease, MetadataFailure, ReleaseMetadata } from "../index/index.ts";
import type { CondaCandidate } from "../version/index.ts";

/** One installable build of a name. */
export interface Candidate {
  readonly kind: "candidate";
  readonly version: string;
  /** Absent where there is nothing to fetch (nixpkgs). */
  readonly file?: FileRecord;
  /** Conda's build string. */
  readonly build?: string;
  /** The attribute below `pkgs.pythonXY.pkgs` (nixpkgs). */
  readonly attribute?: string;
  /** PEP 592: such a candidate is for those who pin it. */
  readonly yanked: string | false;
  /** It is installed by nobody: the system has it, or it is a candidate of a project (`twins`). */
  readonly standsFor?: "system" | "project";
}

/** Why a version is no candidate; versions with equal `key` are refused for the same reason. */
export interface Refusal {
  readonly kind: "refusal";
  readonly key: string;
  readonly reason: RefusalReason;
}

export type RefusalReason =
  | { readonly kind: "requires-python"; readonly specifier: string }
  /** Wheels, but none with a tag of the target. */
  | { readonly kind: "no-wheel" }
  | { readonly kind: "only-sdist" }
  | { readonly kind: "no-files" }
  | { readonly kind: "no-sdist" }
  /** A source distribution behind a wheel of the same version: what the wheel needs, it would, too. */
  | { readonly kind: "has-wheel" }
  /** Source distributions of the name are not wanted (`--only-binary`). */
  | { readonly kind: "only-binary" }
  /** Wheels of the name are not wanted (`--no-binary`). */
  | { readonly kind: "no-binary" }
  /** No file has one of the hashes asked for (`--hash`). */
  | { readonly kind: "hash" }
  /** A source distribution, after some others of the project, which are named, could not be built. */
  | { readonly kind: "not-tried"; readonly failed: readonly string[] }
  /** The user excluded it. */
  | { readonly kind: "excluded"; readonly reason: string; readonly place?: Place }
  /** Uploaded less than so many milliseconds before the snapshot date. */
  | { readonly kind: "too-young"; readonly age: number; readonly uploadTime: number }
  /** It needs another Python or another system than the target: a match specification. */
  | { readonly kind: "system"; readonly need: string };

/**
 * The builds of a name that a provider knows, best first. Whether version `i` has one for the
 * target is found out when it is looked at, and remembered.
 */
export interface CandidateList {
  readonly provider: string;
  readonly name: PackageName;
  /** Where they come from, for messages. */
  readonly source: string;
  /** Newest first. */
  readonly versions: readonly string[];
  look(i: number): Candidate | Refusal;
  /** What match specifications can ask of version `i`; absent, or undefined, for PyPI and nixpkgs. */
  condaRecord?(i: number): CondaCandidate | undefined;
  /** What tells candidate `i` from all others of its name; else its provider and version do. */
  key?(i: number): string;
  /** The provider of version `i`, where several have been put into one list. */
  providerOf?(i: number): string;
  /** Where lists that were put together begin: only between those are versions sorted. */
  readonly starts?: readonly number[];
  /** The list to use where those lists come before this one. */
  behind?(earlier: readonly CandidateList[]): CandidateList;
  /** What appeared only after the snapshot date, newest first, for explanations. */
  later(): readonly LaterRelease[];
  /** The file names of a version, for explanations. */
  fileNames(i: number): readonly string[];
  /** The metadata of a candidate. Throws UserError only for network and integrity failures. */
  metadata(i: number): MaybePromise<ReleaseMetadata | MetadataFailure>;
  /** Where `metadata` may be that of another file of the release (`standIn`): what its own file says. */
  ownMetadata?(i: number): MaybePromise<ReleaseMetadata | MetadataFailure>;
}

/** A source of candidates. */
export interface Provider {
  readonly name: string;
  /** The candidates of a name, or undefined where the provider does not know the name. */
  candidates(name: PackageName): MaybePromise<CandidateList | undefined>;
  /** Begins loading what `candidates` will give; never throws, never waits. */
  prefetch(name: PackageName): void;
}
