// What the system refuses while an index file is written, and what is left then.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { silent } from "../../../src/base/index.ts";
import {
  compactIndex,
  exportSteps,
  importIndex,
  stepwise,
  verifyFile,
  verifySteps,
} from "../../../src/index/snapshot/index.ts";
import { importDatabase, SMALL, temporaryFolder, writeDatabase } from "./database.ts";

async function importTo(output: string): Promise<unknown> {
  const source = writeDatabase(SMALL);
  return importIndex({ source, output, sourceName: "test", report: silent });
}

test("index-file-unwritable: a directory, or what is no folder, is refused before anything is read", async () => {
  const folder = temporaryFolder();
  const refused = { code: "index-file-unwritable", place: { file: join(folder, "taken") } };
  mkdirSync(join(folder, "taken"));
  await expect(importTo(join(folder, "taken"))).rejects.toMatchObject(refused);
  const { path } = await importDatabase(SMALL);
  const output = join(folder, "taken");
  await expect(compactIndex({ file: path, output, report: silent })).rejects.toMatchObject(refused);
  writeFileSync(join(folder, "file"), "");
  await expect(importTo(join(folder, "file", "x.index"))).rejects.toMatchObject({
    code: "index-file-unwritable",
  });
  expect(readdirSync(folder).toSorted()).toEqual(["file", "taken"]);
});

test("folders on the way to the file are made", async () => {
  const output = join(temporaryFolder(), "new", "folder", "x.index");
  await importTo(output);
  expect(verifyFile(output, silent).problems).toEqual([]);
});

test("index-file-unwritable: a full disk; nothing is left of what was begun", async () => {
  // Writes to it fail as those to a full disk do.
  if (!existsSync("/dev/full")) return;
  const { writing } = await import("../../../src/index/snapshot/temporary-file.ts");
  const write = (): void => writing("x.index", () => writeFileSync("/dev/full", "x"));
  const refused = expect.objectContaining({
    code: "index-file-unwritable",
    message: expect.stringContaining("ENOSPC") as string,
    hint: expect.stringContaining("make room") as string,
  }) as Error;
  expect(write).toThrow(refused);
});

test("an export and a check that are given up halfway leave nothing open and nothing half made", async () => {
  const sdist = Object.fromEntries(
    Array.from({ length: 2500 }, (_, i) => [`p${i}`, { "1.0": { "39": {} } }]),
  );
  const { path } = await importDatabase({ sdist });
  const directory = temporaryFolder();
  const steps = exportSteps({ file: path, directory, report: silent });
  expect(steps.next().done).toBe(false);
  expect(readdirSync(join(directory, "sdist")).every((name) => name.endsWith(".tmp"))).toBe(true);
  steps.return(undefined as never);
  expect(readdirSync(join(directory, "sdist"))).toEqual([]);
  let turns = 0;
  setImmediate(() => turns++);
  await stepwise(verifySteps(path, silent));
  await stepwise(exportSteps({ file: path, directory, report: silent }));
  expect(turns).toBe(1);
  expect(readdirSync(join(directory, "sdist")).every((name) => name.endsWith(".json"))).toBe(true);
});
