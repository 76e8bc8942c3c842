import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { sha256 } from "../../src/base/index.ts";
import type { FileRecord, ProjectRecord } from "../../src/index/index.ts";
import { failure, scratch, serve } from "../http/servers.ts";
import { makeWheel, named, open, serveIndex, type ServedFile } from "./simple-server.ts";

const local: ServedFile = { filename: "demo-1.5-py3-none-any.whl", requires: ["near"] };
const listed: readonly ServedFile[] = [
  { filename: "demo-1.0-py3-none-any.whl" },
  { filename: "demo-2.0-py3-none-any.whl", requires: ["far"] },
];

function folderWith(files: readonly ServedFile[]): string {
  const folder = join(scratch(), "wheels and more");
  mkdirSync(folder);
  for (const file of files) writeFileSync(join(folder, file.filename), makeWheel(file));
  writeFileSync(join(folder, "README.txt"), "no package");
  return folder;
}

async function demoOf(index: ReturnType<typeof open>["index"]): Promise<ProjectRecord> {
  const record = await index.project(named("demo"));
  if (record === undefined) throw new Error("demo is not there");
  return record;
}

describe.each<readonly [string, (folder: string) => string]>([
  ["a folder", (folder) => folder],
  ["a file URL of a folder", (folder) => pathToFileURL(folder).href],
  ["a single wheel", (folder) => join(folder, local.filename)],
  [
    "an HTML file",
    (folder) => {
      writeFileSync(join(folder, "page.html"), `<a href="${local.filename}">x</a>`);
      return join(folder, "page.html");
    },
  ],
])("%s", (_, place) => {
  test("gives its files, with hash and metadata, without any index", async () => {
    const { index } = open([], { findLinks: [place(folderWith([local]))] });
    const record = await demoOf(index);
    expect(record.versions).toEqual(["1.5"]);
    const [file] = record.files(0) as [FileRecord];
    const bytes = makeWheel(local);
    expect([file.kind, file.sha256, file.size]).toEqual(["wheel", sha256(bytes), bytes.length]);
    expect(index.metadata(record.name, file)).toMatchObject({ requiresDist: ["near"] });
    expect(await index.project(named("other"))).toBeUndefined();
  });
});

test("files are added to those of the index that serves the name", async () => {
  const server = await serveIndex({ current: { projects: { demo: listed } } });
  const both = [local, listed[0] as ServedFile];
  const { index } = open([`${server.url}/simple/`], { findLinks: [folderWith(both)] });
  const record = await demoOf(index);
  expect(record.versions).toEqual(["2.0", "1.5", "1.0"]);
  expect(record.files(2).map(({ url }) => url.slice(0, 5))).toEqual(["file:"]);
  const far = record.files(0)[0] as FileRecord;
  expect(await index.metadata(record.name, far)).toMatchObject({ requiresDist: ["far"] });
});

test("a page of links is read, kept, and used offline", async () => {
  const wheel = makeWheel(local);
  const server = await serve((request, response) => {
    if (request.url === "/links") {
      response.writeHead(200, { "content-type": "text/html" });
      return void response.end(`<a href="f/${local.filename}#sha256=${sha256(wheel)}">x</a>`);
    }
    return void response.writeHead(200, { "content-length": wheel.length }).end(wheel);
  });
  const options = { findLinks: [`${server.url}/links`], cacheDirectory: scratch() };
  const { index } = open([], options);
  const record = await demoOf(index);
  const file = record.files(0)[0] as FileRecord;
  expect(await index.metadata(record.name, file)).toMatchObject({ requiresDist: ["near"] });
  const asked = server.requests.length;
  const again = open([], { ...options, offline: true }).index;
  const kept = await demoOf(again);
  expect(again.metadata(kept.name, kept.files(0)[0] as FileRecord)).toMatchObject({
    requiresDist: ["near"],
  });
  expect(server.requests.length).toBe(asked);
  const never = open([], { findLinks: [`${server.url}/other`], offline: true }).index;
  await expect(async () => never.project(named("demo"))).rejects.toMatchObject({
    code: "index-offline",
  });
});

test("a place that is not there is said, and passed over", async () => {
  const { index, notes } = open([], { findLinks: ["/nowhere/at/all"] });
  expect(await index.project(named("demo"))).toBeUndefined();
  expect(notes.map(({ code }) => code)).toEqual(["index-find-links-missing"]);
});

test("a page that cannot be had is an error", async () => {
  const { index } = open([], { findLinks: ["http://127.0.0.1:9/links"] });
  const error = await failure(Promise.resolve(index.project(named("demo"))));
  expect(error.exit).toBe(5);
});

test("a broken local wheel is a failure", async () => {
  const folder = folderWith([]);
  writeFileSync(join(folder, "demo-1-py3-none-any.whl"), "no zip");
  const { index } = open([], { findLinks: [folder] });
  const record = await demoOf(index);
  expect(index.metadata(record.name, record.files(0)[0] as FileRecord)).toHaveProperty("failure");
});
