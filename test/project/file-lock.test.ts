import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ProgressEvent } from "../../src/base/index.ts";
import {
  importAddresses,
  importIndexFile,
  lockProject,
  openSession,
  type Session,
  syncEnvironment,
  verifyIndexFile,
} from "../../src/project/index.ts";
import { readFileLock } from "../../src/project/file-lock.ts";
import type { Database } from "../index/snapshot/database.ts";
import { temporaryFolder, writeDatabase } from "../index/snapshot/database.ts";
import { open, serveIndex } from "../index/simple-server.ts";

const DATA: Database = {
  sdist: { b: { "1.0": { "39": { install_requires: ["c"] } } } },
  wheel: {
    a: { py3: { "2.0": { "a-2.0-py3-none-any.whl": { requires_dist: ["b"] } } } },
    c: { py3: { "1.0": { "c-1.0-py3-none-any.whl": {} } } },
  },
};

interface Place {
  readonly session: (options: Session["options"]) => Session;
  readonly notes: ProgressEvent[];
  readonly cwd: string;
}

async function placeWithIndex(): Promise<Place> {
  const cwd = temporaryFolder();
  const notes: ProgressEvent[] = [];
  const session = (options: Session["options"]): Session =>
    openSession({
      env: { HOME: cwd, PIP_CONFIG_FILE: "/dev/null" },
      cwd,
      options,
      report: (event) => {
        if (event.kind === "note") notes.push(event);
      },
      now: () => Date.UTC(2026, 0, 1),
    });
  const source = writeDatabase(DATA);
  await importIndexFile(session({}), { source, output: "pypi.index" });
  mkdirSync(join(cwd, "env"));
  return { session, notes, cwd };
}

const REQUEST = {
  inputs: [],
  packages: ["a"],
  pythons: ["3.9"],
  platforms: ["linux-x86_64"],
  providers: { _default: ["wheel", "sdist"] },
  output: "env/mach-nix.lock",
};

const UNREACHABLE = { indexUrl: "http://127.0.0.1:9/simple" };

test("without the network the lock names the files that have no hashes, and sync refuses it", async () => {
  const { session, notes } = await placeWithIndex();
  const offline = { ...UNREACHABLE, offline: true, indexFile: "pypi.index" };
  const { lock, text } = await lockProject(session(offline), REQUEST);
  expect(lock.date).toBe("2023-09-07T21:12:01Z");
  expect(lock.targets[0]?.pins.map((pin) => [pin.name, pin.provider, pin.unhashed])).toEqual([
    ["a", "wheel", "a-2.0-py3-none-any.whl"],
    ["b", "sdist", "b-1.0.tar.gz"],
    ["c", "wheel", "c-1.0-py3-none-any.whl"],
  ]);
  expect(notes).toContainEqual(expect.objectContaining({ code: "lock-hashes-missing" }));
  const again = await lockProject(session(offline), REQUEST);
  expect([again.text, again.changed]).toEqual([text, false]);
});

test("project-incomplete-lock: what has no hashes is not installed", async () => {
  const { session, cwd } = await placeWithIndex();
  const { pickInterpreter } = await import("../../src/project/interpreters.ts");
  const { version } = await pickInterpreter(session({}), undefined);
  const python = version.split(".").slice(0, 2).join(".");
  const { platforms: _, ...request } = REQUEST;
  const offline = { ...UNREACHABLE, offline: true, indexFile: "pypi.index" };
  await lockProject(session(offline), { ...request, packages: ["c"], pythons: [python] });
  await expect(
    syncEnvironment(session(offline), { directory: join(cwd, "env") }),
  ).rejects.toMatchObject({
    code: "project-incomplete-lock",
    message: expect.stringContaining("c-1.0-py3-none-any.whl") as string,
  });
});

test("with the network, addresses and hashes come from the live index", async () => {
  const { session, notes } = await placeWithIndex();
  const projects = {
    a: [{ filename: "a-2.0-py3-none-any.whl" }, { filename: "a-3.0-py3-none-any.whl" }],
    b: [{ filename: "B-1.0.zip", bytes: Buffer.from("an sdist") }],
    c: [{ filename: "c-1.0-py3-none-any.whl" }],
  };
  const server = await serveIndex({ current: { projects } });
  const online = session({ indexUrl: `${server.url}/simple/`, indexFile: "pypi.index" });
  const { lock } = await lockProject(online, { ...REQUEST, packages: ["c"] });
  expect(Object.keys(lock.artifacts)).toEqual(["c-1.0-py3-none-any.whl"]);
  expect(notes).not.toContainEqual(expect.objectContaining({ code: "lock-hashes-missing" }));
  const { index: live } = open([`${server.url}/simple/`]);
  const file = (await readFileLock(online))?.open({ live, date: Date.UTC(2023, 8, 8) });
  const pin = (name: string, filename: string): unknown => ({
    name,
    version: "1.0",
    file: { filename, kind: "sdist", url: `index-file:${name}/${filename}`, yanked: false },
  });
  const pins = [pin("b", "b-1.0.tar.gz"), pin("c", "c-1.0.tar.gz")];
  const located = await file?.locate({ pins } as never);
  file?.close();
  expect(located?.pins.map((own) => own.file?.url)).toEqual([
    `${server.url}/files/B-1.0.zip`,
    "index-file:c/c-1.0.tar.gz",
  ]);
  expect(notes).toContainEqual(
    expect.objectContaining({ code: "lock-hashes-missing", facts: { files: ["c-1.0.tar.gz"] } }),
  );
});

test("a date before the file's own is said not to count", async () => {
  const { session, notes } = await placeWithIndex();
  const offline = { ...UNREACHABLE, offline: true, indexFile: "pypi.index" };
  await lockProject(session(offline), { ...REQUEST, date: "2020-01-01" });
  expect(notes).toContainEqual(expect.objectContaining({ code: "index-file-undated" }));
});

test("--live: the live index for what the file does not know, and who said what", async () => {
  const { session, cwd } = await placeWithIndex();
  const notes: string[] = [];
  const projects = {
    a: [{ filename: "a-2.0-py3-none-any.whl" }, { filename: "a-3.0-py3-none-any.whl" }],
    c: [{ filename: "c-1.0-py3-none-any.whl" }],
    d: [{ filename: "d-1.0-py3-none-any.whl", requires: ["c"], uploaded: "2023-01-01T00:00:00Z" }],
  };
  const server = await serveIndex({ current: { projects, metadata: true } });
  const request = { ...REQUEST, packages: ["c", "d"] };
  const options = { indexUrl: `${server.url}/simple/`, indexFile: "pypi.index" };
  await expect(lockProject(session(options), request)).rejects.toMatchObject({
    code: "no-resolution",
  });
  const live = session({ ...options, indexLive: true });
  const report: Session["report"] = (event) => {
    if (event.kind === "note" && event.code === "fact-sources") notes.push(event.message);
  };
  const { lock } = await lockProject({ ...live, report }, request);
  expect(Object.keys(lock.artifacts)).toEqual(["c-1.0-py3-none-any.whl", "d-1.0-py3-none-any.whl"]);
  const [file, index] = [join(cwd, "pypi.index"), `${server.url}/simple/`];
  expect(notes).toEqual([
    `c 1.0: releases from ${file}, needs from ${file}, address from ${index}`,
    "d 1.0: releases from the live index, needs from the live index, address from the live index",
  ]);
});

/** A checkout of nix-pypi-fetcher's data with one bucket. */
function writeFetcher(cwd: string, bucket: unknown): void {
  mkdirSync(join(cwd, "fetcher", "pypi"), { recursive: true });
  writeFileSync(join(cwd, "fetcher", "UNIX_TIMESTAMP"), "1694121121");
  writeFileSync(join(cwd, "fetcher", "pypi", "00.json"), JSON.stringify(bucket));
}

test("addresses and hashes from the file beside the index, without the network", async () => {
  const { session, cwd } = await placeWithIndex();
  const hash = (digit: string): string => digit.repeat(64);
  const base64 = (digit: string): string => Buffer.from(hash(digit), "hex").toString("base64");
  writeFetcher(cwd, {
    a: { "2.0": { wheels: { "a-2.0-py3-none-any.whl": [base64("a"), "py3"] } } },
    b: { "1.0": { sdist: [base64("b"), "B-1.0.zip"] } },
  });
  const offline = { ...UNREACHABLE, offline: true, indexFile: "pypi.index" };
  const { lock: without } = await lockProject(session(offline), REQUEST);
  expect(without.artifacts).toEqual({});
  const made = await importAddresses(session({}), {
    source: "fetcher",
    output: "pypi.index.files",
    filesUrl: "https://files.example/packages",
  });
  expect(made.counts).toEqual({ projects: 2, files: 2 });
  const { lock, changed } = await lockProject(session(offline), REQUEST);
  expect(changed).toBe(true);
  const files = "https://files.example/packages";
  expect(lock.artifacts).toEqual({
    "B-1.0.zip": { url: `${files}/source/b/b/B-1.0.zip`, sha256: hash("b") },
    "a-2.0-py3-none-any.whl": {
      url: `${files}/py3/a/a/a-2.0-py3-none-any.whl`,
      sha256: hash("a"),
    },
  });
  expect(lock.targets[0]?.pins.map(({ unhashed }) => unhashed)).toEqual([
    undefined,
    undefined,
    "c-1.0-py3-none-any.whl",
  ]);
});

test("the files' server is that of the live index; index-files-address where it cannot be known", async () => {
  const { session, cwd } = await placeWithIndex();
  const sha256 = "c".repeat(64);
  writeFetcher(cwd, {
    gone: { "1": { sha256, url: "aa/bb/gone-1.tar.gz" } },
    b: { "1.0": { sha256, url: "cc/dd/b-1.0.zip" } },
  });
  const request = { source: "fetcher", output: "pypi.index.files" };
  await expect(importAddresses(session({ offline: true }), request)).rejects.toMatchObject({
    code: "index-files-address",
  });
  const listed = { filename: "b-1.0.zip", url: "/packages/cc/dd/b-1.0.zip", hashes: { sha256 } };
  const page = { meta: { "api-version": "1.0" }, name: "b", files: [listed] };
  const server = await serveIndex({
    current: {
      projects: {},
      intercept(asked, response) {
        if (asked.url !== "/simple/b/") return false;
        response.setHeader("content-type", "application/json").end(JSON.stringify(page));
        return true;
      },
    },
  });
  await importAddresses(session({ indexUrl: `${server.url}/simple/` }), request);
  const offline = { ...UNREACHABLE, offline: true, indexFile: "pypi.index" };
  const { lock } = await lockProject(session(offline), { ...REQUEST, packages: ["b"] });
  expect(lock.artifacts["b-1.0.zip"]?.url).toBe(`${server.url}/packages/cc/dd/b-1.0.zip`);
  expect(await verifyIndexFile(session({ indexFile: "pypi.index" }))).toMatchObject({
    problems: [],
  });
});
