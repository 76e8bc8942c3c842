import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compileGlob, compilePattern } from "../../src/version/safe-pattern.ts";

const atom = fc.constantFrom(
  "a",
  "b",
  ".",
  "\\.",
  "\\d",
  "[ab]",
  "[^a]",
  "[0-9b]",
  "(?:ab)",
  "(a|b)",
  "(a|)",
  "[\\d.]",
  "x",
);
const quantified = fc
  .tuple(atom, fc.constantFrom("", "", "*", "+", "?", "*?", "{2}", "{1,}", "{0,2}"))
  .map((p) => p.join(""));
const alternative = fc.array(quantified, { maxLength: 4 }).map((parts) => parts.join(""));
const pattern = fc
  .tuple(fc.array(alternative, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([parts, grouped]) => (grouped ? `^(?:${parts.join("|")})$` : `^${parts.join("|")}$`));
const text = fc
  .array(fc.constantFrom("a", "b", ".", "1", "x"), { maxLength: 8 })
  .map((c) => c.join(""));

test("a pattern matches what a backtracking engine says, from the start", () => {
  fc.assert(
    fc.property(pattern, text, (source, value) => {
      const expected = new RegExp(`^(?:${source})`).test(value);
      expect(compilePattern(source)?.(value)).toBe(expected);
    }),
    { numRuns: 10_000 },
  );
});

test("a glob's star is anything, all else itself", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 8 }), (value) => {
      expect(compileGlob(value.replaceAll("*", ""))?.(value.replaceAll("*", ""))).toBe(true);
    }),
  );
  expect(compileGlob("py3*_0")?.("py311h_0")).toBe(true);
  expect(compileGlob("py3*_0")?.("py311h_01")).toBe(false);
  expect(compileGlob("a.b*")?.("axb")).toBe(false);
});

test("a glob matches what its pattern does", () => {
  const glob = fc.array(fc.constantFrom("a", "b", "*", ".", "\n"), { maxLength: 7 });
  const other = fc.array(fc.constantFrom("a", "b", ".", "\n"), { maxLength: 7 });
  fc.assert(
    fc.property(glob, other, (parts, letters) => {
      const escaped = parts.map((part) => (part === "*" ? ".*" : part.replace(/[^\w]/, "\\$&")));
      const expected = compilePattern(`^${escaped.join("")}$`)?.(letters.join(""));
      expect(compileGlob(parts.join(""))?.(letters.join(""))).toBe(expected);
    }),
    { numRuns: 5000 },
  );
});

test.each([
  "(",
  ")",
  "[",
  "[]",
  "[b-a]",
  "*",
  "a**",
  "a{2}{3}",
  "a{3,2}",
  "^*",
  "(?=a)",
  "(?P<n>a)",
  "\\b",
  "\\1",
  "\\",
  "a*+",
  `${"(".repeat(40)}a${")".repeat(40)}`,
  "a".repeat(600),
])("%j is not understood", (source) => {
  expect(compilePattern(source)).toBeUndefined();
});
