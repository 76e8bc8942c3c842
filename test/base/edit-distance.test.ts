import { expect, test } from "vitest";
import { editDistance } from "../../src/base/index.ts";

test.each([
  ["", "", 0],
  ["", "abc", 3],
  ["numpy", "numpy", 0],
  ["nmpy", "numpy", 1],
  ["numpi", "numpy", 1],
  ["nmupy", "numpy", 1],
  ["kitten", "sitting", 3],
  ["a", "abcdefghij", Infinity],
  ["a".repeat(65), "a".repeat(64), Infinity],
])("from %j to %j: %d", (a, b, distance) => {
  expect([editDistance(a, b), editDistance(b, a)]).toEqual([distance, distance]);
});
