import { posix } from "node:path";
import type { ByteSource } from "../archive/index.ts";
import { elfRunPaths, isElf } from "./elf.ts";
import { machRunPaths } from "./mach-o.ts";

const ORIGIN = /^\$(?:ORIGIN|\{ORIGIN\})(?:\/|$)/;
const LOADER = "@loader_path/";
const MACH = new Set([0xcffaedfe, 0xcafebabe]);

/**
 * The folders where a shared library looks for others, relative to its own: what follows `$ORIGIN` in
 * an ELF file and `@loader_path` in a Mach-O file. Other files have none.
 */
export function relativePaths(file: ByteSource): string[] {
  const head = Buffer.from(file.read(0, Math.min(4, file.size)));
  if (isElf(head)) {
    const paths = elfRunPaths(file).filter((path) => ORIGIN.test(path));
    return paths.map((path) => path.replace(ORIGIN, ""));
  }
  if (head.length < 4 || !MACH.has(head.readUInt32BE(0))) return [];
  const paths = machRunPaths(file).filter((path) => path.startsWith(LOADER));
  // A library's own path may come as well as a folder's: both lead out of the same folders.
  return paths.map((path) => path.slice(LOADER.length)).map(folderOf);
}

/** Whether a file is a program or library in Mach-O format. */
export function isMachO(file: ByteSource): boolean {
  const head = Buffer.from(file.read(0, Math.min(4, file.size)));
  return head.length === 4 && MACH.has(head.readUInt32BE(0));
}

function folderOf(path: string): string {
  return path.endsWith(".dylib") || path.endsWith(".so") ? posix.dirname(path) : path;
}
