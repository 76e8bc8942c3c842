// What `--nixpkgs` may be given, and what a flake.lock says of it.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commitOfFlakeLock, nixpkgsOfFlakeLock } from "../../src/project/flake-lock.ts";
import { parseNixpkgsReference } from "../../src/project/nixpkgs-reference.ts";
import { scratch } from "../e2e/program.ts";

const REV = "ac62194c3917d5f474c1a844b6fd6da2db95077d";
const HASH = "sha256-16KkgfdYqjaeRGBaYsNrhPRRENs0qzkQVUooNHtoy2w=";
const folder = scratch("nixpkgs-reference");
mkdirSync(join(folder, "nixos-mine"));
writeFileSync(join(folder, "flake.lock"), "{}");

const official = { kind: "github", owner: "NixOS", repo: "nixpkgs" };

test.each([
  ["github:NixOS/nixpkgs", official],
  ["github:NixOS/nixpkgs/nixos-25.05", { ...official, ref: "nixos-25.05" }],
  ["github:NixOS/nixpkgs/a/b", { ...official, ref: "a/b" }],
  [`github:NixOS/nixpkgs?rev=${REV}`, { ...official, ref: REV }],
  ["github:me/fork?ref=mine", { kind: "github", owner: "me", repo: "fork", ref: "mine" }],
  ["nixpkgs", official],
  ["flake:nixpkgs/nixos-unstable", { ...official, ref: "nixos-unstable" }],
  ["nixos-25.05", { ...official, ref: "nixos-25.05" }],
  ["channel:nixpkgs-unstable", { ...official, ref: "nixpkgs-unstable" }],
  [REV, { ...official, ref: REV }],
  ["https://h/n.tar.gz", { kind: "archive", url: "https://h/n.tar.gz" }],
  ["tarball+http://h/n.tgz", { kind: "archive", url: "http://h/n.tgz" }],
  ["nixos-mine", { kind: "folder", path: join(folder, "nixos-mine") }],
  ["path:nixos-mine", { kind: "folder", path: join(folder, "nixos-mine") }],
  ["flake.lock", { kind: "lock", path: join(folder, "flake.lock") }],
  ["./nothing", undefined],
  ["github:NixOS", undefined],
  ["github:NixOS/nixpkgs/a b", undefined],
  ["$(touch evaluated)", undefined],
])("%s", (text, expected) => {
  expect(parseNixpkgsReference(text, folder)).toEqual(expected);
});

function write(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const locked = { type: "github", owner: "NixOS", repo: "nixpkgs", rev: REV, narHash: HASH };
const source = {
  url: `https://github.com/NixOS/nixpkgs/archive/${REV}.tar.gz`,
  rev: REV,
  narHash: HASH,
};

test("the input `nixpkgs` of a flake.lock, also one that follows another", () => {
  const nodes = {
    root: { inputs: { nixpkgs: ["tools", "nixpkgs"], tools: "tools_2" } },
    tools_2: { inputs: { nixpkgs: "nixpkgs_3" } },
    nixpkgs_3: { locked: { ...locked, lastModified: 1 } },
  };
  const path = write("follows.lock", { nodes, root: "root", version: 7 });
  expect(nixpkgsOfFlakeLock(path)).toEqual({ ...source, lastModified: 1 });
  const reference = { kind: "github", owner: "NixOS", repo: "nixpkgs" } as const;
  expect(commitOfFlakeLock(path, { ...reference, ref: REV })).toMatchObject(source);
  expect(commitOfFlakeLock(path, { ...reference, ref: "0".repeat(40) })).toBeUndefined();
});

function ofNode(own: unknown): unknown {
  return { root: "root", nodes: { root: { inputs: { nixpkgs: "n" } }, n: own } };
}

test.each([
  [
    "an archive",
    ofNode({ locked: { type: "tarball", url: "https://h/n.tar.xz", narHash: HASH } }),
    { url: "https://h/n.tar.xz", narHash: HASH },
  ],
  ["no hash", ofNode({ locked: { ...locked, narHash: undefined } }), undefined],
  ["a hash that is none", ofNode({ locked: { ...locked, narHash: "sha256-x" } }), undefined],
  ["an owner that is none", ofNode({ locked: { ...locked, owner: "../a" } }), undefined],
  ["a folder", ofNode({ locked: { type: "path", path: "/", narHash: HASH } }), undefined],
  ["no node", ofNode(null), undefined],
  ["a circle", { root: "root", nodes: { root: { inputs: { nixpkgs: ["nixpkgs"] } } } }, undefined],
  ["an input called __proto__", '{"root":"__proto__","nodes":{"__proto__":{}}}', undefined],
  ["no lock", "{}", undefined],
  ["no JSON", "{", undefined],
])("a flake.lock with %s", (name, content, expected) => {
  expect(nixpkgsOfFlakeLock(write(`${name}.lock`, content))).toEqual(expected);
});
