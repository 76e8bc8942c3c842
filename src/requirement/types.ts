import type { PackageName, Place } from "../base/index.ts";
import type { MatchSpec, SpecifierSet } from "../version/index.ts";

/** One comparison, or an `and`/`or` of markers (PEP 508 "Environment Markers"). */
export type Marker =
  | {
      readonly kind: "compare";
      readonly left: MarkerValue;
      readonly op: string;
      readonly right: MarkerValue;
    }
  | { readonly kind: "and" | "or"; readonly operands: readonly Marker[] };

export type MarkerValue =
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "text"; readonly text: string };

/** A reference that names its source instead of a version (PEP 508 direct reference). */
export type DirectReference =
  | {
      readonly kind: "archive";
      readonly url: string;
      readonly hashes: readonly FileHash[];
      readonly subdirectory?: string;
    }
  | {
      readonly kind: "git";
      readonly url: string;
      readonly ref?: string;
      readonly subdirectory?: string;
    }
  | { readonly kind: "path"; readonly path: string; readonly subdirectory?: string };

/** A hash as `--hash=ALGORITHM:HEX` or a URL fragment gives it. */
export interface FileHash {
  readonly algorithm: string;
  readonly hex: string;
}

/** What somebody wants: the word the whole program is written in. */
export interface Requirement {
  /** Normalized (PEP 503). A nameless URL or path has "" until its metadata is read. */
  readonly name: PackageName;
  /** The name as it was spelled. */
  readonly spelled: string;
  /** Normalized and sorted. */
  readonly extras: readonly string[];
  readonly specifiers: SpecifierSet;
  readonly reference?: DirectReference;
  readonly marker?: Marker;
  /** A pattern on conda's build string (`mkl*`); only candidates that have builds can meet it. */
  readonly build?: string;
  /** Set where it is written in conda's terms: then `specifiers` asks nothing. */
  readonly conda?: MatchSpec;
  /** From `--hash`; empty where none is asked for. */
  readonly hashes: readonly FileHash[];
  readonly editable: boolean;
  /** What the project of the reference needs is meant, which only its build tells; not itself. */
  readonly needsOnly?: true;
  /** The requirement as written, trimmed, without comments. */
  readonly text: string;
  readonly place?: Place;
}

/** Options of a requirements file that hold for the whole run (pip's "global options"). */
export interface RequirementOptions {
  readonly indexUrl?: string;
  readonly extraIndexUrls: readonly string[];
  readonly findLinks: readonly string[];
  readonly noIndex: boolean;
  readonly pre: boolean;
  /** Normalized names, or `:all:`; pip's later-wins rule between the two is already applied. */
  readonly noBinary: readonly string[];
  readonly onlyBinary: readonly string[];
  readonly requireHashes: boolean;
  readonly trustedHosts: readonly string[];
  readonly preferBinary: boolean;
}

/** Everything an input says. */
export interface RequirementInput {
  readonly requirements: readonly Requirement[];
  readonly constraints: readonly Requirement[];
  readonly options: RequirementOptions;
  /** Every file read, in order of first reading: the input first. */
  readonly files: readonly InputFile[];
  /** `requires-python` of a pyproject.toml or script block. */
  readonly requiresPython?: string;
  /** Extras and groups of a pyproject.toml that exclude each other, in lists of two and more. */
  readonly conflicts?: readonly (readonly ConflictItem[])[];
  /** The channels of an environment.yml, best first; `nodefaults` is left out. */
  readonly channels?: readonly string[];
  /** The `platforms` of an environment.yml. */
  readonly platforms?: readonly string[];
  /** The environment variables that an environment.yml sets. */
  readonly variables?: ReadonlyMap<string, string>;
}

/** An extra or a dependency group, by its normalized name. */
export interface ConflictItem {
  readonly kind: "extra" | "group";
  readonly name: string;
}

export interface InputFile {
  readonly path: string;
  readonly text: string;
}
