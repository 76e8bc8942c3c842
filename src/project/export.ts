import { dirname, relative, resolve, sep } from "node:path";
import { writeFileAtomic } from "../base/index.ts";
import { type ExportFormat, type ExportPlaces, EXPORTS, targetsOf } from "../emit/index.ts";
import { readLockFile } from "../lock/index.ts";
import type { Session } from "./session.ts";

export interface ExportRequest {
  /** The lock's file, relative to the session's folder. */
  readonly lock: string;
  readonly format: ExportFormat;
  /** Names of targets; all of the lock's where there are none. */
  readonly targets: readonly string[];
  /** The file to write; nothing is written where it is left out. */
  readonly output?: string;
}

export interface ExportResult {
  readonly text: string;
  readonly targets: readonly string[];
  /** Where it was written. */
  readonly path?: string;
}

/** Makes a file for other tools out of a lock. Throws the errors of the lock and emit stages. */
export async function exportLock(
  session: Session,
  { lock: path, format, targets: names, output }: ExportRequest,
): Promise<ExportResult> {
  const lockPath = resolve(session.cwd, path);
  const { lock } = readLockFile(lockPath);
  const targets = targetsOf(lock, names);
  const to = output === undefined ? undefined : resolve(session.cwd, output);
  const places = placesFor(lockPath, to ?? lockPath);
  const text = await EXPORTS[format]({ lock, targets, places });
  if (to !== undefined) writeFileAtomic(to, text);
  const done = { text, targets: targets.map(({ name }) => name) };
  return to === undefined ? done : { ...done, path: to };
}

/** Paths in a lock are relative to it; those of an export to the file it is. */
function placesFor(lockPath: string, output: string): ExportPlaces {
  const absolute = (path: string): string => resolve(dirname(lockPath), path);
  return {
    absolute,
    relative: (path) => relative(dirname(output), absolute(path)).split(sep).join("/"),
  };
}
