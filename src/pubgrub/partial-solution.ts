import { type Incompatibility, termOf } from "./incompatibility.ts";
import {
  ANY,
  complement,
  exactly,
  intersect,
  isAny,
  isPositive,
  isSubset,
  union,
  type VersionSet,
} from "./version-set.ts";

/** Where an incompatibility became satisfied. */
export interface Satisfier {
  readonly package: number;
  /** The incompatibility that the satisfying assignment was derived from; -1 for a decision. */
  readonly cause: number;
  readonly level: number;
  /** Decision level at which all else that satisfies it was there already. */
  readonly previousLevel: number;
}

/**
 * What is decided and derived so far: a trail of assignments, each with the intersection of all of
 * its package's assignments up to it, so that going back is truncation.
 */
export class PartialSolution {
  level = 0;
  private readonly trailPackage: number[] = [];
  private readonly trailSet: VersionSet[] = [];
  private readonly trailCause: number[] = [];
  private readonly trailLevel: number[] = [];
  private readonly trailPrevious: number[] = [];
  /** By package: its last place on the trail, what holds of it now, its decision. */
  private readonly last: number[] = [];
  private readonly current: VersionSet[] = [];
  private readonly decided: number[] = [];
  /** Packages in the order they became needed, with the place on the trail where they did. */
  private readonly needed: number[] = [];
  private readonly neededAt: number[] = [];

  /** What holds of a package. */
  term(package_: number): VersionSet {
    return this.current[package_] ?? ANY;
  }

  /** The decided candidate, or -1. */
  decision(package_: number): number {
    return this.decided[package_] ?? -1;
  }

  /** Packages that are needed, decided ones included. */
  neededPackages(): readonly number[] {
    return this.needed;
  }

  /** Selects a candidate, on a new level. */
  decide(package_: number, candidate: number): void {
    this.level++;
    this.decided[package_] = candidate;
    this.push(package_, exactly(candidate), -1);
  }

  /** Adds what follows from an incompatibility all of whose other terms hold. */
  derive<C>(package_: number, cause: number, incompatibility: Incompatibility<C>): void {
    const before = this.term(package_);
    const after = intersect(before, complement(termOf(incompatibility, package_)));
    if (!isPositive(before) && isPositive(after)) {
      this.needed.push(package_);
      this.neededAt.push(this.trailPackage.length);
    }
    this.push(package_, after, cause);
  }

  private push(package_: number, set: VersionSet, cause: number): void {
    const at = this.trailPackage.length;
    this.trailPackage.push(package_);
    this.trailSet.push(set);
    this.trailCause.push(cause);
    this.trailLevel.push(this.level);
    this.trailPrevious.push(this.last[package_] ?? -1);
    this.last[package_] = at;
    this.current[package_] = set;
  }

  /** Undoes every assignment above a level. */
  backtrack(level: number): void {
    let size = this.trailPackage.length;
    while (size > 0 && (this.trailLevel[size - 1] as number) > level) size--;
    for (let at = this.trailPackage.length - 1; at >= size; at--) this.undo(at);
    this.trailPackage.length = size;
    this.trailSet.length = size;
    this.trailCause.length = size;
    this.trailLevel.length = size;
    this.trailPrevious.length = size;
    while (this.needed.length > 0 && (this.neededAt.at(-1) as number) >= size) {
      this.needed.pop();
      this.neededAt.pop();
    }
    this.level = level;
  }

  private undo(at: number): void {
    const package_ = this.trailPackage[at] as number;
    const previous = this.trailPrevious[at] as number;
    this.last[package_] = previous;
    this.current[package_] = previous < 0 ? ANY : (this.trailSet[previous] as VersionSet);
    if (this.trailCause[at] === -1) this.decided[package_] = -1;
  }

  /** The level a package was decided on, or -1. */
  decisionLevel(package_: number): number {
    if (this.decision(package_) < 0) return -1;
    return this.trailLevel[this.last[package_] as number] as number;
  }

  /** The place on the trail where a package's assignments became part of `set`; -1 if `set` is ANY. */
  private satisfiedAt(package_: number, set: VersionSet): number {
    return this.satisfiedFrom(this.last[package_] as number, set);
  }

  private satisfiedFrom(from: number, set: VersionSet): number {
    if (isAny(set)) return -1;
    for (let at = from; ;) {
      const previous = this.trailPrevious[at] as number;
      if (previous < 0 || !isSubset(this.trailSet[previous] as VersionSet, set)) return at;
      at = previous;
    }
  }

  /**
   * The earliest assignment with which a satisfied incompatibility was satisfied, and the level
   * from which, given that assignment alone, it would have been.
   */
  satisfier<C>(
    incompatibility: Incompatibility<C>,
    store: readonly Incompatibility<C>[],
  ): Satisfier {
    let latest = -1;
    let second = -1;
    let index = 0;
    for (let i = 0; i < incompatibility.packages.length; i++) {
      const at = this.satisfiedAt(
        incompatibility.packages[i] as number,
        incompatibility.sets[i] as VersionSet,
      );
      if (at > latest) {
        second = latest;
        latest = at;
        index = i;
      } else if (at > second) second = at;
    }
    const package_ = incompatibility.packages[index] as number;
    const own = this.ownPrevious(
      latest,
      package_,
      incompatibility.sets[index] as VersionSet,
      store,
    );
    const previous = own > second ? own : second;
    return {
      package: package_,
      cause: this.trailCause[latest] as number,
      level: this.trailLevel[latest] as number,
      previousLevel: previous < 0 ? 1 : Math.max(1, this.trailLevel[previous] as number),
    };
  }

  /** The earlier assignment of the satisfier's own package that it needs to satisfy `set`, or -1. */
  private ownPrevious<C>(
    latest: number,
    package_: number,
    set: VersionSet,
    store: readonly Incompatibility<C>[],
  ): number {
    const cause = this.trailCause[latest] as number;
    if (cause < 0) return -1;
    const own = termOf(store[cause] as Incompatibility<C>, package_);
    // Earlier assignments must exclude whatever neither the satisfier excludes nor `set` includes.
    const enough = union(set, own);
    return this.satisfiedFrom(this.trailPrevious[latest] as number, enough);
  }
}
