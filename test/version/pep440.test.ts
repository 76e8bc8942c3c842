import { describe, expect, test } from "vitest";
import { UserError } from "../../src/base/index.ts";
import {
  ANY_VERSION,
  canonicalPep440,
  comparePep440,
  filterPep440,
  intersectSpecifiers,
  isPrerelease,
  matchingIntervals,
  mendSpecifiers,
  mentionsPrerelease,
  parseLenientSpecifiers,
  parsePep440,
  parseSpecifiers,
  publicVersion,
  satisfiesPep440,
  tryParsePep440,
  tryParseSpecifiers,
} from "../../src/version/index.ts";

function errorOf(action: () => unknown): UserError {
  try {
    action();
  } catch (error) {
    if (error instanceof UserError) return error;
  }
  throw new Error("no UserError was thrown");
}

describe("canonical text (PEP 440, Normalization)", () => {
  test.each([
    ["1.0", "1.0"],
    ["v1.0", "1.0"],
    [" 1.0\n", "1.0"],
    ["01.002", "1.2"],
    ["1.1RC1", "1.1rc1"],
    ["1.1.a1", "1.1a1"],
    ["1.1-b-2", "1.1b2"],
    ["1.1c3", "1.1rc3"],
    ["1.1preview", "1.1rc0"],
    ["1.2a", "1.2a0"],
    ["1.2-post2", "1.2.post2"],
    ["1.2rev2", "1.2.post2"],
    ["1.0-1", "1.0.post1"],
    ["1.2.post", "1.2.post0"],
    ["1.2dev", "1.2.dev0"],
    ["1.0+ubuntu-1_A", "1.0+ubuntu.1.a"],
    ["0!1.0", "1.0"],
    ["3!1.0a1.post2.dev3+x", "3!1.0a1.post2.dev3+x"],
    ["1.99999999999999999999", "1.99999999999999999999"],
  ])("%j is %j", (text, canonical) => {
    expect(canonicalPep440(text)).toBe(canonical);
  });

  test.each([
    "",
    ".",
    "1.",
    ".1",
    "1..2",
    "1.0+",
    "1.0++a",
    "french toast",
    "1.0 a1",
    "1.0_1",
    "1!",
    "-1",
    "1.0.x",
    "1".repeat(5000),
  ])("%j is no version", (text) => {
    expect(tryParsePep440(text)).toBeUndefined();
    expect(errorOf(() => parsePep440(text)).code).toBe("version-invalid");
  });

  test("the parts", () => {
    expect(parsePep440("2!1.2b3.post4.dev5+a.6")).toMatchObject({
      epoch: 2,
      release: [1, 2],
      pre: { letter: "b", number: 3 },
      post: 4,
      dev: 5,
      local: "a.6",
    });
    expect(publicVersion(parsePep440("1.0+a"))).toBe("1.0");
  });
});

test("order (PEP 440, Summary of permitted suffixes)", () => {
  const sorted = [
    "1.dev0",
    "1.0.dev456",
    "1.0a1",
    "1.0a2.dev456",
    "1.0a12.dev456",
    "1.0a12",
    "1.0b1.dev456",
    "1.0b2",
    "1.0b2.post345.dev456",
    "1.0b2.post345",
    "1.0rc1.dev456",
    "1.0rc1",
    "1.0",
    "1.0+abc.5",
    "1.0+abc.7",
    "1.0+5",
    "1.0.post456.dev34",
    "1.0.post456",
    "1.0.15",
    "1.1.dev1",
    "9007199254740993",
    "9007199254740994",
    "1!0.1",
  ];
  expect([...sorted].reverse().sort(comparePep440)).toEqual(sorted);
});

test.each([
  ["1.0", false],
  ["1.0.post1", false],
  ["1.0a1", true],
  ["1.0.dev1", true],
  ["1.0.post1.dev1", true],
])("%s is a pre-release: %s", (text, expected) => {
  expect(isPrerelease(parsePep440(text))).toBe(expected);
});

describe("whether a version meets a specifier", () => {
  test.each([
    ["1.1.post1", "==1.1", false],
    ["1.1.post1", "==1.1.*", true],
    ["1.1a1", "==1.1.*", true],
    ["1.1+local", "==1.1", true],
    ["1.1+local", "==1.1+other", false],
    ["1.1+local", "!=1.1", false],
    ["1.1+local", "<=1.1", true],
    ["1.1+local", ">1.1", false],
    ["1.7.post2", ">1.7", false],
    ["1.7.post3", ">1.7.post2", true],
    ["1.7.0.post1", ">1.7", false],
    ["1.7.1", ">1.7", true],
    ["3.1.dev0", "<3.1", false],
    ["3.1a1", "<3.1", false],
    ["3.1a1", "<3.1rc1", true],
    ["3.0.9", "<3.1", true],
    ["2.2.post3", "~=2.2", true],
    ["3.0", "~=2.2", false],
    ["2.3", "~=2.2.0", false],
    ["1.4.5a5", "~=1.4.5a4", true],
    ["1.0.0", "===1.0", false],
    ["1.0", "===1.0", true],
    ["1.0RC1", "===1.0rc1", true],
    ["1!1.0", ">=2.0", true],
    ["2.0", "!=2.*", false],
    ["1.0", "", true],
    ["1.5", ">=1,<2,!=1.4", true],
  ])("%s %s: %s", (version, specifier, expected) => {
    expect(satisfiesPep440(version, specifier)).toBe(expected);
    expect(satisfiesPep440(parsePep440(version), parseSpecifiers(specifier))).toBe(expected);
  });

  test("pre-releases stay out where they are not wanted", () => {
    expect(satisfiesPep440("2.0a1", ">=1")).toBe(true);
    expect(satisfiesPep440("2.0a1", ">=1", { prereleases: false })).toBe(false);
    expect(satisfiesPep440("2.0a1", ">=1", { prereleases: true })).toBe(true);
  });

  test("=== compares texts that are no versions; others throw", () => {
    expect(satisfiesPep440("wat", "===WAT")).toBe(true);
    expect(satisfiesPep440("wat", "===wat,>=1")).toBe(false);
    expect(errorOf(() => satisfiesPep440("wat", ">=1")).code).toBe("version-invalid");
  });

  test("a list keeps pre-releases only where named or alone (PEP 440, Handling of pre-releases)", () => {
    expect(filterPep440(["1.0", "2.0a1"], ">=1")).toEqual(["1.0"]);
    expect(filterPep440(["2.0a1"], ">=1")).toEqual(["2.0a1"]);
    expect(filterPep440(["1.0", "2.0a1"], ">=1.0a0")).toEqual(["1.0", "2.0a1"]);
    expect(filterPep440(["1.0", "2.0a1"], ">=1", { prereleases: true })).toEqual(["1.0", "2.0a1"]);
    expect(filterPep440(["2.0a1"], ">=1", { prereleases: false })).toEqual([]);
  });
});

describe("specifiers", () => {
  test.each([
    [">=1.0,<2", "<2,>=1.0"],
    ["  >= 1.0 , ", ">=1.0"],
    ["==1.0,==1.0.0", "==1.0"],
    ["~=1.0,~=1.0.0", "~=1.0,~=1.0.0"],
    ["==1.*,==1.0.*", "==1.*,==1.0.*"],
    ["===", "==="],
    ["", ""],
  ])("%j is printed %j", (text, expected) => {
    expect(parseSpecifiers(text).text).toBe(expected);
  });

  test.each([
    ["1.0", "==1.0?"],
    ["=1.0", "==1.0"],
    [">=1.*", "only == and != take a wildcard"],
    [">=1.0+local", "only == and != take a local label"],
    ["~=1", "~= needs at least two numbers, such as ~=1.2"],
    ["==1.0a1.*", "PEP 440"],
    ["===a;b", "PEP 440"],
    ["=== a b", "PEP 440"],
    ["~=1.0+x", "only == and != take a local label"],
    [">dev", "PEP 440"],
    [">=1 2", "PEP 440"],
    [`>=1${",>=1".repeat(20_000)}`, "PEP 440"],
  ])("%j is refused with a hint", (text, hint) => {
    expect(tryParseSpecifiers(text)).toBeUndefined();
    const error = errorOf(() => parseSpecifiers(text));
    expect(error.code).toBe("specifier-invalid");
    expect(error.hint).toContain(hint);
    expect(error.message.length).toBeLessThan(600);
  });

  test("the message names the piece that is wrong", () => {
    expect(errorOf(() => parseSpecifiers(">=1,<a,!=2")).message).toBe(
      '"<a" in ">=1,<a,!=2" is not a specifier',
    );
  });

  test.each([
    [">=1.0a1", true],
    ["===1.0a1", true],
    ["===foo", false],
    ["!=1.0a1", false],
    ["==1.*", false],
    [">=1", false],
  ])("%s names a pre-release: %s", (text, expected) => {
    expect(mentionsPrerelease(parseSpecifiers(text))).toBe(expected);
  });

  test("an intersection is a set again", () => {
    const [a, b] = [parseSpecifiers(">=1"), parseSpecifiers("<2,>=1.0")];
    expect(intersectSpecifiers(a, b).text).toBe("<2,>=1");
    expect(intersectSpecifiers(a, ANY_VERSION)).toBe(a);
    expect(intersectSpecifiers(ANY_VERSION, b)).toBe(b);
  });
});

describe("specifiers of published metadata, mended as uv does", () => {
  test.each([
    [">=3.6.*", ">=3.6"],
    [">=2.7,!=3.0.*,!=3.1.*,<3.4.*", "!=3.0.*,!=3.1.*,<3.4,>=2.7"],
    [">=7.2.0<8.0.0", "<8.0.0,>=7.2.0"],
    ["!=~5.0,>=4.12", "!=5.0.*,>=4.12"],
    [">=2.7,!=3.0*,!=3.1*", "!=3.0.*,!=3.1.*,>=2.7"],
    [">=3.6,", ">=3.6"],
    [">dev", ">0.0.0dev"],
    [">=9.0.0a1.0", ">=9.0.0a1"],
    [">= '2.7'", ">=2.7"],
    [">=2.7, !=3.0.*, !=3.1.*', !=3.3.*'", "!=3.0.*,!=3.1.*,!=3.3.*,>=2.7"],
    ['>="3.6"', ">=3.6"],
    [">=1.0", ">=1.0"],
  ])("%j is read as %j", (text, expected) => {
    expect(parseLenientSpecifiers(text).text).toBe(expected);
  });

  test("what cannot be mended is refused as it was written", () => {
    expect(errorOf(() => parseLenientSpecifiers("lolwat")).message).toContain('"lolwat"');
    expect(mendSpecifiers(`${"1".repeat(5000)}<`, () => true)).toBeUndefined();
  });
});

test("intervals of a list, newest first", () => {
  const versions = ["2.0", "2.0a1", "1.0.0", "1.0", "0.9"];
  const intervals = (text: string): number[] => matchingIntervals(parseSpecifiers(text), versions);
  expect(intervals("")).toEqual([0, 5]);
  expect(intervals("==1")).toEqual([2, 4]);
  expect(intervals("!=1")).toEqual([0, 2, 4, 5]);
  expect(intervals("===1.0")).toEqual([3, 4]);
  expect(intervals("<2,!=1")).toEqual([4, 5]);
  expect(intervals(">3")).toEqual([]);
  expect(matchingIntervals(ANY_VERSION, [])).toEqual([]);
  expect(matchingIntervals(parseSpecifiers("!=1"), [])).toEqual([]);
});
