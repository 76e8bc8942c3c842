import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isPromise, type PackageName, type UserError } from "../../src/base/index.ts";
import type { FileRecord, LiveIndex, ProjectRecord } from "../../src/index/index.ts";
import { makeZip } from "../archive/make-zip.ts";
import { client, failure, scratch } from "../http/servers.ts";
import { named, open, serveIndex, type ServedFile, type ServedIndex } from "./simple-server.ts";

const DAY = 86_400_000;
const demo: readonly ServedFile[] = [
  {
    filename: "demo-1.0-py3-none-any.whl",
    requires: ["base>=1"],
    uploaded: "2024-01-01T00:00:00Z",
  },
  {
    filename: "demo-2.0-py3-none-any.whl",
    requires: ["base>=2", 'extra-thing; extra == "more"'],
    requiresPython: ">=3.8",
    uploaded: "2025-01-01T00:00:00Z",
  },
  { filename: "demo-1.5-py3-none-any.whl", yanked: "broken", uploaded: "2024-06-01T00:00:00Z" },
];

async function project(index: LiveIndex, name: string): Promise<ProjectRecord> {
  const found = await index.project(named(name));
  if (found === undefined) throw new Error(`${name} is not there`);
  return found;
}

async function metadataOf(index: LiveIndex, record: ProjectRecord, i = 0): Promise<unknown> {
  return index.metadata(record.name, record.files(i)[0] as FileRecord);
}

const forms: readonly (readonly [string, Omit<ServedIndex, "projects">])[] = [
  ["JSON with metadata files", { format: "json", metadata: true }],
  ["JSON without metadata files", { format: "json" }],
  ["JSON without upload times and sizes", { format: "json", times: false }],
  ["HTML with metadata files", { format: "html", metadata: true }],
  ["HTML without metadata files", { format: "html" }],
];

describe.each(forms)("an index in %s", (_, form) => {
  test("gives versions, files and metadata", async () => {
    const server = await serveIndex({ current: { ...form, projects: { demo } } });
    const { index } = open([`${server.url}/simple/`]);
    const record = await project(index, "demo");
    expect(record.versions).toEqual(["2.0", "1.5", "1.0"]);
    expect(record.source).toBe(`${server.url}/simple/`);
    const [file] = record.files(0);
    expect(file?.url).toBe(`${server.url}/files/demo-2.0-py3-none-any.whl`);
    expect(file?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(file?.requiresPython).toBe(">=3.8");
    expect(record.files(1)[0]?.yanked).toBe("broken");
    expect(await metadataOf(index, record)).toEqual({
      requiresDist: ["base>=2", 'extra-thing; extra == "more"'],
      requiresPython: ">=3.8",
      extras: [],
    });
  });

  test("answers the same offline, at once, without a request", async () => {
    const server = await serveIndex({ current: { ...form, projects: { demo } } });
    const cacheDirectory = scratch();
    const date = Date.now() - DAY;
    const first = open([`${server.url}/simple`], { cacheDirectory, date });
    const seen = await project(first.index, "demo");
    const metadata = await metadataOf(first.index, seen);
    await first.index.project(named("nothing"));
    first.index.close();
    const asked = server.requests.length;
    const { index } = open([`${server.url}/simple`], { cacheDirectory, date, offline: true });
    const record = index.project(named("demo"));
    if (isPromise(record) || record === undefined) throw new Error("not local");
    expect(record.versions).toEqual(seen.versions);
    expect(record.files(0).map(({ url, sha256, size }) => [url, sha256, size])).toEqual(
      seen.files(0).map(({ url, sha256, size }) => [url, sha256, size]),
    );
    expect(index.metadata(record.name, record.files(0)[0] as FileRecord)).toEqual(metadata);
    expect(index.project(named("nothing"))).toBeUndefined();
    expect(server.requests.length).toBe(asked);
  });
});

describe("the date", () => {
  test("later uploads do not exist", async () => {
    const server = await serveIndex({ current: { projects: { demo } } });
    const date = Date.parse("2024-07-01T00:00:00Z");
    const { index, notes } = open([`${server.url}/simple/`], { date });
    const record = await project(index, "demo");
    expect(record.versions).toEqual(["1.5", "1.0"]);
    expect(record.files(1)[0]?.filename).toBe("demo-1.0-py3-none-any.whl");
    expect(record.dated).toBe(true);
    const uploadTime = Date.parse("2025-01-01T00:00:00Z");
    expect(record.later?.()).toEqual([{ version: "2.0", uploadTime }]);
    expect(notes).toEqual([]);
  });

  test("a file uploaded later to an older version does not exist", async () => {
    const late = { filename: "demo-1.0-cp311-cp311-win32.whl", uploaded: "2025-01-01T00:00:00Z" };
    const server = await serveIndex({ current: { projects: { demo: [...demo, late] } } });
    const date = Date.parse("2024-07-01T00:00:00Z");
    const { index } = open([`${server.url}/simple/`], { date });
    const record = await project(index, "demo");
    expect(record.files(1).map(({ filename }) => filename)).toEqual(["demo-1.0-py3-none-any.whl"]);
  });

  test("without upload times it is not applied, and that is said once", async () => {
    const server = await serveIndex({ current: { projects: { demo, other: demo }, times: false } });
    const { index, notes } = open([`${server.url}/simple/`], { date: Date.parse("2021-01-01") });
    const record = await project(index, "demo");
    expect(record.dated).toBe(false);
    expect(record.versions.length).toBe(3);
    await index.project(named("other"));
    expect(notes.map(({ code }) => code)).toEqual(["index-undated"]);
  });
});

describe("what is kept", () => {
  test("is used without asking where it was fetched after the date", async () => {
    const server = await serveIndex({ current: { projects: { demo } } });
    const cacheDirectory = scratch();
    const date = Date.now() - DAY;
    await project(open([`${server.url}/simple/`], { cacheDirectory, date }).index, "demo");
    const again = open([`${server.url}/simple/`], { cacheDirectory, date });
    expect(isPromise(again.index.project(named("demo")))).toBe(false);
    expect(server.requests.length).toBe(1);
  });

  test("is used for a while where the date is the present moment", async () => {
    const server = await serveIndex({ current: { projects: { demo } } });
    const cacheDirectory = scratch();
    await project(open([`${server.url}/simple/`], { cacheDirectory }).index, "demo");
    const now = Date.now() + 60_000;
    const soon = open([`${server.url}/simple/`], { cacheDirectory, now: () => now, date: now });
    expect(isPromise(soon.index.project(named("demo")))).toBe(false);
    const exact = { cacheDirectory, now: () => now, date: now, maxAge: 0 };
    await open([`${server.url}/simple/`], exact).index.project(named("demo"));
    expect(server.requests.length).toBe(2);
  });

  test("is asked about with its ETag, and 304 makes it fresh", async () => {
    const server = await serveIndex({ current: { projects: { demo }, etag: true } });
    const cacheDirectory = scratch();
    await project(open([`${server.url}/simple/`], { cacheDirectory }).index, "demo");
    const later = Date.now() + 30 * DAY;
    const dated = { cacheDirectory, date: later, now: () => later + DAY };
    const record = await project(open([`${server.url}/simple/`], dated).index, "demo");
    expect(record.versions).toEqual(["2.0", "1.5", "1.0"]);
    expect(server.requests[1]?.headers["if-none-match"]).toBeDefined();
    expect(server.requests.length).toBe(2);
  });

  test("is replaced by a changed answer, and its metadata stays", async () => {
    const served: { current: ServedIndex } = { current: { projects: { demo }, etag: true } };
    const server = await serveIndex(served);
    const cacheDirectory = scratch();
    const first = open([`${server.url}/simple/`], { cacheDirectory }).index;
    const before = await metadataOf(first, await project(first, "demo"));
    const newer = { filename: "demo-3.0-py3-none-any.whl", uploaded: "2025-02-01T00:00:00Z" };
    served.current = { projects: { demo: [...demo, newer] } };
    const date = Date.now() + 30 * DAY;
    const second = open([`${server.url}/simple/`], { cacheDirectory, date, now: () => date + DAY });
    const record = await project(second.index, "demo");
    expect(record.versions[0]).toBe("3.0");
    const metadata = second.index.metadata(record.name, record.files(1)[0] as FileRecord);
    expect(metadata).toEqual(before);
  });

  test("older than the date is used offline, and that is said", async () => {
    const server = await serveIndex({ current: { projects: { demo } } });
    const cacheDirectory = scratch();
    await project(open([`${server.url}/simple/`], { cacheDirectory }).index, "demo");
    const date = Date.now() + 30 * DAY;
    const { index, notes } = open([`${server.url}/simple/`], {
      cacheDirectory,
      date,
      offline: true,
    });
    expect((await project(index, "demo")).versions.length).toBe(3);
    expect(notes.map(({ code }) => code)).toEqual(["index-offline-old"]);
  });

  test("never fetched and offline is an error that names the project", async () => {
    const { index } = open(["http://127.0.0.1:9/simple/"], { offline: true });
    const error = await failure(Promise.resolve(index.project(named("demo"))));
    expect(error).toMatchObject({ code: "index-offline", exit: 5, place: { package: "demo" } });
    expect(error.message).toContain("demo");
  });

  test("damaged is fetched again", async () => {
    const server = await serveIndex({ current: { projects: { demo } } });
    const cacheDirectory = scratch();
    const date = Date.now() - DAY;
    await project(open([`${server.url}/simple/`], { cacheDirectory, date }).index, "demo");
    const path = keptFile(cacheDirectory, "demo");
    const bytes = readFileSync(path);
    bytes[60] = (bytes[60] as number) ^ 1;
    writeFileSync(path, bytes);
    const record = await project(
      open([`${server.url}/simple/`], { cacheDirectory, date }).index,
      "demo",
    );
    expect(record.versions.length).toBe(3);
    expect(server.requests.length).toBe(2);
  });

  test("with damaged files is an error, and is fetched again by the next run", async () => {
    const server = await serveIndex({ current: { projects: { demo } } });
    const cacheDirectory = scratch();
    const date = Date.now() - DAY;
    await project(open([`${server.url}/simple/`], { cacheDirectory, date }).index, "demo");
    const path = keptFile(cacheDirectory, "demo");
    const bytes = readFileSync(path);
    const at = bytes.indexOf("demo-2.0-py3");
    bytes[at] = 0x58;
    writeFileSync(path, bytes);
    const record = await project(
      open([`${server.url}/simple/`], { cacheDirectory, date }).index,
      "demo",
    );
    expect(() => record.files(0)).toThrow(expect.objectContaining({ code: "index-damaged" }));
    const next = await project(
      open([`${server.url}/simple/`], { cacheDirectory, date }).index,
      "demo",
    );
    expect(next.files(0)[0]?.filename).toBe("demo-2.0-py3-none-any.whl");
  });

  test("that cannot be kept is used all the same, and that is said", async () => {
    const server = await serveIndex({ current: { projects: { demo } } });
    const cacheDirectory = join(scratch(), "file");
    writeFileSync(cacheDirectory, "not a folder");
    const { index, notes } = open([`${server.url}/simple/`], { cacheDirectory });
    const record = await project(index, "demo");
    expect(await metadataOf(index, record)).toMatchObject({ requiresPython: ">=3.8" });
    expect(notes.map(({ code }) => code)).toEqual(["index-not-kept"]);
  });
});

function keptFile(cacheDirectory: string, name: string): string {
  const folder = join(cacheDirectory, "index", "2");
  return join(folder, readdirSync(folder)[0] as string, `${name}.pkg`);
}

describe("several indexes", () => {
  const old: readonly ServedFile[] = [{ filename: "demo-0.1-py3-none-any.whl" }];

  test("the first that has the name serves it, and no other is asked", async () => {
    const extra = await serveIndex({ current: { projects: { demo: old } } });
    const main = await serveIndex({ current: { projects: { demo, only: old } } });
    const { index } = open([`${extra.url}/simple/`, `${main.url}/simple/`]);
    const record = await project(index, "demo");
    expect(record.versions).toEqual(["0.1"]);
    expect(record.source).toBe(`${extra.url}/simple/`);
    expect(main.requests).toEqual([]);
    expect(index.sources).toEqual([`${extra.url}/simple/`, `${main.url}/simple/`]);
    expect(await index.project(named("nowhere"))).toBeUndefined();
    expect(main.requests.length).toBe(1);
  });

  test("a later one that is known to have newer versions is named", async () => {
    const extra = await serveIndex({ current: { projects: { demo: old } } });
    const main = await serveIndex({ current: { projects: { demo } } });
    const cacheDirectory = scratch();
    await project(open([`${main.url}/simple/`], { cacheDirectory }).index, "demo");
    const { index, notes } = open([`${extra.url}/simple/`, `${main.url}/simple/`], {
      cacheDirectory,
    });
    await project(index, "demo");
    expect(notes.map(({ code }) => code)).toEqual(["index-other-has-newer"]);
    expect(notes[0]?.message).toContain("2.0");
  });

  test("a package is pinned to one of them", async () => {
    const extra = await serveIndex({ current: { projects: { demo: old } } });
    const main = await serveIndex({ current: { projects: { demo } } });
    const pins = [["Demo", `${main.url}/simple`]] as const;
    const { index } = open([`${extra.url}/simple/`, `${main.url}/simple/`], { pins });
    expect((await project(index, "demo")).source).toBe(`${main.url}/simple/`);
    expect(extra.requests).toEqual([]);
  });

  test.each([401, 403])("%i is an error, and the next is not asked", async (status) => {
    const intercept: ServedIndex["intercept"] = (_, response) => {
      response.writeHead(status).end();
      return true;
    };
    const extra = await serveIndex({ current: { projects: {}, intercept } });
    const main = await serveIndex({ current: { projects: { demo } } });
    const { index } = open([`${extra.url}/simple/`, `${main.url}/simple/`]);
    const error = await failure(Promise.resolve(index.project(named("demo"))));
    expect(error).toMatchObject({ code: "index-unauthorized", exit: 5 });
    expect(main.requests).toEqual([]);
  });

  test("403 of an object store that can be read is an absence", async () => {
    const intercept: ServedIndex["intercept"] = ({ url }, response) => {
      if (url === "/simple/") response.writeHead(200).end("<html></html>");
      else response.writeHead(403).end("<Error><Code>AccessDenied</Code></Error>");
      return true;
    };
    const extra = await serveIndex({ current: { projects: {}, intercept } });
    const main = await serveIndex({ current: { projects: { demo } } });
    const { index } = open([`${extra.url}/simple/`, `${main.url}/simple/`]);
    expect((await project(index, "demo")).source).toBe(`${main.url}/simple/`);
  });
});

describe("credentials", () => {
  test("go to the index's host only, and are nowhere kept or shown", async () => {
    const server = await serveIndex({ current: { projects: { demo } } });
    const withPassword = `${server.url.replace("//", "//user:hunter2@")}/simple/`;
    const cacheDirectory = scratch();
    const asker = client({
      credentials: (url) =>
        url.host === new URL(server.url).host
          ? { username: "user", password: "hunter2" }
          : undefined,
    });
    const { index } = open([withPassword], { cacheDirectory, client: asker });
    const record = await project(index, "demo");
    await metadataOf(index, record);
    expect(server.requests[0]?.headers.authorization).toMatch(/^Basic /);
    const shown = JSON.stringify([record.source, index.sources, record.files(0)[0]?.url]);
    expect(shown).not.toContain("hunter2");
    expect(readFileSync(keptFile(cacheDirectory, "demo"), "utf8")).not.toContain("hunter2");
  });
});

describe("answers that are not one", () => {
  const json = "application/vnd.pypi.simple.v1+json";
  test.each<readonly [string, string, string]>([
    ["no JSON", json, "{"],
    ["a list", json, "[]"],
    ["no files", json, '{"name":"demo"}'],
    ["another project", json, '{"name":"other","files":[]}'],
    ["a newer major version", json, '{"meta":{"api-version":"2.0"},"files":[]}'],
    ["another type", "image/png", "x"],
    ["no type", "", "x"],
  ])("%s", async (_, type, body) => {
    const intercept: ServedIndex["intercept"] = (__, response) => {
      response.writeHead(200, type === "" ? {} : { "content-type": type }).end(body);
      return true;
    };
    const server = await serveIndex({ current: { projects: {}, intercept } });
    const { index } = open([`${server.url}/simple/`]);
    const error = await failure(Promise.resolve(index.project(named("demo"))));
    expect(error.code).toBe("index-bad-answer");
    expect(error.place?.url).toBe(`${server.url}/simple/demo/`);
  });

  test("500 is an error of the network, not an absence", async () => {
    const intercept: ServedIndex["intercept"] = (_, response) => {
      response.writeHead(500).end();
      return true;
    };
    const server = await serveIndex({ current: { projects: {}, intercept } });
    const { index } = open([`${server.url}/simple/`]);
    const error = await failure(Promise.resolve(index.project(named("demo"))));
    expect(error.exit).toBe(5);
  });

  test("a wrong scheme is refused", () => {
    expect(() => open(["ftp://127.0.0.1/simple/"])).toThrow(
      expect.objectContaining({ code: "index-bad-url" }) as UserError,
    );
  });
});

describe("metadata", () => {
  test("of a small wheel comes with one request, of a large one too", async () => {
    const files = [
      { filename: "demo-1.0-py3-none-any.whl", requires: ["small"] },
      { filename: "demo-2.0-py3-none-any.whl", requires: ["large"], payload: 400_000 },
    ];
    const server = await serveIndex({ current: { projects: { demo: files } } });
    const { index } = open([`${server.url}/simple/`]);
    const record = await project(index, "demo");
    expect(await metadataOf(index, record, 0)).toMatchObject({ requiresDist: ["large"] });
    expect(await metadataOf(index, record, 1)).toMatchObject({ requiresDist: ["small"] });
    expect(server.requests.length).toBe(3);
  });

  test("with a wrong hash is an error", async () => {
    const intercept: ServedIndex["intercept"] = ({ url }, response) => {
      if (url?.endsWith(".metadata") !== true) return false;
      response.writeHead(200).end("Metadata-Version: 2.1\nName: demo\nVersion: 2.0\n");
      return true;
    };
    const server = await serveIndex({ current: { projects: { demo }, metadata: true, intercept } });
    const { index } = open([`${server.url}/simple/`]);
    const record = await project(index, "demo");
    const error = await failure(metadataOf(index, record));
    expect(error).toMatchObject({ code: "index-wrong-hash", exit: 4 });
  });

  test("announced but missing is read from the wheel", async () => {
    const intercept: ServedIndex["intercept"] = ({ url }, response) => {
      if (url?.endsWith(".metadata") !== true) return false;
      response.writeHead(404).end();
      return true;
    };
    const server = await serveIndex({ current: { projects: { demo }, metadata: true, intercept } });
    const { index } = open([`${server.url}/simple/`]);
    expect(await metadataOf(index, await project(index, "demo"))).toMatchObject({
      requiresPython: ">=3.8",
    });
  });

  test.each<readonly [string, ServedFile]>([
    ["no zip", { filename: "demo-2.0-py3-none-any.whl", bytes: Buffer.from("hello") }],
    ["that of another project", { filename: "demo-2.0-py3-none-any.whl", bytes: otherWheel() }],
  ])("of a wheel with %s is a failure, and stays one offline", async (_, file) => {
    const server = await serveIndex({ current: { projects: { demo: [file] } } });
    const cacheDirectory = scratch();
    const { index } = open([`${server.url}/simple/`], { cacheDirectory });
    const record = await project(index, "demo");
    const result = await metadataOf(index, record);
    expect(result).toHaveProperty("failure");
    const again = open([`${server.url}/simple/`], { cacheDirectory, offline: true }).index;
    expect(await metadataOf(again, await project(again, "demo"))).toEqual(result);
  });

  test("of a server without ranges comes with the whole wheel, which is checked", async () => {
    const intercept: ServedIndex["intercept"] = (request) => {
      delete request.headers.range;
      return false;
    };
    const server = await serveIndex({ current: { projects: { demo }, intercept } });
    const { index } = open([`${server.url}/simple/`]);
    expect(await metadataOf(index, await project(index, "demo"))).toMatchObject({
      requiresPython: ">=3.8",
    });
  });
});

function otherWheel(): Buffer {
  return makeZip([{ name: "demo-2.0.dist-info/METADATA", data: "Name: other\nVersion: 2.0\n" }]);
}

describe("prefetching", () => {
  test("asks for what is not there, and asks once", async () => {
    const server = await serveIndex({ current: { projects: { demo, other: demo } } });
    const { index } = open([`${server.url}/simple/`]);
    for (const name of ["demo", "other", "other"]) index.prefetch(named(name) as PackageName);
    await project(index, "demo");
    await project(index, "other");
    expect(server.requests.length).toBe(2);
  });

  test("of what fails says nothing", async () => {
    const { index } = open(["http://127.0.0.1:9/simple/"]);
    index.prefetch(named("demo"));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await failure(Promise.resolve(index.project(named("demo"))));
  });
});
