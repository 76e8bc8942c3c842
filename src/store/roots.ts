import { mkdirSync, readdirSync, readFileSync, statSync, unlinkSync } from "node:fs";
import { sha256, writeFileAtomic } from "../base/index.ts";
import { fromFileError } from "./errors.ts";
import { isObjectName } from "./object-name.ts";

/** Records of roots: one file a folder, holding the folder's absolute path. */
export const ROOTS = ".roots";
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

/** Writes down a root; nothing happens where it is known. */
export function addRoot(root: string, folder: string): void {
  const record = recordOf(root, folder);
  if (statSync(record, { throwIfNoEntry: false }) !== undefined) return;
  try {
    mkdirSync(`${root}/${ROOTS}`, { recursive: true });
    writeFileAtomic(record, folder);
  } catch (error) {
    throw fromFileError(error, root);
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
  const folders = records.map((name) => readText(`${root}/${ROOTS}/${name}`) ?? "");
  return folders.filter((folder) => folder.startsWith("/")).sort();
}

/** Forgets a root. */
export function dropRoot(root: string, folder: string): void {
  try {
    unlinkSync(recordOf(root, folder));
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
