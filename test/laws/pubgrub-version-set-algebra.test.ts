import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  ANY,
  complement,
  contains,
  equals,
  exactly,
  fromIndices,
  intersect,
  isAny,
  isDisjoint,
  isEmpty,
  isPositive,
  isSubset,
  NONE,
  union,
  type VersionSet,
} from "../../src/pubgrub/index.ts";

const SIZE = 12;
const indices = fc
  .uniqueArray(fc.integer({ min: 0, max: SIZE - 1 }))
  .map((list) => list.toSorted((a, b) => a - b));
const terms = fc.tuple(indices, fc.boolean()).map(([list, negative]): VersionSet => {
  const set = fromIndices(list);
  return negative ? complement(set) : set;
});
const members = [...Array(SIZE + 1).keys(), NONE];

function isCanonical(set: VersionSet): boolean {
  return set.every((bound, i) => i === 0 || (set[i - 1] as number) < bound) && set.length % 2 === 0;
}

test("union, intersection and complement are those of the members", () => {
  fc.assert(
    fc.property(terms, terms, (a, b) => {
      for (const m of members) {
        expect(contains(union(a, b), m)).toBe(contains(a, m) || contains(b, m));
        expect(contains(intersect(a, b), m)).toBe(contains(a, m) && contains(b, m));
        expect(contains(complement(a), m)).toBe(!contains(a, m));
      }
      for (const set of [union(a, b), intersect(a, b), complement(a)])
        expect(isCanonical(set)).toBe(true);
    }),
  );
});

test("relations are those of the members", () => {
  fc.assert(
    fc.property(terms, terms, (a, b) => {
      expect(isSubset(a, b)).toBe(isEmpty(intersect(a, complement(b))));
      expect(isDisjoint(a, b)).toBe(isEmpty(intersect(a, b)));
      expect(equals(a, b)).toBe(isSubset(a, b) && isSubset(b, a));
      expect(isPositive(a)).toBe(!contains(a, NONE));
      expect(isAny(a)).toBe(isSubset(ANY, a));
      expect(equals(complement(complement(a)), a)).toBe(true);
    }),
  );
});

test.each([0, 5, NONE])("exactly %i", (index) => {
  expect(isCanonical(exactly(index))).toBe(true);
  expect(members.filter((m) => contains(exactly(index), m))).toEqual([index]);
});
