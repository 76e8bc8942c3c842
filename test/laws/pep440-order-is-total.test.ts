// Versions are totally ordered; what has the same canonical text is equal; the canonical text is stable.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  canonicalPep440,
  comparePep440,
  parsePep440,
  publicVersion,
} from "../../src/version/index.ts";
import { versionText } from "../version/arbitraries.ts";

test("antisymmetric", () => {
  fc.assert(
    fc.property(versionText, versionText, (a, b) => {
      expect(comparePep440(a, b) + comparePep440(b, a)).toBe(0);
    }),
    { numRuns: 3000 },
  );
});

test("transitive", () => {
  fc.assert(
    fc.property(fc.tuple(versionText, versionText, versionText), (versions) => {
      const [a, b, c] = [...versions].sort(comparePep440) as [string, string, string];
      expect(comparePep440(a, b)).toBeLessThanOrEqual(0);
      expect(comparePep440(b, c)).toBeLessThanOrEqual(0);
      expect(comparePep440(a, c)).toBeLessThanOrEqual(0);
    }),
    { numRuns: 3000 },
  );
});

test("the canonical text is equal to what it was made from, and its own canonical text", () => {
  fc.assert(
    fc.property(versionText, (text) => {
      const canonical = canonicalPep440(text);
      expect(comparePep440(text, canonical)).toBe(0);
      expect(canonicalPep440(canonical)).toBe(canonical);
    }),
    { numRuns: 3000 },
  );
});

test("a local label makes a version newer than its public part", () => {
  fc.assert(
    fc.property(versionText, (text) => {
      const version = parsePep440(text);
      const expected = version.local === undefined ? 0 : 1;
      expect(comparePep440(version, publicVersion(version))).toBe(expected);
    }),
    { numRuns: 3000 },
  );
});
