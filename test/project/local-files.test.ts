import { mkdtempSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { silent } from "../../src/base/index.ts";
import { createLock, openSession, readLock, type Session } from "../../src/project/library.ts";
import { lockProject, syncEnvironment } from "../../src/project/index.ts";
import { writeWheel } from "../environment/fixture.ts";

const FILE = "lib-1.0-py3-none-any.whl";

function place(): { readonly cwd: string; readonly session: Session } {
  const cwd = mkdtempSync(join(tmpdir(), "mach-nix-local files-"));
  writeWheel(join(cwd, "wheels"), { name: "lib", files: {} });
  return { cwd, session: sessionIn(cwd, { findLinks: ["wheels"] }) };
}

function sessionIn(cwd: string, { findLinks }: { readonly findLinks: readonly string[] }): Session {
  return openSession({
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], MACH_NIX_HOME: join(cwd, "home") },
    cwd,
    now: Date.now,
    report: silent,
    options: { noIndex: true, findLinks: findLinks.map((name) => join(cwd, name)) },
  });
}

test.each([
  ["of find-links", "lib"],
  ["named by path", `./wheels/${FILE}`],
  ["named by a file: URL", `lib @ file://FOLDER/wheels/${FILE}`],
  ["named by a relative file: URL", `lib @ file:wheels/${FILE}`],
])("files below the lock, %s, are locked relative to it and move with it", async (_, line) => {
  const { cwd, session } = place();
  const folder = cwd.replaceAll(" ", "%20");
  writeFileSync(join(cwd, "requirements.txt"), `${line.replace("FOLDER", folder)}\n`);
  const { lock } = await lockProject(session, { inputs: ["requirements.txt"] });
  expect(lock.artifacts[FILE]?.url).toBe(`file:wheels/${FILE}`);
  const moved = `${cwd}-moved`;
  renameSync(cwd, moved);
  const there = sessionIn(moved, { findLinks: [] });
  expect(await syncEnvironment(there, { directory: ".", compile: "never" })).toMatchObject({
    distributions: 1,
    added: 1,
  });
});

test.each([
  [`./wheels/${FILE} --hash=sha256:${"0".repeat(64)}`, "is asked for"],
  [`lib @ file:wheels/${FILE}#sha256=${"0".repeat(64)}`, "is asked for"],
  [`lib @ file://./${FILE}`, "is no file of this machine"],
])("%s is refused", async (line, message) => {
  const { cwd, session } = place();
  writeFileSync(join(cwd, "requirements.txt"), `${line}\n`);
  await expect(createLock(session, { inputs: ["requirements.txt"] })).rejects.toMatchObject({
    code: "project-reference",
    message: expect.stringContaining(message),
    place: { line: 1 },
  });
});

test("files elsewhere are locked by their absolute address", async () => {
  const { cwd } = place();
  const other = mkdtempSync(join(tmpdir(), "mach-nix-elsewhere-"));
  const session = openSession({ ...sessionIn(cwd, { findLinks: ["wheels"] }), cwd: other });
  const { lock, text } = await createLock(session, { inputs: [], packages: ["lib"] });
  expect(lock.artifacts[FILE]?.url).toMatch(/^file:\/\/\//);
  expect(readLock(text, { path: "mach-nix.lock" })).toEqual(lock);
});
