import { closeSync, fchmodSync, futimesSync, mkdirSync, openSync, writeSync } from "node:fs";
import { posix } from "node:path";
import { FIXED_TIME } from "../store/index.ts";

/** A file to be written into an object's folder. */
export interface NewFile {
  /** Relative to the folder. */
  readonly path: string;
  readonly executable: boolean;
}

/** An object's folder being filled, with the folders made so far. */
export interface Filling {
  readonly root: string;
  readonly folders: Set<string>;
  /** Mode bits that the process does not give to new files. */
  readonly umask: number;
}

/** Begins to fill a folder that is there and empty. */
export function startFilling(root: string): Filling {
  return { root, folders: new Set(), umask: process.umask() };
}

/** Opens a new file, which must not be there, to be written and then closed by `finishFile`. */
export function openNew({ root, folders, umask }: Filling, { path, executable }: NewFile): number {
  const folder = posix.dirname(path);
  if (folder !== "." && !folders.has(folder)) {
    mkdirSync(`${root}/${folder}`, { recursive: true });
    folders.add(folder);
  }
  const mode = executable ? 0o555 : 0o444;
  const file = openSync(`${root}/${path}`, "wx", mode);
  if ((umask & mode) !== 0) fchmodSync(file, mode);
  return file;
}

/** Gives a written file the store's time and closes it. */
export function finishFile(file: number): void {
  futimesSync(file, FIXED_TIME, FIXED_TIME);
  closeSync(file);
}

/** Writes a whole new file. */
export function writeNew(filling: Filling, file: NewFile, data: Uint8Array): void {
  const descriptor = openNew(filling, file);
  writeAll(descriptor, data);
  finishFile(descriptor);
}

/** Writes all of the bytes; a write may take fewer than it was given. */
export function writeAll(file: number, data: Uint8Array): void {
  for (let at = 0; at < data.length;) at += writeSync(file, data, at);
}
