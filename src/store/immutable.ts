import { execFile } from "node:child_process";
import { accessSync, constants, lstatSync, readdirSync } from "node:fs";
import { promisify } from "node:util";
import { walkTree } from "./walk-tree.ts";

const run = promisify(execFile);
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
  try {
    for (let at = 0; at < paths.length; at += BATCH)
      await run("chattr", [...args, "--", ...paths.slice(at, at + BATCH)]);
    return true;
  } catch {
    return false;
  }
}

function childrenOf(path: string): string[] {
  return readdirSync(path)
    .map((name) => `${path}/${name}`)
    .filter((child) => !lstatSync(child).isSymbolicLink());
}

/** Whether all below an object's folder has the flag; links cannot have it and need none. */
function isSealedBelow(object: string): boolean {
  return walkTree(object).every(
    ({ path, kind }) => kind === "link" || isImmutable(`${object}/${path}`),
  );
}

/**
 * Gives whole objects the immutable flag (FS_IOC_SETFLAGS, by chattr): what is in an object first and
 * its folder last, so the folder's flag tells that all of it has it. False where that cannot be done.
 */
export async function makeImmutable(objects: readonly string[]): Promise<boolean> {
  const open = objects.filter((path) => !isImmutable(path));
  if (open.length === 0) return true;
  // chattr fails on links, too, so where it does we look for ourselves.
  const clean = await chattr(["-f", "-R", "+i"], open.flatMap(childrenOf));
  if (!clean && !open.every(isSealedBelow)) return false;
  await chattr(["-f", "+i"], open);
  return open.every(isImmutable);
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

/** Takes the flag from whole trees: the top first, so that a crash cannot make a tree look sealed. */
export async function liftTrees(paths: readonly string[]): Promise<void> {
  if (!modesDoNotBind()) return;
  const flagged = paths.filter((path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined);
  if (flagged.length > 0) await chattr(["-f", "-R", "-i"], flagged);
}
