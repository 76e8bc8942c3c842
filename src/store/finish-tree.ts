import { chmodSync, lutimesSync, readlinkSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { posix } from "node:path";
import { hashFile } from "./hash-file.ts";
import { type Entry, formatManifest, MANIFEST } from "./manifest.ts";
import type { FilledFile, ObjectKey } from "./types.ts";
import { type TreeItem, walkTree } from "./walk-tree.ts";

/**
 * The time of every file in the store, in seconds since 1970: 1980-01-02 UTC, since zip files made
 * of them cannot say anything before 1980 in any time zone.
 */
export const FIXED_TIME = 315_619_200;

function finishLink(folder: string, path: string): Entry {
  const target = readlinkSync(`${folder}/${path}`);
  const inside = posix.normalize(posix.join(posix.dirname(path), target));
  if (posix.isAbsolute(target) || inside === ".." || inside.startsWith("../"))
    throw new Error(`link ${path} leaves the object: ${target}`);
  lutimesSync(`${folder}/${path}`, FIXED_TIME, FIXED_TIME);
  return { kind: "link", path, target };
}

function finishFile(folder: string, path: string, filled: FilledFile | undefined): Entry {
  const absolute = `${folder}/${path}`;
  const executable = filled?.executable ?? (statSync(absolute).mode & 0o111) !== 0;
  const { sha256, size } = filled ?? hashFile(absolute);
  if (filled?.finished !== true) {
    chmodSync(absolute, executable ? 0o555 : 0o444);
    utimesSync(absolute, FIXED_TIME, FIXED_TIME);
  }
  return { kind: "file", path, sha256, size, executable };
}

function finishItem(folder: string, item: TreeItem, filled: FilledFile | undefined): Entry {
  if (item.kind === "folder") return { kind: "folder", path: item.path };
  if (item.kind === "link") return finishLink(folder, item.path);
  if (item.kind === "file") return finishFile(folder, item.path, filled);
  throw new Error(`${item.path} is neither file, folder nor link`);
}

function closeFolder(path: string): void {
  utimesSync(path, FIXED_TIME, FIXED_TIME);
  chmodSync(path, 0o555);
}

/**
 * Makes a filled folder an object: writes its manifest, fixes times, and makes everything read-only.
 * Files that the filler handed in are not read again.
 */
export function finishTree(
  folder: string,
  key: ObjectKey,
  { filled }: { readonly filled: readonly FilledFile[] },
): void {
  const known = new Map(filled.map((file) => [file.path, file]));
  const items = walkTree(folder);
  const entries = items.map((item) => finishItem(folder, item, known.get(item.path)));
  entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  const files = entries.filter((entry) => entry.kind === "file" && known.has(entry.path));
  if (files.length !== known.size) throw new Error(`a file handed in for ${key.name} is not there`);
  writeFileSync(`${folder}/${MANIFEST}`, formatManifest({ key, entries }), { mode: 0o444 });
  utimesSync(`${folder}/${MANIFEST}`, FIXED_TIME, FIXED_TIME);
  for (const item of items.reverse())
    if (item.kind === "folder") closeFolder(`${folder}/${item.path}`);
  closeFolder(folder);
}
