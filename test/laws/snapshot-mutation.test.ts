import fs, {
  appendFileSync,
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import { normalizeName, UserError } from "../../src/base/index.ts";
import { openFileIndex, showProject, verifyFile } from "../../src/index/snapshot/index.ts";
import { importDatabase, SMALL, temporaryFolder } from "../index/snapshot/database.ts";
import { serveSerials, update } from "../index/snapshot/served-index.ts";

// A damaged index file is refused, or answers as if it were whole: never wrongly, never with a crash.

/** For each of two indexes; all hundred thousand take some minutes, so CI runs a few of them. */
const RUNS = process.env["MACH_NIX_FULL_FUZZ"] === undefined ? 4000 : 50_000;
const numpy = normalizeName("numpy");

/** All that the index says of a project, by each way of asking. */
function ask(path: string): string {
  const index = openFileIndex(path, { date: Date.UTC(2030, 0, 1) });
  try {
    const project = index.project(numpy);
    const said = project?.versions.map((version, i) => [
      version,
      project.files(i).map((file) => [file, index.metadata(numpy, file)]),
      index.sdistMetadata(numpy, { version, python: [3, 9] }),
      index.address(numpy, { kind: "sdist", filename: "", version }),
    ]);
    return JSON.stringify([said, showProject(path, numpy)]);
  } finally {
    index.close();
  }
}

const CODES = ["index-file-damaged", "index-file-foreign", "index-file-newer", "index-file-layers"];

function askOrCode(path: string): string {
  try {
    return ask(path);
  } catch (error) {
    if (error instanceof UserError && CODES.includes(error.code)) return error.code;
    throw error;
  }
}

/** Numbers below `limit`, the same ones for the same seed (a 32-bit xorshift). */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

/** A byte of one of the files. */
interface Place {
  readonly file: number;
  readonly at: number;
}

/** The bytes that work reads, by file. */
function placesRead(paths: readonly string[], work: () => unknown): Place[] {
  const seen = new Set<string>();
  const { readSync } = fs;
  const inodes = paths.map((path) => statSync(path).ino);
  fs.readSync = ((file: number, bytes: Buffer, offset: number, length: number, at: number) => {
    const count = readSync(file, bytes, offset, length, at);
    const which = inodes.indexOf(fstatSync(file).ino);
    if (which >= 0) for (let i = 0; i < count; i++) seen.add(`${which} ${at + i}`);
    return count;
  }) as typeof fs.readSync;
  syncBuiltinESMExports();
  try {
    work();
  } finally {
    fs.readSync = readSync;
    syncBuiltinESMExports();
  }
  return [...seen].map((key) => {
    const [file, at] = key.split(" ").map(Number);
    return { file: file as number, at: at as number };
  });
}

/** Changes one to four bytes in place, asks, and puts them back; every other time bytes that are read. */
function mutate(path: string, others: readonly string[], seed: number): void {
  const paths = [path, ...others];
  const wholes = paths.map((name) => readFileSync(name));
  const answer = ask(path);
  const read = placesRead(paths, () => ask(path));
  const below = numbers(seed);
  const files = paths.map((name) => openSync(name, "r+"));
  const anywhere = (): Place => {
    const file = below(paths.length);
    return { file, at: below((wholes[file] as Buffer).length) };
  };
  const outcomes = { refused: 0, answered: 0 };
  for (let run = 0; run < RUNS; run++) {
    const places = Array.from({ length: 1 + below(4) }, () =>
      run % 2 === 0 ? anywhere() : (read[below(read.length)] as Place),
    );
    for (const { file, at } of places) {
      const byte = Buffer.from([(wholes[file]?.[at] as number) ^ (1 + below(255))]);
      writeSync(files[file] as number, byte, 0, 1, at);
    }
    const found = askOrCode(path);
    if (found === answer) outcomes.answered++;
    else if (CODES.includes(found)) outcomes.refused++;
    else throw new Error(`seed ${seed}, run ${run}: a wrong answer: ${found}`);
    for (const { file, at } of places) {
      writeSync(files[file] as number, wholes[file] as Buffer, at, 1, at);
    }
  }
  for (const file of files) closeSync(file);
  expect(ask(path)).toBe(answer);
  // What the query reads is noticed each time but for the few bytes that say nothing to it.
  expect(outcomes.refused).toBeGreaterThan(RUNS * 0.45);
}

test("bytes changed in a small file, in the delta on it, and in the file of addresses beside it", async () => {
  const { path } = await importDatabase(SMALL);
  const index = await serveSerials();
  index.set("numpy", [
    { filename: "numpy-2.0.tar.gz", bytes: Buffer.from("2.0"), yanked: "no" },
    { filename: "numpy-3.0-py3-none-any.whl", requires: ["six"], requiresPython: ">=3.9" },
  ]);
  await update(index, path, { names: ["numpy"] });
  mutate(path, [`${path}.1`], 1);
});

test("bytes changed in a file of many blocks", async () => {
  const names = Array.from({ length: 4000 }, (_, i) => `numpy-${i}`);
  const sdist = Object.fromEntries(
    names.map((name, i) => [name, { [`${i}`]: { "39": { install_requires: [`${i * i}`] } } }]),
  );
  const { path } = await importDatabase({ ...SMALL, sdist: { ...SMALL["sdist"], ...sdist } });
  mutate(path, [], 2);
});

test("a file cut off, or with more behind its end", async () => {
  const { path } = await importDatabase(SMALL);
  const whole = readFileSync(path);
  const copy = `${temporaryFolder()}/copy`;
  for (let length = 0; length < whole.length; length += 7) {
    writeFileSync(copy, whole.subarray(0, length));
    expect(CODES).toContain(askOrCode(copy));
  }
  writeFileSync(copy, whole);
  appendFileSync(copy, "more");
  expect(askOrCode(copy)).toBe("index-file-damaged");
  expect(() => verifyFile(copy, () => undefined)).toThrow(/has/);
});

/** Writes other facts into a file, with all checksums as they should be. */
function writeFacts(path: string, change: (facts: Record<string, unknown>) => unknown): void {
  const bytes = readFileSync(path);
  const header = bytes.subarray(0, 64);
  const at = header.readDoubleLE(32);
  const facts = JSON.parse(bytes.subarray(at).toString()) as Record<string, unknown>;
  const text = Buffer.from(JSON.stringify(change(facts)));
  header.writeUInt32LE(text.length, 12);
  header.writeUInt32LE(crc32(text), 16);
  header.writeDoubleLE(at + text.length, 24);
  header.writeUInt32LE(crc32(header.subarray(0, 60)), 60);
  writeFileSync(path, Buffer.concat([header, bytes.subarray(64, at), text]));
}

test.each([
  ["no object", () => null],
  ["no tables", (facts: object) => ({ ...facts, tables: undefined })],
  ["another kind", (facts: object) => ({ ...facts, kind: "recipes" })],
  ["no date", (facts: object) => ({ ...facts, date: "yesterday" })],
  ["a table without a place", (facts: object) => ({ ...facts, tables: { projects: {} } })],
  [
    "a table beyond the end",
    (facts: object) => ({
      ...facts,
      tables: { projects: { entries: 1, root: { offset: 2 ** 40, length: 9, crc: 0 } } },
    }),
  ],
  ["pythons that are none", (facts: object) => ({ ...facts, pythons: [3.9] })],
])("a file made to do harm, its checksums all right: %s", async (_, change) => {
  const { path } = await importDatabase(SMALL);
  writeFacts(path, change);
  expect(askOrCode(path)).toBe("index-file-damaged");
});

test("index-file-newer, index-file-foreign, index-file-missing", async () => {
  const { path } = await importDatabase(SMALL);
  const bytes = readFileSync(path);
  bytes.writeUInt32LE(2, 8);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 60)), 60);
  writeFileSync(path, bytes);
  expect(askOrCode(path)).toBe("index-file-newer");
  writeFileSync(path, "a zip file, perhaps");
  expect(askOrCode(path)).toBe("index-file-foreign");
  expect(() => openFileIndex(`${path}.absent`)).toThrow(
    expect.objectContaining({ code: "index-file-missing" }),
  );
  expect(() => openFileIndex(temporaryFolder())).toThrow(
    expect.objectContaining({ code: "index-file-missing" }),
  );
});
