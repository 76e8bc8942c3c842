import { dirname, relative, resolve, sep } from "node:path";
import { writeFileAtomic } from "../base/index.ts";
import {
  type ExportFormat,
  type ExportInput,
  type ExportPlaces,
  EXPORTS,
  leftOutOf,
  targetsOf,
} from "../emit/index.ts";
import { type Lock, type LockedTarget, readLockFile } from "../lock/index.ts";
import type { Session } from "./session.ts";
import { setOfLock } from "./usual-set.ts";

export interface ExportRequest {
  /** The lock's file, relative to the session's folder. */
  readonly lock: string;
  readonly format: ExportFormat;
  /** Names of targets; all of the lock's where there are none. */
  readonly targets: readonly string[];
  /** Of a lock with sets: which one. */
  readonly set?: string;
  /** The file to write; nothing is written where it is left out. */
  readonly output?: string;
  /** Tell licences, of packages that are on this machine; in bills of materials only. */
  readonly licences?: boolean;
}

export interface ExportResult {
  readonly text: string;
  readonly targets: readonly string[];
  readonly set?: string;
  /** Packages that the format has no place for. */
  readonly leftOut: readonly string[];
  /** Where it was written. */
  readonly path?: string;
}

/** Formats that can show several sets. */
const OF_ALL_SETS: ReadonlySet<ExportFormat> = new Set(["cyclonedx", "html"]);

/** Makes a file for other tools out of a lock. Throws the errors of the lock and emit stages. */
export async function exportLock(
  session: Session,
  { lock: path, format, targets: names, set: asked, output, licences = false }: ExportRequest,
): Promise<ExportResult> {
  const lockPath = resolve(session.cwd, path);
  const { lock } = readLockFile(lockPath);
  const isWhole = asked === undefined && OF_ALL_SETS.has(format);
  const set = isWhole ? undefined : await setOfLock(lock, { path: lockPath, asked });
  const targets = targetsOf(lock, names, set);
  const to = output === undefined ? undefined : resolve(session.cwd, output);
  const places = placesFor(lockPath, to ?? lockPath);
  const licence = licences ? await licencesOf(session, lock, targets) : undefined;
  const input: ExportInput = { lock, targets, places, ...(licence && { licence }) };
  const text = await EXPORTS[format](input);
  const leftOut = leftOutOf(format, input);
  if (to !== undefined) writeFileAtomic(to, text);
  noteLeftOut(session, { format, leftOut });
  const done = {
    text,
    targets: [...new Set(targets.map(({ name }) => name))],
    ...(set === undefined ? {} : { set }),
    leftOut,
  };
  return to === undefined ? done : { ...done, path: to };
}

/** What packages on this machine say of their licences; tells how many say nothing. */
async function licencesOf(
  session: Session,
  lock: Lock,
  targets: readonly LockedTarget[],
): Promise<NonNullable<ExportInput["licence"]>> {
  const { readLicences } = await import("./licences.ts");
  const { sessionStore } = await import("./open-store.ts");
  const found = readLicences(sessionStore(session), lock, targets);
  const unknown = [...found.values()].filter((licence) => licence === undefined).length;
  if (unknown > 0) {
    const message = `the licences of ${unknown} of ${found.size} files are not known: they are read from what is installed on this machine`;
    session.report({ kind: "note", level: "warning", code: "licences-unknown", message });
  }
  return (artifact) => found.get(artifact);
}

const MOST_TOLD = 10;

function noteLeftOut(
  { report }: Session,
  { format, leftOut }: { readonly format: ExportFormat; readonly leftOut: readonly string[] },
): void {
  if (leftOut.length === 0) return;
  const rest = leftOut.length > MOST_TOLD ? ` and ${leftOut.length - MOST_TOLD} more` : "";
  const count = `${leftOut.length} package${leftOut.length === 1 ? "" : "s"}`;
  const list = `${leftOut.slice(0, MOST_TOLD).join(", ")}${rest}`;
  const place = format === "conda-explicit" ? "conda's channels" : "a Python index";
  const message = `${format} has only what comes from ${place}; left out: ${count} (${list})`;
  report({ kind: "note", level: "warning", code: "export-left-out", message, facts: { leftOut } });
}

/** Paths in a lock are relative to it; those of an export to the file it is. */
function placesFor(lockPath: string, output: string): ExportPlaces {
  const absolute = (path: string): string => resolve(dirname(lockPath), path);
  return {
    absolute,
    relative: (path) => relative(dirname(output), absolute(path)).split(sep).join("/"),
  };
}
