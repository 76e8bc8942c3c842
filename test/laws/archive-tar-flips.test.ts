// Law: whatever bits of an archive are turned, it is read or refused by name, at once and in pieces alike.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { gzipSync, zstdCompressSync } from "node:zlib";
import {
  bufferSource,
  type Compression,
  decompress,
  readTar,
  streamDecompressed,
  TarReader,
} from "../../src/archive/index.ts";
import { UserError } from "../../src/base/index.ts";
import { makeTar, pax } from "../archive/make-tar.ts";

const TAR = makeTar([
  { name: "p-1/", type: "5" },
  { name: "p-1/a.py", data: "x".repeat(700) },
  { name: "L", type: "L", data: `p-1/${"n".repeat(120)}\0` },
  { name: "p-1/n", data: "long" },
  pax({ path: "p-1/é", mtime: "1.5" }),
  { name: "p-1/e", data: "pax" },
  { name: "p-1/link", type: "2", target: "a.py" },
  { name: "p-1/hard", type: "1", target: "p-1/a.py" },
]);

function outcome(work: () => unknown): string {
  try {
    return JSON.stringify(work());
  } catch (error) {
    if (error instanceof UserError) return error.code;
    throw error;
  }
}

function flipped(bytes: Buffer, flips: readonly (readonly [number, number])[]): Buffer {
  const copy = Buffer.from(bytes);
  for (const [at, bit] of flips) (copy[at % copy.length] as number) ^= 1 << bit;
  return copy;
}

const FLIPS = fc.array(fc.tuple(fc.nat(100_000), fc.nat(7)), { minLength: 1, maxLength: 4 });

/** Every header's checksum made right again, so that what is behind it is looked at. */
function resummed(bytes: Buffer): Buffer {
  for (let at = 0; at + 512 <= bytes.length; at += 512) {
    const block = bytes.subarray(at, at + 512);
    if (block.toString("latin1", 257, 262) !== "ustar") continue;
    block.fill(0x20, 148, 156);
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  }
  return bytes;
}

test("tar: at once and in pieces alike", () => {
  fc.assert(
    fc.property(FLIPS, fc.integer({ min: 1, max: 900 }), (flips, length) => {
      const bytes = resummed(flipped(TAR, flips));
      const whole = outcome(() =>
        readTar(bytes).map(({ path, data }) => [path, data.toString("hex")]),
      );
      const inPieces = outcome(() => {
        const seen: [string, string][] = [];
        const reader = new TarReader({
          entry: ({ path }) => {
            seen.push([path, ""]);
            const last = seen.at(-1) as [string, string];
            return (piece) => void (last[1] += Buffer.from(piece).toString("hex"));
          },
        });
        for (let at = 0; at < bytes.length; at += length)
          reader.push(bytes.subarray(at, at + length));
        reader.end();
        return seen;
      });
      expect(inPieces).toBe(whole);
    }),
    { numRuns: 1000 },
  );
});

// `bzip2` of "hello\n".
const BZIP2 = Buffer.from("QlpoOTFBWSZTWcHAgOIAAAFBAAAQAkSgADDNAMNGKZcXckU4UJDBwIDi", "base64");

test.each<[Compression, Buffer]>([
  ["gzip", gzipSync(TAR)],
  ["zstd", zstdCompressSync(TAR)],
  ["bzip2", BZIP2],
])("%s: at once and in pieces alike", async (compression, packed) => {
  await fc.assert(
    fc.asyncProperty(FLIPS, async (flips) => {
      const bytes = flipped(packed, flips);
      const whole = outcome(() => Buffer.from(decompress(bytes, compression)).toString("hex"));
      const pieces: Uint8Array[] = [];
      let inPieces: string;
      try {
        for await (const piece of streamDecompressed(bufferSource(bytes), compression))
          pieces.push(piece);
        inPieces = JSON.stringify(Buffer.concat(pieces).toString("hex"));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        inPieces = error.code;
      }
      expect(inPieces).toBe(whole);
    }),
    { numRuns: 150 },
  );
});
