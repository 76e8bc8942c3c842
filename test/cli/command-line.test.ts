import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { writeLock } from "../../src/lock/index.ts";
import { sampleLock } from "../lock/sample-lock.ts";
import { machNix } from "./run-process.ts";

const { version } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as { version: string };

function folderWithLock(text: string = writeLock(sampleLock())): string {
  const folder = mkdtempSync(join(tmpdir(), "mach-nix-cli-"));
  writeFileSync(join(folder, "mach-nix.lock"), text);
  return folder;
}

describe("help and version are machine output", () => {
  test.each([
    [["--help"], "Usage: mach-nix COMMAND"],
    [["-h"], "Usage: mach-nix COMMAND"],
    [["help"], "Usage: mach-nix COMMAND"],
    [["help", "lock"], "Usage: mach-nix lock"],
    [["lock", "--help"], "Usage: mach-nix lock"],
    [["--help", "store", "verify"], "Usage: mach-nix store verify"],
    [["env", "-h"], "Usage: mach-nix env DIR"],
    [["--version"], `mach-nix ${version}\n`],
    [["lock", "-V"], `mach-nix ${version}\n`],
  ])("%j", async (words, text) => {
    const { code, stdout, stderr } = await machNix(words);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(text);
  });

  test("--version --json", async () => {
    const { stdout } = await machNix(["--version", "--json"]);
    expect(JSON.parse(stdout)).toEqual({ version });
  });
});

describe("errors: exit code, code, and nothing on standard output", () => {
  test.each([
    [[], 2, "usage-unknown-command"],
    [["tre"], 2, "did you mean mach-nix tree?"],
    [["store", "verfy"], 2, "there is mach-nix store verify"],
    [["lock", "--dat=2026-01-01"], 2, "did you mean --date?"],
    [["lock", "--date"], 2, "usage-missing-value"],
    [["--offline=yes", "lock"], 2, "usage-unexpected-value"],
    [["env"], 2, "usage-missing-operand"],
    [["lock", "requirements.txt"], 2, "usage-extra-operand"],
    [["env", "x", "--compile", "soon"], 2, "usage-choice"],
    [["lock", "--date", "a", "--date", "b"], 2, "usage-repeated"],
    [["lock", "--quiet", "--verbose"], 2, "usage-conflict"],
    [["tree", "nowhere"], 2, "lock-missing"],
  ])("%j: %i %s", async (words, exit, words2) => {
    const { code, stdout, stderr } = await machNix(words);
    expect([code, stdout]).toEqual([exit, ""]);
    expect(stderr).toContain(words2);
    expect(stderr).toMatch(/^error: /m);
    expect(stderr).not.toMatch(/^ +at .*:\d+:\d+\)$/m);
  });

  test("with --json the error is the one document on standard output", async () => {
    const { code, stdout, stderr } = await machNix(["--json", "tre"]);
    expect([code, stderr]).toEqual([2, ""]);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: "usage-unknown-command", hint: "did you mean mach-nix tree?", exit: 2 },
    });
  });

  test("the line that an error is about is shown, with a mark below it", async () => {
    const text = writeLock(sampleLock()).replace('"version": 1\n', '"version": 9\n');
    const { code, stderr } = await machNix(["tree"], { cwd: folderWithLock(text) });
    expect(code).toBe(2);
    const lines = stderr.split("\n");
    const shown = lines.findIndex((line) => line.includes('"version": 9'));
    expect((lines[shown + 1] ?? "").indexOf("^")).toBe((lines[shown] ?? "").indexOf("9", 8));
    expect(stderr).toContain("mach-nix explain lock-newer");
  });

  test("a lock with a dangerous value ends with exit code 4", async () => {
    const text = writeLock(sampleLock()).replace("https://files", "https://me:secret@files");
    const { code, stderr } = await machNix(["tree"], { cwd: folderWithLock(text) });
    expect(code).toBe(4);
    expect(stderr).toContain("lock-unsafe");
  });

  test("--debug adds the stack", async () => {
    const { stderr } = await machNix(["tree", "nowhere", "--debug"]);
    expect(stderr).toMatch(/^ +at .*read-lock-file/m);
  });
});

describe("tree", () => {
  test("text and JSON, of a folder and of a file", async () => {
    const cwd = folderWithLock();
    const text = await machNix(["tree"], { cwd });
    expect([text.code, text.stderr]).toEqual([0, ""]);
    expect(text.stdout).toContain("└── flask[async,dotenv] 3.0 (wheel)");
    const json = await machNix(["--json", "tree", "mach-nix.lock", "--depth=1"], { cwd });
    expect(JSON.parse(json.stdout)).toMatchObject({ tree: [{ name: "flask", dependencies: [] }] });
  });

  test("a target that the lock lacks, a depth that is no number", async () => {
    const cwd = folderWithLock();
    const target = await machNix(["tree", "--target", "2.7-mars"], { cwd });
    expect([target.code, target.stderr]).toEqual([
      2,
      expect.stringContaining("lock-unknown-target"),
    ]);
    expect(target.stderr).toContain("3.11-linux-x86_64");
    const depth = await machNix(["tree", "--depth", "two"], { cwd });
    expect([depth.code, depth.stderr]).toEqual([2, expect.stringContaining("usage-choice")]);
  });
});
