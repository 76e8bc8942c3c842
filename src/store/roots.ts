import { linkSync, mkdirSync, readdirSync, readFileSync, statSync, unlinkSync } from "node:fs";
import { sha256, writeFileAtomic } from "../base/index.ts";
import { fromFileError } from "./errors.ts";
import { isObjectName } from "./object-name.ts";

/**
 * Records of roots: one file a folder, holding the folder's absolute path, and where the file system
 * can a hard link to the root's object list. That link tells a root that was moved (its list still has
 * a name elsewhere) from one that was deleted.
 */
export const ROOTS = ".roots";
const LINKED_LIST = ".objects";
/** The files in a root's folder and its subfolders that list objects. */
export const OBJECT_LIST = "objects";

function recordOf(root: string, folder: string): string {
  return `${root}/${ROOTS}/${sha256(folder).slice(0, 32)}`;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function inode(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

/** Writes down a root, and which of its lists counts if it is moved. What is known is left as it is. */
export function addRoot(root: string, folder: string, list?: string): void {
  const record = recordOf(root, folder);
  try {
    if (inode(record) === undefined) {
      mkdirSync(`${root}/${ROOTS}`, { recursive: true });
      writeFileAtomic(record, folder);
    }
  } catch (error) {
    throw fromFileError(error, root);
  }
  if (list !== undefined) linkList(list, `${record}${LINKED_LIST}`);
}

/** Without a link, since the file system has none, a root that is moved is forgotten until it is used. */
function linkList(list: string, to: string): void {
  const there = inode(to);
  if (there !== undefined && there === inode(list)) return;
  try {
    if (there !== undefined) unlinkSync(to);
    linkSync(list, to);
  } catch {
    return;
  }
}

/** The folders written down, sorted. */
export function listRoots(root: string): string[] {
  let records: string[];
  try {
    records = readdirSync(`${root}/${ROOTS}`);
  } catch {
    return [];
  }
  const folders = records
    .filter((name) => !name.endsWith(LINKED_LIST))
    .map((name) => readText(`${root}/${ROOTS}/${name}`) ?? "");
  return folders.filter((folder) => folder.startsWith("/")).sort();
}

/** Forgets a root. */
export function dropRoot(root: string, folder: string): void {
  for (const path of [recordOf(root, folder), `${recordOf(root, folder)}${LINKED_LIST}`])
    try {
      unlinkSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
}

/** The text of an object list: `store <root>`, then an object's name a line. */
export function formatObjectList(root: string, names: readonly string[]): string {
  return `store ${root}\n${names.map((name) => `${name}\n`).join("")}`;
}

/**
 * The objects of a list, or undefined where it is for another store. A list whose store is not
 * there any more counts: the whole store was moved to where we are.
 */
function namesFor(root: string, text: string): string[] | undefined {
  const [first = "", ...lines] = text.split("\n");
  const store = first.startsWith("store ") ? first.slice("store ".length) : "";
  if (store !== root && statSync(store, { throwIfNoEntry: false }) !== undefined) return undefined;
  return lines.filter(isObjectName);
}

function listFiles(folder: string): string[] {
  try {
    const subfolders = readdirSync(folder, { withFileTypes: true }).filter((item) =>
      item.isDirectory(),
    );
    return ["", ...subfolders.map((item) => `${item.name}/`)].map(
      (prefix) => `${folder}/${prefix}${OBJECT_LIST}`,
    );
  } catch {
    return [];
  }
}

/**
 * The object names that a root's folder asks for, but for those of the subfolders `without`; undefined
 * where it asks nothing of this store.
 */
export function objectsOfRoot(
  root: string,
  folder: string,
  without: readonly string[] = [],
): string[] | undefined {
  const ignored = new Set(without.map((path) => `${path}/${OBJECT_LIST}`));
  const lists = listFiles(folder)
    .filter((path) => !ignored.has(path))
    .map(readText)
    .flatMap((text) => (text === undefined ? [] : [namesFor(root, text)]))
    .filter((names) => names !== undefined);
  return lists.length === 0 ? undefined : lists.flat();
}

/** Whether a list has a name that is not one of ours: several records may have linked the same. */
function isElsewhere(root: string, list: string): boolean {
  const stat = statSync(list, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  const ours = readdirSync(`${root}/${ROOTS}`)
    .filter((name) => name.endsWith(LINKED_LIST))
    .filter((name) => inode(`${root}/${ROOTS}/${name}`) === stat.ino);
  return stat.nlink > ours.length;
}

/** What a root that is not where it was asks for, if it was moved; undefined for one that is gone. */
export function objectsOfMoved(root: string, folder: string): string[] | undefined {
  const list = `${recordOf(root, folder)}${LINKED_LIST}`;
  if (inode(folder) !== undefined || !isElsewhere(root, list)) return undefined;
  return namesFor(root, readText(list) ?? "");
}
