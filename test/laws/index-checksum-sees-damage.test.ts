// A checksum of what is kept changes with a byte, with the order of words, and with the length.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { checksum } from "../../src/index/checksum.ts";

test("a changed byte is seen, wherever the bytes lie in memory", () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(bytes, fc.nat(), fc.integer({ min: 1, max: 255 }), (whole, place, change) => {
      const at = place % whole.length;
      const damaged = Uint8Array.from(whole);
      damaged[at] = (damaged[at] as number) ^ change;
      expect(checksum(damaged)).not.toBe(checksum(whole));
      const elsewhere = new Uint8Array(whole.length + 3);
      elsewhere.set(whole, 3);
      expect(checksum(elsewhere.subarray(3))).toBe(checksum(whole));
    }),
  );
});

test("zeros at the end count, and nothing is left of an earlier, longer text", () => {
  const sums = [0, 1, 2, 3, 4, 5, 8].map((length) => checksum(new Uint8Array(length)));
  expect(new Set(sums).size).toBe(sums.length);
  const short = checksum(Uint8Array.of(1, 2, 3));
  checksum(new Uint8Array(100_000).fill(255));
  expect(checksum(Uint8Array.of(1, 2, 3))).toBe(short);
});

test("words that changed places are seen", () => {
  const words = fc.uniqueArray(fc.integer(), { minLength: 2, maxLength: 50 });
  fc.assert(
    fc.property(words, (list) => {
      const bytes = (of: readonly number[]): Uint8Array =>
        new Uint8Array(Int32Array.from(of).buffer);
      expect(checksum(bytes(list.toReversed()))).not.toBe(checksum(bytes(list)));
    }),
  );
});
