import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readSourceTree, sourceTreeHash } from "../../src/project/source-tree.ts";

let root = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mach-nix-tree-"));
  writeFileSync(join(root, "pyproject.toml"), "[project]\nname = 'a'\n");
  mkdirSync(join(root, "src"));
  writeFileSync(join(root, "src", "a.py"), "x = 1\n");
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function hash(): string {
  return sourceTreeHash(readSourceTree(root));
}

test("what tools leave behind changes nothing", () => {
  const before = hash();
  for (const folder of [".git", "__pycache__", ".venv", "a.egg-info", "node_modules"]) {
    mkdirSync(join(root, folder));
    writeFileSync(join(root, folder, "file"), "x");
  }
  writeFileSync(join(root, "src", "a.pyc"), "x");
  mkdirSync(join(root, "env"));
  writeFileSync(join(root, "env", "pyvenv.cfg"), "");
  expect(hash()).toBe(before);
});

test("sources, links and empty folders count", () => {
  const seen = [hash()];
  writeFileSync(join(root, "src", "a.py"), "x = 2\n");
  seen.push(hash());
  symlinkSync("a.py", join(root, "src", "b.py"));
  seen.push(hash());
  mkdirSync(join(root, "data"));
  seen.push(hash());
  expect(new Set(seen).size).toBe(4);
});

test("a folder that is not there, and a pipe in it, are refused", () => {
  expect(() => readSourceTree(join(root, "none"))).toThrow(
    expect.objectContaining({ code: "project-source-tree" }) as Error,
  );
  execFileSync("mkfifo", [join(root, "pipe")]);
  expect(() => readSourceTree(root)).toThrow(/no file, folder or link/);
});

test.skipIf(spawnSync("nix-hash", ["--version"]).status !== 0)("its hash is Nix's", () => {
  const theirs = execFileSync("nix-hash", ["--type", "sha256", root]).toString().trim();
  expect(hash()).toBe(theirs);
});
