import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { normalizeName, silent } from "../../../src/base/index.ts";
import {
  compactIndex,
  diffFiles,
  exportIndex,
  inspectFile,
  inspectIndex,
  openFileIndex,
  showProject,
  verifyFile,
} from "../../../src/index/snapshot/index.ts";
import type { ServedFile } from "../simple-server.ts";
import { bucketOf, importDatabase, SMALL, temporaryFolder } from "./database.ts";
import { NOW, type SerialIndex, serveSerials, update } from "./served-index.ts";

const numpy = normalizeName("numpy");
const six = normalizeName("six");
const day = (text: string): number => Date.parse(`${text}T00:00:00Z`);

const NUMPY: readonly ServedFile[] = [
  { filename: "numpy-1.0.tar.gz", bytes: Buffer.from("1.0"), uploaded: "2006-10-26T00:00:00Z" },
  { filename: "numpy-2.0.zip", bytes: Buffer.from("zip"), uploaded: "2023-01-02T00:00:00Z" },
  { filename: "numpy-2.0.tar.gz", bytes: Buffer.from("2.0"), uploaded: "2023-01-02T00:00:00Z" },
  {
    filename: "numpy-2.0-cp39-cp39-manylinux1_x86_64.whl",
    uploaded: "2023-01-02T00:00:00Z",
    yanked: "broken on AVX512",
  },
  {
    filename: "numpy-3.0-py3-none-any.whl",
    requires: ["six>=1", 'pytest; extra == "test"'],
    requiresPython: ">=3.9",
    uploaded: "2023-12-24T18:00:00Z",
  },
  { filename: "numpy-3.0-cp312-cp312-win_amd64.whl", uploaded: "2023-12-25T00:00:00Z" },
];

function bucketText(directory: string, name: string): string {
  return readFileSync(`${directory}/wheel/${bucketOf(name)}.json`, "utf8");
}

async function start(): Promise<{ readonly path: string; readonly index: SerialIndex }> {
  const { path } = await importDatabase(SMALL);
  const index = await serveSerials();
  index.set("six", [
    { filename: "six-1.16.0.tar.gz", bytes: Buffer.from("six"), uploaded: "2021-05-05T00:00:00Z" },
  ]);
  index.set("zope-interface", [
    { filename: "zope.interface-6.0-py3-none-any.whl", uploaded: "2023-03-01T00:00:00Z" },
  ]);
  index.set("numpy", NUMPY);
  index.set("broken", []);
  return { path, index };
}

test("all that changed, by serials: times, yanks, new wheels' needs, addresses and hashes", async () => {
  const { path, index } = await start();
  const result = await update(index, path);
  expect(result).toMatchObject({ path: `${path}.1`, asked: 4, changed: 4, left: 0, unread: 0 });
  // The index's page, four projects, and the metadata of two wheels that the file did not know.
  expect(result.requests).toBe(7);
  expect(index.asked()).toHaveLength(7);
  const [shown] = showProject(path, numpy);
  expect(shown?.sdists.map(({ version, facts }) => [version, facts])).toEqual([
    ["2.0", { uploadTime: day("2023-01-02"), filename: "numpy-2.0.tar.gz" }],
    ["1.0", { uploadTime: day("2006-10-26"), filename: "numpy-1.0.tar.gz" }],
  ]);
  expect(shown?.sdists[1]?.pythons[0]).toEqual(["27", { installRequires: ["six"] }]);
  expect(shown?.wheels[1]).toEqual({
    version: "2.0",
    files: [
      {
        filename: "numpy-2.0-cp39-cp39-manylinux1_x86_64.whl",
        tag: "cp39",
        metadata: {
          requiresDist: ['pytest ; extra == "test"'],
          providesExtras: ["test"],
          requiresPython: ">=3.9",
        },
        facts: { uploadTime: day("2023-01-02"), yanked: "broken on AVX512" },
      },
    ],
  });
  const opened = openFileIndex(path);
  const record = opened.project(numpy);
  expect(record?.versions).toEqual(["3.0", "2.0", "1.0"]);
  const wheel = record?.files(0).find(({ filename }) => filename.includes("py3-none"));
  expect(opened.metadata(numpy, wheel as never)).toMatchObject({ requiresPython: ">=3.9" });
  const sought = { kind: "sdist", filename: "", version: "2.0" } as const;
  expect(opened.address(numpy, sought)).toMatchObject({
    filename: "numpy-2.0.tar.gz",
    url: expect.stringContaining("/files/numpy-2.0.tar.gz") as string,
    source: `${path}.1`,
  });
  opened.close();
  expect(verifyFile(path, silent).problems).toEqual([]);
  expect(verifyFile(`${path}.1`, silent)).toMatchObject({ problems: [], projects: 0 });
});

test("nothing has changed: one request, and no file", async () => {
  const { path, index } = await start();
  await update(index, path);
  index.asked();
  const again = await update(index, path);
  expect(again).toMatchObject({ requests: 1, asked: 0, changed: 0 });
  expect(again.path).toBeUndefined();
  expect(existsSync(`${path}.2`)).toBe(false);
  expect(index.asked()).toEqual(["/simple/"]);
});

test("only what changed is asked for, and a second delta stands on the first", async () => {
  const { path, index } = await start();
  await update(index, path);
  index.set("numpy", NUMPY.slice(1));
  index.set("six", undefined);
  index.asked();
  const result = await update(index, path, { now: day("2024-02-01") });
  expect(result).toMatchObject({ path: `${path}.2`, asked: 1, changed: 1, removed: 1 });
  expect(index.asked()).toEqual(["/simple/", "/simple/numpy/"]);
  expect(showProject(path, six)).toEqual([]);
  expect(showProject(path, numpy)[0]?.sdists.map(({ version }) => version)).toEqual(["2.0"]);
  const { deltas, date } = inspectIndex(path);
  expect(deltas.map(({ facts }) => facts.kind)).toEqual(["delta", "delta"]);
  expect(deltas[1]?.facts.upon).toBe(deltas[0]?.facts.contents);
  expect(date).toBe(day("2024-02-01"));
});

test("a date sees what existed then: layers by their dates, files by their times", async () => {
  const { path, index } = await start();
  await update(index, path);
  index.set("numpy", NUMPY.slice(1));
  index.set("six", undefined);
  await update(index, path, { now: day("2024-02-01") });
  const versionsAt = (date: string): unknown => {
    const opened = openFileIndex(path, { date: day(date) });
    const answer = [
      opened.project(numpy)?.versions,
      opened.project(six)?.versions,
      [...opened.undated],
    ];
    opened.close();
    return answer;
  };
  expect(versionsAt("2024-03-01")).toEqual([["3.0", "2.0"], undefined, []]);
  expect(versionsAt("2024-01-15")).toEqual([["3.0", "2.0", "1.0"], ["1.16.0"], []]);
  // Between the file and its first delta: what the file has, and what is known to have come since.
  expect(versionsAt("2023-12-24")).toEqual([["2.1", "2.0", "1.10", "1.0", "0.9"], ["1.16.0"], []]);
  expect(versionsAt("2023-12-25")).toEqual([
    ["3.0", "2.1", "2.0", "1.10", "1.0", "0.9"],
    ["1.16.0"],
    [],
  ]);
  // Before the file: times that deltas brought, and what never had any (2.0 has such a wheel).
  expect(versionsAt("2020-01-01")).toEqual([["2.1", "2.0", "1.10", "1.0", "0.9"], [], ["numpy"]]);
  const old = openFileIndex(path, { date: day("2023-12-24") });
  expect(old.project(numpy)?.later?.()).toEqual([
    { version: "3.0", uploadTime: Date.parse("2023-12-24T18:00:00Z") },
  ]);
  old.close();
});

test("packages that are named are asked for with what is known of their pages", async () => {
  const { path, index } = await start();
  const names = ["six", "numpy", "absent"];
  const first = await update(index, path, { names });
  expect(first).toMatchObject({ asked: 3, changed: 2, removed: 0 });
  index.asked();
  const second = await update(index, path, { names });
  expect(second).toMatchObject({ requests: 3, changed: 0 });
  expect(index.asked()).toEqual(["/simple/absent/", "/simple/numpy/", "/simple/six/"]);
  index.set("six", undefined);
  expect(await update(index, path, { names })).toMatchObject({ removed: 1, changed: 0 });
  expect(showProject(path, six)).toEqual([]);
});

test("no more requests than are allowed; what is left comes with the next update", async () => {
  const { path, index } = await start();
  const names = ["numpy", "six", "zope.interface"];
  const first = await update(index, path, { names, maxRequests: 2 });
  expect(first).toMatchObject({ requests: 2, asked: 2, left: 1 });
  expect(index.asked()).toHaveLength(2);
  expect(first.unread).toBe(2);
  const opened = openFileIndex(path);
  const unread = opened.project(numpy)?.files(0)[1];
  // What the list of files says of it counts all the same.
  expect(unread).toMatchObject({ filename: "numpy-3.0-py3-none-any.whl", requiresPython: ">=3.9" });
  expect(opened.metadata(numpy, unread as never)).toHaveProperty("failure");
  opened.close();
  const directory = temporaryFolder();
  exportIndex({ file: path, directory, report: silent });
  // A record in the export would say that the wheel needs nothing.
  expect(bucketText(directory, "numpy")).toContain("numpy-2.0-cp39-cp39");
  expect(bucketText(directory, "numpy")).not.toContain("numpy-3.0");
  const second = await update(index, path, { names, maxRequests: 20 });
  expect(second).toMatchObject({ left: 0, unread: 0 });
  const whole = openFileIndex(path);
  const read = whole.project(numpy)?.files(0)[0];
  expect(whole.metadata(numpy, read as never)).toHaveProperty("requiresDist");
  whole.close();
  expect(await update(index, path, { maxRequests: 1 })).toMatchObject({ requests: 1, left: 1 });
});

test("index-update-unlisted: an index without serials, or another index", async () => {
  const { path } = await importDatabase(SMALL);
  const plain = await serveSerials({ serials: false });
  plain.set("numpy", NUMPY);
  await expect(update(plain, path)).rejects.toMatchObject({ code: "index-update-unlisted" });
  expect(await update(plain, path, { names: ["numpy"] })).toMatchObject({ changed: 1 });
  const other = await serveSerials();
  other.set("something-else", []);
  await expect(update(other, path)).rejects.toMatchObject({
    code: "index-update-unlisted",
    message: expect.stringContaining("another index") as string,
  });
});

test("what the index has no usable answer for stays as it was; where it has none at all, it says why", async () => {
  const { path } = await importDatabase(SMALL);
  const index = await serveSerials({
    refuse: (name) => (name === "numpy" ? "no simple page" : undefined),
  });
  index.set("numpy", NUMPY);
  index.set("six", [{ filename: "six-1.17.0-py3-none-any.whl" }]);
  index.set("zope-interface", []);
  index.set("broken", []);
  const result = await update(index, path);
  expect(result).toMatchObject({ changed: 3, failed: 1, left: 0 });
  expect(inspectFile(`${path}.1`).facts.serial).toBeUndefined();
  expect(showProject(path, numpy)[0]?.wheels[0]?.version).toBe("2.1");
  await expect(update(index, path, { names: ["numpy"] })).rejects.toMatchObject({
    code: "index-bad-answer",
  });
});

test("a wheel whose needs cannot be read is listed without", async () => {
  const { path } = await importDatabase(SMALL);
  const index = await serveSerials({ metadata: false });
  index.set("six", [
    { filename: "six-1.17.0-py3-none-any.whl", bytes: Buffer.from("no zip at all") },
    { filename: "six-1.18.0-py3-none-any.whl", requires: ["numpy"] },
  ]);
  const result = await update(index, path, { names: ["six"] });
  expect(result).toMatchObject({ changed: 1, unread: 1 });
  expect(showProject(path, six)[0]?.wheels.map(({ files }) => files[0]?.facts?.isUnread)).toEqual([
    undefined,
    true,
  ]);
});

test("compaction answers as the layers did, and is its own input's equal", async () => {
  const { path, index } = await start();
  await update(index, path);
  index.set("six", undefined);
  await update(index, path, { now: day("2024-02-01") });
  const output = `${temporaryFolder()}/compact.index`;
  const result = await compactIndex({ file: path, output, report: silent });
  expect(result).toMatchObject({ deltas: 2 });
  expect([...diffFiles(path, output)]).toEqual([]);
  expect(inspectIndex(output)).toMatchObject({
    date: day("2024-02-01"),
    deltas: [],
    facts: { kind: "releases", counts: { projects: 2 } },
  });
  expect(verifyFile(output, silent).problems).toEqual([]);
  const opened = openFileIndex(output);
  expect(opened.project(numpy)?.versions).toEqual(["3.0", "2.0", "1.0"]);
  expect(opened.address(numpy, { kind: "sdist", filename: "", version: "1.0" })?.source).toBe(
    output,
  );
  opened.close();
  const before = readFileSync(output);
  await compactIndex({ file: output, output, report: silent });
  expect(readFileSync(output)).toEqual(before);
  await compactIndex({ file: path, output: path, report: silent });
  expect(existsSync(`${path}.1`)).toBe(false);
  expect(readFileSync(path)).toEqual(before);
  expect(await update(index, path)).toMatchObject({ requests: 1, changed: 0 });
});

test("index-file-layers: a delta of another file, or named in place of its base", async () => {
  const { path, index } = await start();
  await update(index, path, { output: `${path}.delta` });
  expect(inspectFile(`${path}.delta`).facts.kind).toBe("delta");
  const layers = expect.objectContaining({ code: "index-file-layers" }) as unknown;
  expect(() => openFileIndex(`${path}.delta`)).toThrow(layers as Error);
  const other = await importDatabase({ sdist: { six: { "1.0": { "39": {} } } } });
  await update(index, other.path, { names: ["six"], now: NOW });
  const { renameSync, copyFileSync } = await import("node:fs");
  renameSync(`${other.path}.1`, `${path}.1`);
  expect(() => openFileIndex(path)).toThrow(layers as Error);
  copyFileSync(other.path, `${path}.1`);
  expect(() => openFileIndex(path)).toThrow(layers as Error);
});
