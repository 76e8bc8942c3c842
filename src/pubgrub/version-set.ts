/**
 * A set of a package's candidates: sorted, disjoint, non-touching half-open index intervals, flat
 * (`[0, 3, 7, 9]` is 0, 1, 2, 7, 8). The number of candidates need not be known: a set may reach
 * to END. The index NONE stands for "the package is not selected", so that a term of a package
 * ("is one of these", "is none of these or absent") is a set as well and its negation the complement.
 */
export type VersionSet = readonly number[];

/** Above every candidate's index. */
export const END = 0x3f_ff_ff_fe;

/** The index that means: not selected. */
export const NONE: number = END;

const TOP = END + 1;

/** No candidate. */
export const EMPTY: VersionSet = [];

/** Every candidate. */
export const ALL: VersionSet = [0, END];

/** Every candidate, or not selected: a term that says nothing. */
export const ANY: VersionSet = [0, TOP];

/** The set of one candidate. */
export function exactly(index: number): VersionSet {
  return [index, index + 1];
}

/** Whether the set has no member. */
export function isEmpty(set: VersionSet): boolean {
  return set.length === 0;
}

/** Whether the set is the term that says nothing. */
export function isAny(set: VersionSet): boolean {
  return set.length === 2 && set[0] === 0 && set[1] === TOP;
}

/** Whether a term demands that the package is selected. */
export function isPositive(term: VersionSet): boolean {
  return term.length === 0 || (term[term.length - 1] as number) <= END;
}

/** Whether an index is in the set. */
export function contains(set: VersionSet, index: number): boolean {
  for (let i = 0; i < set.length; i += 2) {
    if (index < (set[i] as number)) return false;
    if (index < (set[i + 1] as number)) return true;
  }
  return false;
}

/** Whether two sets have the same members. */
export function equals(a: VersionSet, b: VersionSet): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** All that is not in the set, NONE included. */
export function complement(set: VersionSet): VersionSet {
  if (set.length === 0) return ANY;
  const result: number[] = [];
  let from = 0;
  for (let i = 0; i < set.length; i += 2) {
    if ((set[i] as number) > from) result.push(from, set[i] as number);
    from = set[i + 1] as number;
  }
  if (from < TOP) result.push(from, TOP);
  return result;
}

/** What is in both; one of the arguments itself where it is the answer. */
export function intersect(a: VersionSet, b: VersionSet): VersionSet {
  if (a === b || isAny(b)) return a;
  if (isAny(a)) return b;
  const result: number[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const endA = a[i + 1] as number;
    const endB = b[j + 1] as number;
    const from = Math.max(a[i] as number, b[j] as number);
    const to = endA < endB ? endA : endB;
    if (from < to) result.push(from, to);
    if (endA === to) i += 2;
    if (endB === to) j += 2;
  }
  return result;
}

/** What is in one or the other. */
export function union(a: VersionSet, b: VersionSet): VersionSet {
  if (a === b || b.length === 0) return a;
  if (a.length === 0) return b;
  const result: number[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    const takeA = j >= b.length || (i < a.length && (a[i] as number) <= (b[j] as number));
    const from = (takeA ? a[i] : b[j]) as number;
    const to = (takeA ? a[i + 1] : b[j + 1]) as number;
    if (takeA) i += 2;
    else j += 2;
    const last = result.length - 1;
    if (last < 0 || from > (result[last] as number)) result.push(from, to);
    else if (to > (result[last] as number)) result[last] = to;
  }
  return result;
}

/** Whether every member of `a` is one of `b`. */
export function isSubset(a: VersionSet, b: VersionSet): boolean {
  if (a === b) return true;
  let j = 0;
  for (let i = 0; i < a.length; i += 2) {
    while (j < b.length && (b[j + 1] as number) <= (a[i] as number)) j += 2;
    if (j >= b.length) return false;
    if ((a[i] as number) < (b[j] as number) || (a[i + 1] as number) > (b[j + 1] as number)) {
      return false;
    }
  }
  return true;
}

/** Whether no member of `a` is one of `b`. */
export function isDisjoint(a: VersionSet, b: VersionSet): boolean {
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if ((a[i + 1] as number) <= (b[j] as number)) i += 2;
    else if ((b[j + 1] as number) <= (a[i] as number)) j += 2;
    else return false;
  }
  return true;
}

/** The set of the indices given in ascending order. */
export function fromIndices(indices: Iterable<number>): VersionSet {
  const result: number[] = [];
  for (const index of indices) {
    if (result.length > 0 && result[result.length - 1] === index)
      result[result.length - 1] = index + 1;
    else result.push(index, index + 1);
  }
  return result;
}
