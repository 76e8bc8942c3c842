import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type NarNode, narParts } from "../../src/archive/index.ts";

const hasNix = spawnSync("nix-hash", ["--version"]).status === 0;

const TREE: NarNode = folder({
  "a-file": file("hello"),
  empty: file(""),
  "run.sh": file("#!/bin/sh\n", true),
  eight888: file("12345678"),
  Ünïcode: file("ä"),
  link: { kind: "link", target: "a-file" },
  B: folder({}),
  b: folder({ nested: folder({ deep: file("x".repeat(4097)) }) }),
});

test("the same tree has the same bytes in any order of its entries", () => {
  const names = folder({ b: file("2"), a: file("1") });
  const other = folder({ a: file("1"), b: file("2") });
  expect(hashOf(names)).toBe(hashOf(other));
});

test("executable or not, a link or a file, an empty folder or none: different hashes", () => {
  const trees = [
    folder({ a: file("1") }),
    folder({ a: file("1", true) }),
    folder({ a: { kind: "link", target: "1" } }),
    folder({ a: file("1"), b: folder({}) }),
    file("1"),
  ];
  expect(new Set(trees.map(hashOf)).size).toBe(trees.length);
});

test.skipIf(!hasNix)("nix-hash says the same", () => {
  const root = mkdtempSync(join(tmpdir(), "mach-nix-nar-"));
  try {
    write(join(root, "tree"), TREE);
    const theirs = execFileSync("nix-hash", ["--type", "sha256", join(root, "tree")]);
    expect(hashOf(TREE)).toBe(theirs.toString().trim());
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

function file(contents: string, executable = false): NarNode {
  return { kind: "file", executable, contents: () => Buffer.from(contents) };
}

function folder(entries: Readonly<Record<string, NarNode>>): NarNode {
  return { kind: "folder", entries: new Map(Object.entries(entries)) };
}

function hashOf(node: NarNode): string {
  const hash = createHash("sha256");
  for (const part of narParts(node)) hash.update(part);
  return hash.digest("hex");
}

function write(path: string, node: NarNode): void {
  if (node.kind === "link") return symlinkSync(node.target, path);
  if (node.kind === "folder") {
    mkdirSync(path);
    for (const [name, entry] of node.entries) write(join(path, name), entry);
    return;
  }
  writeFileSync(path, node.contents());
  if (node.executable) chmodSync(path, 0o755);
}
