import {
  appendFileSync,
  closeSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import { normalizeName, UserError } from "../../src/base/index.ts";
import { openFileIndex, showProject, verifyFile } from "../../src/index/snapshot/index.ts";
import { importDatabase, SMALL, temporaryFolder } from "../index/snapshot/database.ts";

// A damaged index file is refused, or answers as if it were whole: never wrongly, never with a crash.

/** For each of two files; all hundred thousand take a minute, so CI runs a tenth. */
const RUNS = process.env["MACH_NIX_FULL_FUZZ"] === undefined ? 5000 : 50_000;
const numpy = normalizeName("numpy");

function ask(path: string): string {
  return JSON.stringify(showProject(path, numpy));
}

const CODES = ["index-file-damaged", "index-file-foreign", "index-file-newer"];

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

/** Changes one to four bytes in place, asks, and puts them back. */
function mutate(path: string, seed: number): void {
  const whole = readFileSync(path);
  const answer = ask(path);
  const below = numbers(seed);
  const file = openSync(path, "r+");
  const outcomes = { refused: 0, answered: 0 };
  for (let run = 0; run < RUNS; run++) {
    const places = Array.from({ length: 1 + below(4) }, () => below(whole.length));
    for (const at of places) {
      writeSync(file, Buffer.from([(whole[at] as number) ^ (1 + below(255))]), 0, 1, at);
    }
    const found = askOrCode(path);
    if (found === answer) outcomes.answered++;
    else if (CODES.includes(found)) outcomes.refused++;
    else throw new Error(`seed ${seed}, run ${run}: a wrong answer: ${found}`);
    for (const at of places) writeSync(file, whole, at, 1, at);
  }
  closeSync(file);
  expect(outcomes.refused).toBeGreaterThan(0);
}

test("bytes changed in a file nearly all of which the query reads", async () => {
  const { path } = await importDatabase(SMALL);
  mutate(path, 1);
});

test("bytes changed in a file of many blocks", async () => {
  const names = Array.from({ length: 4000 }, (_, i) => `numpy-${i}`);
  const sdist = Object.fromEntries(
    names.map((name, i) => [name, { [`${i}`]: { "39": { install_requires: [`${i * i}`] } } }]),
  );
  const { path } = await importDatabase({ ...SMALL, sdist: { ...SMALL["sdist"], ...sdist } });
  mutate(path, 2);
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
