import { mkdirSync, renameSync, statSync } from "node:fs";
import { fromFileError } from "./errors.ts";
import { finishTree } from "./finish-tree.ts";
import { ownerToken } from "./owner.ts";
import { removeTree } from "./remove-tree.ts";
import type { Fill, ObjectKey, StorePath } from "./types.ts";

/** Prefixes of folders in the store's root that are no objects: being made, being removed. */
export const TEMPORARY = ".tmp-";
export const DEAD = ".dead-";

/** Makes a folder that belongs to this process. Beside the objects, so that a rename is enough. */
export function makeTemporary(root: string): string {
  const path = `${root}/${TEMPORARY}${ownerToken()}`;
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw fromFileError(error, root);
    makeRoot(root);
    mkdirSync(path);
  }
  return path;
}

function makeRoot(root: string): void {
  try {
    mkdirSync(root, { recursive: true });
  } catch (error) {
    throw fromFileError(error, root);
  }
}

/** Whether an object is there. */
export function hasObject(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Makes a finished folder an object, unless another process was first. */
function register(temporary: string, path: string): void {
  try {
    renameSync(temporary, path);
  } catch (error) {
    if (!hasObject(path)) throw error;
    removeTree(temporary);
  }
}

/**
 * Makes an object: filled under a temporary name, finished, renamed. The rename is the registration,
 * so an object that is there is whole. Throws `store-full`, `store-not-writable`, or what the filler
 * throws, and leaves nothing behind.
 */
export async function addObject(
  path: StorePath,
  key: ObjectKey,
  { root, fill }: { readonly root: string; readonly fill: Fill },
): Promise<StorePath> {
  if (hasObject(path)) return path;
  const temporary = makeTemporary(root);
  try {
    const filled = (await fill(temporary)) ?? [];
    finishTree(temporary, key, { filled });
    register(temporary, path);
  } catch (error) {
    removeTree(temporary);
    throw fromFileError(error, root);
  }
  return path;
}
