import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RepodataScanner, type ScannedRepodata } from "../../../src/index/conda/scan-repodata.ts";

const REPODATA = {
  info: { subdir: "linux-64", odd: ["}", '"', "\\"] },
  packages: {
    "a-1-0.tar.bz2": { name: "a", license: '},"b-1-0.conda":{' },
    "a-2-0.tar.bz2": { name: "a", nested: { "c-1-0.conda": {} } },
    "a-b-2-0.tar.bz2": {},
    "nothing.tar.bz2": {},
    "é-1-0.tar.bz2": {},
  },
  removed: ["x\\\\", '\\"}', { "y}": [[], {}] }],
  "packages.conda": { "a-3-0.conda": { depends: [] }, "A-4-0.conda": {}, "d-1-0.whl": {} },
  signatures: { "a-1-0.tar.bz2": { key: 1 } },
  repodata_version: 1,
};

function scan(bytes: Uint8Array, size: number): ScannedRepodata {
  const scanner = new RepodataScanner("test");
  // Each piece is written over when it has been taken, as a reader of a file does.
  const piece = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) {
    const part = bytes.subarray(at, at + size);
    piece.set(part);
    scanner.push(piece.subarray(0, part.length));
    piece.fill(0);
  }
  return scanner.finish();
}

/** The members at the places that were found, by name. */
function membersOf(bytes: Buffer, { runs }: ScannedRepodata): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const [name, places] of runs) {
    for (let i = 0; i < places.length; i += 2) {
      const text = bytes.toString("utf8", places[i], places[i + 1]);
      (found[name] ??= []).push(...Object.keys(JSON.parse(`{${text}}`) as object));
    }
  }
  return found;
}

const EXPECTED = {
  a: ["a-1-0.tar.bz2", "a-2-0.tar.bz2", "a-3-0.conda", "A-4-0.conda"],
  "a-b": ["a-b-2-0.tar.bz2"],
  é: ["é-1-0.tar.bz2"],
};

describe("records are found by name", () => {
  test.each([
    ["plain", JSON.stringify(REPODATA)],
    ["indented", JSON.stringify(REPODATA, null, 2)],
    ["with spaces", JSON.stringify(REPODATA, null, 1).replaceAll("\n", "\r\n\t")],
  ])("whatever the pieces, %s", (_, text) => {
    const bytes = Buffer.from(text);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: bytes.length }), (size) => {
        const scanned = scan(bytes, size);
        expect(membersOf(bytes, scanned)).toEqual(EXPECTED);
        expect(scanned.info).toEqual(REPODATA.info);
      }),
      { numRuns: 60 },
    );
  });

  test("a value of no interest may be longer than a record may be", () => {
    const text = `{"removed":["${"x".repeat(1 << 25)}"],"packages":{"a-1-0.conda":{}}}`;
    expect([...scan(Buffer.from(text), 1 << 20).runs.keys()]).toEqual(["a"]);
  });

  test("a record without an end is refused before all of it is in memory", () => {
    const text = `{"packages":{"a-1-0.conda":{"x":"${"x".repeat(1 << 25)}`;
    expect(() => scan(Buffer.from(text), 1 << 20)).toThrow(
      expect.objectContaining({ code: "channel-bad-answer" }),
    );
  });
});
