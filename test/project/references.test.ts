import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { silent } from "../../src/base/index.ts";
import { createLock, openSession } from "../../src/project/library.ts";

test("a path in a file is relative to that file, wherever the command runs", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mach-nix-references-"));
  mkdirSync(join(folder, "deep"));
  writeFileSync(join(folder, "deep/requirements.txt"), "./absent-1.0-py3-none-any.whl\n");
  const session = openSession({
    env: {},
    cwd: folder,
    now: Date.now,
    report: silent,
    options: { noIndex: true, cacheDirectory: join(folder, "cache") },
  });
  const request = {
    inputs: ["deep/requirements.txt"],
    pythons: ["3.11"],
    platforms: ["linux-x86_64"],
  };
  await expect(createLock(session, request)).rejects.toMatchObject({
    code: "project-reference",
    message: `${join(folder, "deep/absent-1.0-py3-none-any.whl")} cannot be read`,
  });
});

test("sources that cannot be read are refused, all of them at once", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mach-nix-references-"));
  writeFileSync(join(folder, "requirements.txt"), "./local\n-e .\nsix\n");
  const session = openSession({
    env: {},
    cwd: folder,
    now: Date.now,
    report: silent,
    options: { noIndex: true, cacheDirectory: join(folder, "cache") },
  });
  const request = {
    inputs: ["requirements.txt"],
    pythons: ["3.11"],
    platforms: ["linux-x86_64"],
  };
  await expect(createLock(session, request)).rejects.toMatchObject({
    code: "project-reference",
    message: `${join(folder, "local")} cannot be read`,
    place: { line: 1 },
    related: [{ code: "project-reference", place: { line: 2 } }],
  });
});

test("a repository that is not there: git's own reason", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mach-nix-references-"));
  const session = openSession({
    env: { PATH: process.env["PATH"] },
    cwd: folder,
    now: Date.now,
    report: silent,
    options: { noIndex: true, cacheDirectory: join(folder, "cache") },
  });
  const request = {
    inputs: [],
    packages: ["six @ git+file:///nonexistent/six"],
    pythons: ["3.11"],
    platforms: ["linux-x86_64"],
  };
  await expect(createLock(session, request)).rejects.toMatchObject({
    code: "project-git",
    message: expect.stringMatching(/^file:\/\/\/nonexistent\/six: .*repository/),
  });
});
