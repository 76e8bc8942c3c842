import { complement, intersect, isAny, isEmpty, union, type VersionSet } from "./version-set.ts";

/**
 * Terms that may not all hold. External ones have the caller's cause, derived ones two
 * incompatibilities (by number) that they follow from.
 */
export interface Incompatibility<C> {
  readonly packages: readonly number[];
  readonly sets: readonly VersionSet[];
  readonly cause: C | undefined;
  readonly left: number;
  readonly right: number;
}

/** The term of a package, which must be one of the incompatibility's. */
export function termOf<C>(incompatibility: Incompatibility<C>, package_: number): VersionSet {
  return incompatibility.sets[incompatibility.packages.indexOf(package_)] as VersionSet;
}

/** An incompatibility that is given, not derived. Terms that say nothing are dropped. */
export function external<C>(
  packages: readonly number[],
  sets: readonly VersionSet[],
  cause: C,
): Incompatibility<C> {
  return { packages, sets, cause, left: -1, right: -1 };
}

/** `subject` among `versions` (and `condition` selected) without `package` among `set`. */
export function dependencyIncompatibility<C>(
  subject: { readonly package: number; readonly versions: VersionSet; readonly condition: number },
  need: { readonly package: number; readonly set: VersionSet; readonly cause: C },
): Incompatibility<C> {
  const packages = [subject.package];
  const sets = [subject.versions];
  if (subject.condition >= 0) {
    packages.push(subject.condition);
    sets.push([0, 1]);
  }
  if (!isEmpty(need.set)) {
    packages.push(need.package);
    sets.push(complement(need.set));
  }
  return external(packages, sets, need.cause);
}

/**
 * The rule of resolution over `package_`: what follows from two incompatibilities, of which one
 * holds where the other's term of the package does not. Terms of the others are intersected, those
 * of the package united (and dropped if that says nothing).
 */
export function priorCause<C>(
  [left, right]: readonly [number, number],
  [a, b]: readonly [Incompatibility<C>, Incompatibility<C>],
  package_: number,
): Incompatibility<C> {
  const packages: number[] = [];
  const sets: VersionSet[] = [];
  for (let i = 0; i < a.packages.length; i++) {
    const p = a.packages[i] as number;
    if (p === package_) continue;
    const j = b.packages.indexOf(p);
    packages.push(p);
    sets.push(
      j < 0
        ? (a.sets[i] as VersionSet)
        : intersect(a.sets[i] as VersionSet, b.sets[j] as VersionSet),
    );
  }
  for (let j = 0; j < b.packages.length; j++) {
    const p = b.packages[j] as number;
    if (p === package_ || a.packages.includes(p)) continue;
    packages.push(p);
    sets.push(b.sets[j] as VersionSet);
  }
  const both = union(termOf(a, package_), termOf(b, package_));
  if (!isAny(both)) {
    packages.push(package_);
    sets.push(both);
  }
  return { packages, sets, cause: undefined, left, right };
}
