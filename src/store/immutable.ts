import { accessSync, constants, lstatSync } from "node:fs";
import { MANIFEST } from "./manifest.ts";
import { walkTree } from "./walk-tree.ts";

/** Paths for one process start; well below the system's limit on arguments. */
const BATCH = 2000;

/** Whether file modes do not bind this process. */
export function modesDoNotBind(): boolean {
  return process.geteuid?.() === 0;
}

/**
 * Whether a path has the immutable flag, asked without starting a program: the kernel refuses
 * write access to such a file even to root (access(2) gives EPERM, where modes give EACCES).
 */
export function isImmutable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function chattr(args: readonly string[], paths: readonly string[]): Promise<boolean> {
  const { execFile } = await import("node:child_process");
  const { promisify } = await import("node:util");
  const run = promisify(execFile);
  try {
    for (let at = 0; at < paths.length; at += BATCH)
      await run("chattr", [...args, "--", ...paths.slice(at, at + BATCH)]);
    return true;
  } catch {
    return false;
  }
}

function foldersOf(object: string): string[] {
  const folders = walkTree(object).filter(({ kind }) => kind === "folder");
  return folders.map(({ path }) => `${object}/${path}`);
}

/**
 * Gives all folders of objects the immutable flag (FS_IOC_SETFLAGS, by chattr), so that nothing in them can
 * be replaced, removed or added: a thirtieth of the time that all files would take. The object's own folder
 * comes last, so its flag tells that the others have it. False where that cannot be done.
 */
export async function makeImmutable(objects: readonly string[]): Promise<boolean> {
  const open = objects.filter((path) => !isImmutable(path));
  if (open.length === 0) return true;
  // It goes by their order; after a failure, no object may look protected.
  if (await chattr(["+i"], [...open.flatMap(foldersOf), ...open])) return open.every(isImmutable);
  await chattr(["-f", "-i"], open);
  return false;
}

/** Whether an object's files have the flag, too. */
function isSealed(object: string): boolean {
  return isImmutable(`${object}/${MANIFEST}`);
}

/** Gives files the flag as well, so that they cannot be written in place; the manifest's comes last. */
export async function sealFiles(objects: readonly string[]): Promise<void> {
  const open = objects.filter((object) => !isSealed(object));
  for (const object of open) {
    const files = walkTree(object).filter(({ kind, path }) => kind === "file" && path !== MANIFEST);
    const paths = files.map(({ path }) => `${object}/${path}`);
    if (await chattr(["+i"], paths)) await chattr(["+i"], [`${object}/${MANIFEST}`]);
  }
}

/** Takes the flag from single paths, not from what is in them; those without it are left alone. */
export async function liftImmutable(paths: readonly string[]): Promise<void> {
  const flagged = modesDoNotBind() ? paths.filter(isImmutable) : [];
  if (flagged.length > 0) await chattr(["-f", "-i"], flagged);
}

/** Gives single paths the flag (back). */
export async function putImmutable(paths: readonly string[]): Promise<void> {
  if (paths.length > 0) await chattr(["-f", "+i"], paths);
}

/** Takes the flag from whole trees: the top first, so that a crash cannot make a tree look protected. */
export async function liftTrees(paths: readonly string[]): Promise<void> {
  if (!modesDoNotBind()) return;
  const there = paths.filter((path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined);
  await liftImmutable(there);
  const [sealed, open] = [there.filter(isSealed), there.filter((path) => !isSealed(path))];
  if (sealed.length > 0) await chattr(["-f", "-R", "-i"], sealed);
  await liftImmutable(open.flatMap(foldersOf));
}
