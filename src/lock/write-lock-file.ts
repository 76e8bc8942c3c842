import { readFileSync } from "node:fs";
import { writeFileAtomic } from "../base/index.ts";
import { lockError } from "./errors.ts";

/**
 * Puts a lock's text in its file, whole or not at all, and leaves a file that has it already
 * untouched. Says whether it changed. Throws UserError `lock-unwritable`.
 */
export function writeLockFile(path: string, text: string): { changed: boolean } {
  if (present(path) === text) return { changed: false };
  try {
    writeFileAtomic(path, text);
  } catch (cause) {
    const message = `the lock file ${path} cannot be written: ${(cause as Error).message}`;
    throw lockError("lock-unwritable", message, { place: { file: path }, cause });
  }
  return { changed: true };
}

function present(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
