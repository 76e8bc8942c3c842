import type { PackageName } from "../../base/index.ts";
import type { PackageIndex } from "../../provider/index.ts";
import type { Requirement } from "../../requirement/index.ts";
import type { Resolution, ResolveInput } from "../types.ts";

export type RemedyKind =
  | "name"
  | "requirement"
  | "constraint"
  | "exclusion"
  | "minimum-age"
  | "format-control"
  | "provider"
  | "python"
  | "platform"
  | "date"
  | "pre-release"
  | "yanked"
  | "override"
  | "drop"
  | "sets";

/** A change of what is asked for; whether it helps is to be seen. */
export interface Change {
  readonly kind: RemedyKind;
  /** What it is about; changes of one key are tried until one helps. */
  readonly key: string;
  /** The lower, the sooner it is tried and told. */
  readonly cost: number;
  /** The same problem changed. */
  readonly apply: (input: ResolveInput) => ResolveInput;
  /** What to do, as a sentence without a stop, given what it leads to. */
  readonly text: (outcome: Resolution) => string;
}

/** Changes that together have been found to make the problem solvable. */
export interface Remedy {
  readonly kinds: readonly RemedyKind[];
  /** What to do, one sentence a change, without stops. */
  readonly texts: readonly string[];
  /** The version that each package of the conflict then has. */
  readonly pins: Readonly<Record<string, string>>;
}

export interface RemedyOptions {
  /** Names of the providers there are. */
  readonly providers: readonly string[];
  /** The index as of a later date; a remedy by date is looked for only with it. */
  readonly indexAt?: (date: number) => PackageIndex;
  /** A requirement that is not to be changed. */
  readonly keep?: Requirement;
  /** Begins a span of time, for all tries or for one; what it gives says false when that is over. */
  readonly patience: (of: "all" | "try") => Span;
}

/** A span of time that has begun. */
export interface Span {
  readonly goOn: () => boolean;
  /** Fulfilled when it is over. */
  readonly over: Promise<undefined>;
}

/** The version that a resolution has of a name, for texts. */
export function versionIn({ pins }: Resolution, name: PackageName): string | undefined {
  return pins.find((pin) => pin.name === name)?.version;
}
