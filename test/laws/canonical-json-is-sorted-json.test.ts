// Canonical JSON is what JSON.stringify writes with two spaces, of the same value with sorted keys.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson, compactJson } from "../../src/base/index.ts";

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const keys = Object.keys(value).toSorted();
  return Object.fromEntries(
    keys.map((key) => [key, sorted((value as Record<string, unknown>)[key])]),
  );
}

/** The same with no key that is a number: JavaScript's objects have those first. */
function named(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(named);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [`.${key}`, named(item)]));
}

test("of any value", () => {
  fc.assert(
    fc.property(fc.jsonValue().map(named), (value) => {
      expect(canonicalJson(value)).toBe(`${JSON.stringify(sorted(value), undefined, 2)}\n`);
      expect(compactJson(value)).toBe(JSON.stringify(sorted(value)));
    }),
  );
});

test("keys are sorted by code unit, undefined members are left out", () => {
  const value = { b: [], é: {}, a: undefined, B: { z: "\u2028\ud800", x: [{ y: -0 }] } };
  expect(canonicalJson(value)).toBe(`${JSON.stringify(sorted(value), undefined, 2)}\n`);
  expect(canonicalJson({ a: undefined })).toBe("{}\n");
  expect(canonicalJson({ "9": 1, "10": 2 })).toBe('{\n  "10": 2,\n  "9": 1\n}\n');
});
