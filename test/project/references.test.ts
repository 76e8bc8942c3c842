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
