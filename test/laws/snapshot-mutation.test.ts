import { appendFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { crc32 } from "node:zlib";
import { array, assert, integer, nat, property, record } from "fast-check";
import { expect, test } from "vitest";
import { normalizeName, UserError } from "../../src/base/index.ts";
import { openFileIndex, showProject, verifyFile } from "../../src/index/snapshot/index.ts";
import { importDatabase, SMALL, temporaryFolder } from "../index/snapshot/database.ts";

// A damaged index file is refused, or answers as if it were whole: never wrongly, never with a crash.

const RUNS = 5000;
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

test("any bytes changed, cut off or added", async () => {
  const { path } = await importDatabase(SMALL);
  const whole = readFileSync(path);
  const answer = ask(path);
  const copy = `${temporaryFolder()}/copy`;
  const change = record({ at: nat(whole.length - 1), by: integer({ min: 1, max: 255 }) });
  assert(
    property(array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const bytes = Buffer.from(whole);
      for (const { at, by } of changes) bytes[at] = (bytes[at] as number) ^ by;
      writeFileSync(copy, bytes);
      const found = askOrCode(copy);
      expect(CODES.includes(found) || found === answer).toBe(true);
    }),
    { numRuns: RUNS },
  );
  for (let length = 0; length < whole.length; length += 7) {
    writeFileSync(copy, whole);
    truncateSync(copy, length);
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
