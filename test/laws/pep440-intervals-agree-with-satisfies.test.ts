// The intervals of a list are exactly the indexes whose versions satisfy the set, one by one.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  comparePep440,
  intersectSpecifiers,
  matchingIntervals,
  parseSpecifiers,
  satisfiesPep440,
} from "../../src/version/index.ts";
import { specifierSetText, versionText } from "../version/arbitraries.ts";

function newestFirst(versions: readonly string[]): string[] {
  return [...versions].sort((a, b) => comparePep440(b, a));
}

function indexes(intervals: readonly number[]): number[] {
  const result: number[] = [];
  for (let i = 0; i < intervals.length; i += 2) {
    for (let at = intervals[i] as number; at < (intervals[i + 1] as number); at++) result.push(at);
  }
  return result;
}

const lists = fc.array(versionText, { maxLength: 30 }).map(newestFirst);

test("they hold the versions that satisfy the set, and no others", () => {
  fc.assert(
    fc.property(specifierSetText, lists, (text, versions) => {
      const set = parseSpecifiers(text);
      const expected = versions.flatMap((version, i) =>
        satisfiesPep440(version, set, { prereleases: true }) ? [i] : [],
      );
      expect(indexes(matchingIntervals(set, versions))).toEqual(expected);
    }),
    { numRuns: 5000 },
  );
});

test("they are sorted, apart and not empty", () => {
  fc.assert(
    fc.property(specifierSetText, lists, (text, versions) => {
      const intervals = matchingIntervals(parseSpecifiers(text), versions);
      expect(intervals.length % 2).toBe(0);
      for (let i = 1; i < intervals.length; i++) {
        expect(intervals[i]).toBeGreaterThan(intervals[i - 1] as number);
      }
    }),
    { numRuns: 2000 },
  );
});

test("an intersection of sets is the intersection of what they accept", () => {
  fc.assert(
    fc.property(specifierSetText, specifierSetText, lists, (a, b, versions) => {
      const [left, right] = [parseSpecifiers(a), parseSpecifiers(b)];
      const both = indexes(matchingIntervals(intersectSpecifiers(left, right), versions));
      const inLeft = new Set(indexes(matchingIntervals(left, versions)));
      const inBoth = indexes(matchingIntervals(right, versions)).filter((i) => inLeft.has(i));
      expect(both).toEqual(inBoth);
    }),
    { numRuns: 2000 },
  );
});
