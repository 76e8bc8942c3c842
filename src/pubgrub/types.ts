import type { MaybePromise } from "../base/index.ts";
import type { VersionSet } from "./version-set.ts";

/** The package that everything hangs on: one candidate, index 0, always selected. */
export const ROOT = 0;

/** How urgent a package is to decide; the most urgent mention counts. */
export const URGENCY = { normal: 0, single: 3, fixed: 4 } as const;

export type Urgency = (typeof URGENCY)[keyof typeof URGENCY];

/** A need for one of `set` of a package. */
export interface Dependency<C> {
  readonly package: number;
  readonly set: VersionSet;
  readonly urgency: Urgency;
  /**
   * Why, for the explanation. Needs with the same cause and set, of different candidates of one
   * package, are told as one.
   */
  readonly cause: C;
}

/** What holds if `candidate` of `subject` is selected (and `condition` too, unless it is -1). */
export interface Dependencies<C> {
  readonly subject: number;
  readonly candidate: number;
  readonly condition: number;
  readonly list: readonly Dependency<C>[];
}

/** Candidates that can never be selected, all for one cause. */
export interface Rejection<C> {
  readonly set: VersionSet;
  readonly cause: C;
}

/** A candidate to try; none, with the rejections that say why; or ask again when it is fulfilled. */
export type Choice<C> = number | readonly Rejection<C>[] | Promise<unknown>;

/** What a source may know of the state it is asked in. */
export interface SolverView {
  /** The candidate decided for a package, or -1. */
  decision(package_: number): number;
  /** Packages that are needed and not decided, with what is still allowed of each. */
  undecided(): Iterable<readonly [package_: number, allowed: VersionSet]>;
}

/** The universe a problem lives in. Packages are small integers, given out by the source. */
export interface Source<C> {
  /**
   * The best candidate of `allowed`. Rejections must leave less of it: when they cover it, the
   * package is exhausted. An answer for the same arguments may not change.
   */
  choose(package_: number, allowed: VersionSet, view: SolverView): Choice<C>;
  /** A candidate's needs: the same object on every call. A promise says: ask again then. */
  dependencies(
    package_: number,
    candidate: number,
    view: SolverView,
  ): MaybePromise<Dependencies<C>>;
  /** Packages of one group (a name and its extras) share their place in the decision order. */
  group(package_: number): number;
  /**
   * Packages of a higher rank are decided before all others, whatever conflicts there were; without it
   * all are alike. Asked only of packages that are needed.
   */
  rank?(package_: number, allowed: VersionSet, view: SolverView): number;
  /** Called before the solver waits for a promise. */
  waiting?(view: SolverView): void;
}

/** A set of terms that may not hold together, and why. */
export interface Term {
  readonly package: number;
  /** May contain NONE: then the term holds where the package is not selected. */
  readonly set: VersionSet;
}

/** Why no selection exists: a graph that is a tree but for shared nodes (same `id`, same object). */
export type Derivation<C> =
  | {
      readonly kind: "external";
      readonly id: number;
      readonly terms: readonly Term[];
      readonly cause: C;
    }
  | {
      readonly kind: "derived";
      readonly id: number;
      readonly terms: readonly Term[];
      readonly causes: readonly [Derivation<C>, Derivation<C>];
      /** Whether more than one node is derived from it. */
      readonly shared: boolean;
    };

/** Figures of a run. */
export interface SolverCounts {
  readonly decisions: number;
  readonly conflicts: number;
  readonly incompatibilities: number;
}

export type Outcome<C> =
  | {
      readonly kind: "solution";
      /** Candidate by package. */
      readonly decisions: ReadonlyMap<number, number>;
      readonly counts: SolverCounts;
    }
  | { readonly kind: "conflict"; readonly tree: Derivation<C>; readonly counts: SolverCounts };
