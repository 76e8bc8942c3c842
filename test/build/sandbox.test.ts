import { mkdtempSync, realpathSync, writeFileSync, rmSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openSandbox, type SandboxKind } from "../../src/build/index.ts";

const python = realpathSync(
  execFileSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim(),
);
const scratch = mkdtempSync(join(tmpdir(), "sandbox-test-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const KINDS: readonly SandboxKind[] = ["bubblewrap", "namespaces", "landlock", "none"];

describe.for(KINDS)("%s", (kind) => {
  test("runs a program, which sees its work folder and what it may read", async () => {
    const sandbox = await openSandbox({ kind, python });
    const folder = mkdtempSync(join(scratch, "run-"));
    const readable = join(scratch, "readable.txt");
    writeFileSync(readable, "seen");
    const result = await sandbox.run({
      argv: ["/bin/sh", "-c", `pwd; cat ${readable}; echo made > made; exit 3`],
      folder,
      readable: [readable],
      env: { PATH: "/usr/bin:/bin" },
    });
    expect(result).toMatchObject({
      end: { kind: "exit", code: 3 },
      output: `${sandbox.inside(folder)}\nseen`,
      left: 0,
    });
  });
});

test("bubblewrap that is not there is said to be missing", async () => {
  await expect(
    openSandbox({ kind: "bubblewrap", python, searchPath: "relative:/nonexistent" }),
  ).rejects.toMatchObject({
    code: "sandbox-unavailable",
    exit: 1,
    message: "No sandbox works here (bubblewrap: bwrap is not there)",
  });
});

test("a Python that cannot be started", async () => {
  await expect(
    openSandbox({ kind: "landlock", python: join(scratch, "python") }),
  ).rejects.toMatchObject({ code: "sandbox-python" });
});

test.for(KINDS)("a program that is not there, %s", async (kind) => {
  const sandbox = await openSandbox({ kind, python });
  const folder = mkdtempSync(join(scratch, "run-"));
  await expect(sandbox.run({ argv: ["/usr/bin/no-such"], folder, env: {} })).rejects.toMatchObject({
    code: "sandbox-broken",
  });
});
