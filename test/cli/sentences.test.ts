import { expect, test } from "vitest";
import {
  byteCount,
  environmentSentence,
  lockSentence,
  plural,
  skippedLines,
} from "../../src/cli/sentences.ts";
import { duration } from "../../src/cli/phases.ts";
import { table } from "../../src/cli/table.ts";
import { wrap } from "../../src/cli/wrap.ts";
import { writeLock } from "../../src/lock/index.ts";
import { sampleLock } from "../lock/sample-lock.ts";

const lock = sampleLock();
const RESULT = {
  lock,
  text: writeLock(lock),
  path: "/x/mach-nix.lock",
  changed: true,
  skipped: [],
  heldBack: [],
};

test("what lock did", () => {
  expect(lockSentence(RESULT)).toBe(
    "Locked 5 packages as of 2026-11-01T00:00:00Z in /x/mach-nix.lock.",
  );
  expect(lockSentence({ ...RESULT, changed: false })).toMatch(/^Nothing changed: /);
});

test("candidates passed over are named, the first ten of them", () => {
  expect(skippedLines(RESULT)).toEqual([]);
  const skipped = Array.from({ length: 12 }, (_, i) => ({
    name: `p${i}`,
    version: "1",
    reason: "bad \u001b[2J",
  }));
  const lines = skippedLines({ ...RESULT, skipped });
  expect(lines).toHaveLength(11);
  expect(lines[0]).toBe("passed over p0 1: bad \\u001b[2J");
  expect(lines.at(-1)).toBe("passed over 2 more");
});

test("what env and sync did", () => {
  const made = {
    directory: "/e",
    python: "3.11.7",
    target: "x",
    distributions: 1,
    added: 0,
    changed: true,
  };
  expect(environmentSentence(made)).toBe(
    "Made /e: 1 package for Python 3.11.7, 0 of them new on this machine.",
  );
  expect(environmentSentence({ ...made, changed: false })).toBe(
    "Nothing changed: /e has 1 package for Python 3.11.7.",
  );
});

test.each([
  [0, "0 B"],
  [999_000, "999.0 kB"],
  [1.5e6, "1.5 MB"],
  [2.25e9, "2.25 GB"],
])("%i bytes are %s", (bytes, text) => {
  expect(byteCount(bytes)).toBe(text);
});

test.each([
  [0, "0.0 s"],
  [9_940, "9.9 s"],
  [61_000, "61 s"],
  [185_000, "3 min 5 s"],
])("%i ms are %s", (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});

test("plurals, tables, wrapped lines", () => {
  expect([plural(1, "object"), plural(0, "object")]).toEqual(["1 object", "0 objects"]);
  expect(
    table([
      ["a", "long", "x"],
      ["bcd", "s", ""],
    ]),
  ).toBe("a    long  x\nbcd  s");
  expect(table([])).toBe("");
  expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrap("unbreakable x", 5)).toEqual(["unbreakable", "x"]);
  expect(wrap("", 5)).toEqual([]);
});
