import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  utimesSync,
} from "node:fs";
import { posix } from "node:path";
import { writeFileAtomic } from "../base/index.ts";
import type { IsDerived } from "./derived-pattern.ts";
import { fromFileError } from "./errors.ts";
import { FIXED_TIME } from "./finish-tree.ts";
import { isImmutable, liftImmutable, putImmutable } from "./immutable.ts";
import { isObjectName } from "./object-name.ts";
import { removeTree } from "./remove-tree.ts";
import type { DerivedFiles } from "./types.ts";
import { walkTree } from "./walk-tree.ts";

/**
 * Derived files go into read-only folders, which are writable for that moment. Before any folder is
 * opened, this record lists all that will be; it goes when they are closed again. One that is found
 * is of a killed process and tells which folders to close. All this under the lock for derived data.
 */
export const OPENING = ".opening";

/** Paths relative to the store. */
interface Opened {
  /** Folders to close, those that will be made included. */
  readonly folders: readonly string[];
  /** What is to have the immutable flag (again). */
  readonly immutable: readonly string[];
}

interface Move {
  readonly from: string;
  /** Relative to the store. */
  readonly to: string;
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function movesOf(root: string, item: DerivedFiles, isDerived: IsDerived): Move[] {
  const files = walkTree(item.from).filter((found) => found.kind !== "folder");
  const object = item.object.slice(root.length + 1);
  if (!isObjectName(object)) throw new Error(`${item.object} is no object of ${root}`);
  return files.map(({ path, kind }) => {
    if (kind !== "file" || !isDerived(path)) throw new Error(`${path} is no derived file`);
    return { from: `${item.from}/${path}`, to: `${object}/${path}` };
  });
}

/** The folders that a file's coming in opens or makes. */
function foldersFor(root: string, path: string): string[] {
  const folders: string[] = [];
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    folders.push(folder);
    if (isThere(`${root}/${folder}`) || folder === ".") return folders;
  }
}

function objectOf(path: string): string {
  return path.split("/", 1)[0] as string;
}

function plan(root: string, moves: readonly Move[]): Opened {
  const folders = [...new Set(moves.flatMap(({ to }) => foldersFor(root, to)))];
  const objects = new Set(folders.map(objectOf));
  const sealed = new Set([...objects].filter((name) => isImmutable(`${root}/${name}`)));
  return { folders, immutable: folders.filter((path) => sealed.has(objectOf(path))) };
}

async function openFolders(root: string, { folders }: Opened): Promise<void> {
  const there = folders.map((folder) => `${root}/${folder}`).filter(isThere);
  await liftImmutable(there);
  for (const folder of there) chmodSync(folder, 0o755);
}

function closeFolder(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory() !== true || isImmutable(path)) return;
  utimesSync(path, FIXED_TIME, FIXED_TIME);
  chmodSync(path, 0o555);
}

async function closeFolders(root: string, { folders, immutable }: Opened): Promise<void> {
  for (const folder of folders) closeFolder(`${root}/${folder}`);
  await putImmutable(immutable.map((path) => `${root}/${path}`).filter(isThere));
}

function moveIn(root: string, { from, to }: Move): void {
  const target = `${root}/${to}`;
  if (isThere(target)) return;
  mkdirSync(posix.dirname(target), { recursive: true });
  chmodSync(from, 0o444);
  renameSync(from, target);
}

/** Moves finished derived files into their objects; see `Store.addDerived`. The lock is held. */
export async function addDerived(
  root: string,
  items: readonly DerivedFiles[],
  { isDerived }: { readonly isDerived: IsDerived },
): Promise<void> {
  await closeLeftOpen(root);
  const moves = items.flatMap((item) => movesOf(root, item, isDerived));
  const opened = plan(root, moves);
  try {
    writeFileAtomic(`${root}/${OPENING}`, JSON.stringify(opened));
    try {
      await openFolders(root, opened);
      for (const move of moves) moveIn(root, move);
    } finally {
      await closeFolders(root, opened);
      unlinkSync(`${root}/${OPENING}`);
    }
  } catch (error) {
    throw fromFileError(error, root);
  }
  for (const item of items) removeTree(item.from);
}

function inObject(value: unknown): value is string {
  if (typeof value !== "string") return false;
  const [object = "", ...parts] = value.split("/");
  return isObjectName(object) && !parts.includes("..");
}

function readRecord(path: string): Opened | undefined {
  try {
    const data = JSON.parse(readFileSync(path, "utf8")) as Record<keyof Opened, unknown[]>;
    return { folders: data.folders.filter(inObject), immutable: data.immutable.filter(inObject) };
  } catch {
    return undefined;
  }
}

/** Closes the folders that a killed process left open. The lock for derived data is held. */
export async function closeLeftOpen(root: string): Promise<void> {
  const path = `${root}/${OPENING}`;
  if (!isThere(path)) return;
  const opened = readRecord(path);
  if (opened !== undefined) await closeFolders(root, opened);
  unlinkSync(path);
}
