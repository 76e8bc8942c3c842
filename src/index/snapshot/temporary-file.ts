import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { UserError } from "../../base/index.ts";
import { indexFileError } from "./errors.ts";

/** A name beside a file that is being made, for what is not whole yet. */
export interface TemporaryName {
  readonly path: string;
  /** The file has another name now, or none. */
  forget(): void;
}

/**
 * Makes the folder of a file that is to be written, and a name beside it. What still has that name when
 * the process ends is removed. Throws `index-file-unwritable`.
 */
export function temporaryName(file: string, suffix: string): TemporaryName {
  const path = `${file}.${process.pid}.${randomBytes(6).toString("hex")}.${suffix}`;
  writing(file, () => {
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) {
      throw new Error("there is a directory of that name");
    }
    mkdirSync(dirname(file), { recursive: true });
  });
  const remove = (): void => rmSync(path, { force: true });
  process.once("exit", remove);
  return { path, forget: () => void process.off("exit", remove) };
}

/** Does what writes a file; what the system refuses is told with the file's name. */
export function writing<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw unwritable(file, cause);
  }
}

function unwritable(file: string, cause: unknown): UserError {
  const { message, code } = cause as NodeJS.ErrnoException;
  const isFull = code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG";
  return indexFileError("index-file-unwritable", `The index file cannot be written: ${message}`, {
    place: { file },
    hint: isFull ? "make room, or choose another place" : "choose another place",
    cause,
  });
}
