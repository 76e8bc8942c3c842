import type { MaybePromise, PackageName, Report, UserError } from "../base/index.ts";
import type { FileRecord, NixpkgsList, PackageIndex, ReleaseMetadata } from "../provider/index.ts";
import type { CandidateList, CondaOptions, RefusalReason } from "../provider/index.ts";
import type { Derivation } from "../pubgrub/index.ts";
import type { DirectReference, Requirement } from "../requirement/index.ts";
import type { Target } from "../target/index.ts";
import type { SpecifierSet } from "../version/index.ts";
import type { Renewal } from "./keep-order.ts";
import type { Remedy } from "./remedies/types.ts";
import type { HeldBack, MetadataOverride, Steering } from "./steering.ts";

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
  /** What is upgraded although the rest is to stay as preferences say. */
  readonly renewal?: Renewal;
  /** Versions that other targets have: of one provider's candidates they come first. */
  readonly siblings?: ReadonlyMap<PackageName, string>;
  readonly steering?: Steering;
  /** Conda's channels, where there are any among the providers, or requirements in conda's terms. */
  readonly conda?: CondaOptions;
  /** What nixpkgs has, for the provider of that name. */
  readonly nixpkgs?: NixpkgsList;
  /** Admit pre-releases of every project. */
  readonly prereleases: boolean;
  /** Snapshot date in milliseconds, for explanations. */
  readonly date: number;
  readonly report: Report;
  /** Asked before each decision; when it says false, `resolve` throws Stopped. */
  readonly goOn?: () => boolean;
  /** Normalized names whose wheels are refused, or `:all:`. */
  readonly noBinary?: readonly string[];
  /** Normalized names whose source distributions are refused, or `:all:`. */
  readonly onlyBinary?: readonly string[];
  /**
   * The wheel that a direct reference names, or why it cannot be used. Asked once a reference.
   * Without it, a direct reference is an error.
   */
  readonly referenceFile?: (
    reference: DirectReference,
    requirement: Requirement,
  ) => MaybePromise<ReferencedFile | UserError>;
}

/** What a direct reference gives. */
export interface ReferencedFile {
  readonly file: FileRecord;
  /** The project's name, where the requirement may not have said it. */
  readonly name?: PackageName;
  readonly version: string;
  readonly metadata: ReleaseMetadata;
}

export interface ResolvedPin {
  readonly name: PackageName;
  readonly version: string;
  /** `wheel`, `sdist`, `nixpkgs`, a channel, or `reference` for what a direct reference names. */
  readonly provider: string;
  /** Absent for nixpkgs. */
  readonly file?: FileRecord;
  /** Conda's build string. */
  readonly build?: string;
  /** Conda's name of the package, where it differs from `name`. */
  readonly condaName?: string;
  /** The attribute below `pkgs.pythonXY.pkgs` (nixpkgs). */
  readonly attribute?: string;
  /** In effect, sorted. */
  readonly extras: readonly string[];
  /** Sorted names of the pins this one depends on. */
  readonly dependencies: readonly PackageName[];
  /** Sorted: pin names, or `input`. */
  readonly requestedBy: readonly string[];
}

/** A candidate passed over because its metadata or files were unusable. */
export interface SkippedCandidate {
  readonly name: PackageName;
  readonly version: string;
  readonly reason: string;
}

export interface Resolution {
  readonly kind: "resolution";
  /** Sorted by name. */
  readonly pins: readonly ResolvedPin[];
  /** Sorted by name, then in order of discovery. */
  readonly skipped: readonly SkippedCandidate[];
  /** Newer releases of pins that were too young, sorted by name. */
  readonly heldBack: readonly HeldBack[];
}

/** Why an incompatibility holds. */
export type ConflictCause =
  | { readonly kind: "root" }
  /** The user's own requirement. */
  | { readonly kind: "input"; readonly requirement: Requirement }
  | { readonly kind: "constraint"; readonly requirement: Requirement }
  /** A `Requires-Dist` of the first term's package. */
  | {
      readonly kind: "requires";
      readonly name: PackageName;
      readonly extras: readonly string[];
      readonly specifiers: SpecifierSet;
      readonly reference?: DirectReference;
      /** Where it is in conda's terms: the match specification. */
      readonly need?: string;
      /** Where the user's own metadata says so. */
      readonly override?: MetadataOverride;
    }
  /** Conda's `constrains`: where the package is there, it has to be like this. */
  | { readonly kind: "constrains"; readonly name: PackageName; readonly need: string }
  /** The same thing under two names: a conda package and a project of PyPI. */
  | { readonly kind: "twin"; readonly name: PackageName }
  | { readonly kind: "refused"; readonly reason: RefusalReason }
  | { readonly kind: "yanked"; readonly reason: string }
  /** Broken metadata, or requirements that cannot be met by anything. */
  | { readonly kind: "broken"; readonly reason: string; readonly built?: boolean }
  /** No version is left. */
  | { readonly kind: "exhausted" };

/** A package of a conflict's terms: a project, or an extra of one. */
export interface ConflictPackage {
  readonly name: PackageName;
  readonly extra?: string;
  /** Newest first; versions that direct references name come last. */
  readonly versions: readonly string[];
  /** Absent where no index has the name. */
  readonly list?: CandidateList;
  /** How each direct reference reads, by its place behind the listed versions. */
  readonly references: readonly string[];
}

/** There is no resolution, and why, as data. */
export interface Conflict {
  readonly kind: "conflict";
  readonly tree: Derivation<ConflictCause>;
  /** By the numbers that terms use; the first is the input itself. */
  readonly packages: readonly ConflictPackage[];
  readonly target: Target;
  /** Provider order by name, `_default` among them. */
  readonly providers: Readonly<Record<string, readonly string[]>>;
  readonly date: number;
  /** Changes that have been tried and help, cheapest first; absent where none were looked for. */
  readonly remedies?: readonly Remedy[];
  /** Names that were asked for, or found on the way: what a misspelt name can be compared with. */
  readonly knownNames: readonly PackageName[];
  readonly skipped: readonly SkippedCandidate[];
}
