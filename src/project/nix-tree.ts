import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { type NarNode, narParts } from "../archive/index.ts";

/** A folder or file as Nix sees it without what `leftOut` names, contents read when their turn comes. */
export function treeOf(path: string, leftOut?: RegExp): NarNode {
  const status = lstatSync(path);
  if (status.isSymbolicLink()) return { kind: "link", target: readlinkSync(path) };
  if (status.isFile())
    return {
      kind: "file",
      executable: (status.mode & 0o100) !== 0,
      contents: () => readFileSync(path),
    };
  const entries = readdirSync(path)
    .filter((name) => leftOut?.test(join(path, name)) !== true)
    .map((name) => [name, treeOf(join(path, name), leftOut)] as const);
  return { kind: "folder", entries: new Map(entries) };
}

/** The hash by which Nix knows a tree, in SRI notation. */
export function narHashOf(node: NarNode): string {
  const hash = createHash("sha256");
  for (const part of narParts(node)) hash.update(part);
  return `sha256-${hash.digest("base64")}`;
}
