import { readFileSync, statSync } from "node:fs";
import { lockError } from "./errors.ts";
import { LARGEST_LOCK, readLock } from "./read-lock.ts";
import type { Lock } from "./types.ts";

/** The lock in a file, and its text. Throws UserError as `readLock`, or for a file not to be had. */
export function readLockFile(path: string): { lock: Lock; text: string } {
  const text = readText(path);
  return { lock: readLock(text, { path }), text };
}

function readText(path: string): string {
  const place = { file: path };
  try {
    if (statSync(path).size > LARGEST_LOCK) {
      throw lockError("lock-too-large", `${path} is too large to be a lock`, { place });
    }
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof Error && error.name === "UserError") throw error;
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw lockError("lock-missing", `there is no lock file ${path}`, {
        place,
        hint: "make one with `mach-nix lock -r FILE` or `mach-nix env DIR -r FILE`",
      });
    }
    const message = `the lock file ${path} cannot be read: ${(error as Error).message}`;
    throw lockError("lock-unreadable", message, { place, cause: error });
  }
}
