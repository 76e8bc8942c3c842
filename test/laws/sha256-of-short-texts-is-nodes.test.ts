// The SHA-256 that we compute ourselves for short texts is that of node:crypto.
import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { sha256 } from "../../src/base/index.ts";
import { shortSha256 } from "../../src/base/short-sha256.ts";

function expected(data: Uint8Array | string): string {
  return createHash("sha256").update(data).digest("hex");
}

test("of any bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(shortSha256(bytes)).toBe(expected(bytes));
    }),
  );
});

test("of every length around the limits of blocks, and where node:crypto takes over", () => {
  for (let length = 0; length < 200; length++) {
    const bytes = new Uint8Array(length).fill(length);
    expect(shortSha256(bytes)).toBe(expected(bytes));
  }
  for (const length of [4095, 4096, 4097, 100_000]) {
    expect(sha256("ä".repeat(length / 2))).toBe(expected("ä".repeat(length / 2)));
  }
});

test("of texts, by their UTF-8", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 100 }), (text) => {
      expect(sha256(text)).toBe(expected(text));
    }),
  );
});
