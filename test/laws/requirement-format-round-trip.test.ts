import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  evaluateMarker,
  formatMarker,
  formatRequirement,
  parseMarker,
  parseRequirements,
  rewriteIncludes,
  tryParseRequirement,
} from "../../src/requirement/index.ts";
import { environmentValues, markerText, requirementText } from "../requirement/arbitraries.ts";
import type { MarkerEnvironment } from "../../src/target/index.ts";
import { UserError } from "../../src/base/index.ts";

test("a requirement written and read again is the same line", () => {
  fc.assert(
    fc.property(requirementText, (text) => {
      const requirement = tryParseRequirement(text);
      fc.pre(requirement !== undefined);
      const line = formatRequirement(requirement);
      const [again] = parseRequirements(line);
      expect(again && formatRequirement(again)).toBe(line);
    }),
    { numRuns: 2000 },
  );
});

function decide(marker: string, environment: MarkerEnvironment): boolean | string {
  try {
    return evaluateMarker(marker, environment);
  } catch (error) {
    if (error instanceof UserError) return error.code;
    throw error;
  }
}

test("a marker written and read again holds in the same environments", () => {
  const arbitrary = markerText.filter((text) => {
    try {
      return parseMarker(text) !== undefined;
    } catch {
      return false;
    }
  });
  fc.assert(
    fc.property(arbitrary, environmentValues, (text, values) => {
      const environment = values as unknown as MarkerEnvironment;
      const marker = parseMarker(text);
      const written = formatMarker(marker);
      expect(parseMarker(written)).toEqual(marker);
      expect(decide(written, environment)).toBe(decide(text, environment));
    }),
    { numRuns: 2000 },
  );
});

test("rewriting paths to themselves changes no byte", () => {
  const line = fc.oneof(
    requirementText,
    fc.constantFrom(
      "-r a.txt",
      "-e ./x[y]",
      "--find-links='a b'",
      "\\",
      "# x",
      "-c\\\n a",
      "./x y",
    ),
    fc.string(),
  );
  const text = fc
    .array(fc.tuple(line, fc.constantFrom("\n", "\r\n", "\\\n", " \\\r\n", "\f")))
    .map((pairs) => pairs.flat().join(""));
  fc.assert(
    fc.property(text, (input) => {
      expect(rewriteIncludes(input, () => undefined)).toBe(input);
      const same = rewriteIncludes(input, (path) => path);
      const seen = (each: string): string[] => {
        const paths: string[] = [];
        rewriteIncludes(each, (path, role) => void paths.push(`${role} ${path}`));
        return paths;
      };
      expect(seen(same)).toEqual(seen(input));
    }),
    { numRuns: 1000 },
  );
});
