import { expect, test } from "vitest";
import {
  decodeEntry,
  type DirectoryStep,
  entryRange,
  locateDirectory,
  type ZipEntry,
} from "../../src/archive/index.ts";
import { makeZip } from "./make-zip.ts";

const MANY = Array.from({ length: 2000 }, (_, i) => ({ name: `folder/file-${i}`, data: `${i}` }));

/** Reads a directory as a client of ranges does; gives the entries and how many requests it took. */
function fetchDirectory(
  file: Buffer,
  firstTail: number,
): { entries: ZipEntry[]; requests: number; bytes: number } {
  let from = Math.max(0, file.length - firstTail);
  let bytes = file.length - from;
  for (let requests = 1; ; requests++) {
    const step: DirectoryStep = locateDirectory(file.subarray(from), file.length);
    if (step.kind === "entries") return { entries: step.entries, requests, bytes };
    expect(step.from).toBeLessThan(from);
    bytes += from - step.from;
    from = step.from;
  }
}

test.each([
  ["a tail that holds all", 1_000_000, 1],
  ["a tail that holds only the end", 100, 2],
  ["a tail of 22 bytes", 22, 3],
  ["a tail of nothing", 0, 3],
])("%s", (_, tail, requests) => {
  const file = makeZip(MANY);
  const found = fetchDirectory(file, tail);
  expect(found.entries.length).toBe(2000);
  expect(found.requests).toBeLessThanOrEqual(requests);
});

test("of a large file only the directory and the entry wanted are fetched", () => {
  const random = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 251));
  const entries = [
    { name: "large", data: random, method: 0 },
    { name: "x.dist-info/METADATA", data: "Name: x" },
  ];
  const file = makeZip(entries);
  const { entries: found, bytes } = fetchDirectory(file, 2048);
  const entry = found.find(({ name }) => name.endsWith("METADATA")) as ZipEntry;
  const { offset, length } = entryRange(entry);
  expect(bytes + length).toBeLessThan(3000);
  const data = decodeEntry(file.subarray(offset, offset + length), entry);
  expect(Buffer.from(data).toString()).toBe("Name: x");
});

test.each([50, 76, 98, 200, 1000])("zip64 with a tail of %d bytes", (tail) => {
  const file = makeZip({ entries: MANY, zip64: {}, comment: "with a comment" });
  const { entries, requests } = fetchDirectory(file, tail);
  expect(entries.length).toBe(2000);
  expect(requests).toBeLessThanOrEqual(3);
});

test("a tail too short to tell asks for what is sure to do, and a file that is none is refused", () => {
  const step = locateDirectory(Buffer.alloc(10), 1_000_000);
  expect(step.kind === "need" && 1_000_000 - step.from).toBe(65_633);
  expect(() => locateDirectory(Buffer.alloc(65_633), 1_000_000)).toThrow(/not a zip file/);
});

test("the wrong bytes for an entry are refused", () => {
  const file = makeZip(MANY);
  const { entries } = fetchDirectory(file, 1_000_000);
  const [first, second] = entries as [ZipEntry, ZipEntry];
  const { offset, length } = entryRange(second);
  const bytes = file.subarray(offset, offset + length);
  expect(() => decodeEntry(bytes, first)).toThrow(/described otherwise/);
  const shifted = file.subarray(offset + 1, offset + 1 + length);
  expect(() => decodeEntry(shifted, second)).toThrow(/not where the directory says/);
  expect(() => decodeEntry(bytes.subarray(0, 31), second)).toThrow(/bytes are needed/);
});
