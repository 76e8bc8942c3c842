import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ProgressEvent } from "../../src/base/index.ts";
import {
  importIndexFile,
  lockProject,
  openSession,
  type Session,
  syncEnvironment,
} from "../../src/project/index.ts";
import type { Database } from "../index/snapshot/database.ts";
import { temporaryFolder, writeDatabase } from "../index/snapshot/database.ts";
import { serveIndex } from "../index/simple-server.ts";

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
    b: [{ filename: "b-1.0.tar.gz", bytes: Buffer.from("an sdist") }],
    c: [{ filename: "c-1.0-py3-none-any.whl" }],
  };
  const server = await serveIndex({ current: { projects } });
  const online = { indexUrl: `${server.url}/simple/`, indexFile: "pypi.index" };
  const { lock } = await lockProject(session(online), REQUEST);
  expect(Object.keys(lock.artifacts)).toEqual([
    "a-2.0-py3-none-any.whl",
    "b-1.0.tar.gz",
    "c-1.0-py3-none-any.whl",
  ]);
  expect(lock.targets[0]?.pins.map(({ version }) => version)).toEqual(["2.0", "1.0", "1.0"]);
  expect(notes).not.toContainEqual(expect.objectContaining({ code: "lock-hashes-missing" }));
});

test("a date before the file's own is said not to count", async () => {
  const { session, notes } = await placeWithIndex();
  const offline = { ...UNREACHABLE, offline: true, indexFile: "pypi.index" };
  await lockProject(session(offline), { ...REQUEST, date: "2020-01-01" });
  expect(notes).toContainEqual(expect.objectContaining({ code: "index-file-undated" }));
});
