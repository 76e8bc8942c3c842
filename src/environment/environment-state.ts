import { readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { OBJECT_LIST } from "../store/index.ts";
import { currentGeneration } from "./generations.ts";
import { CURRENT, type EnvironmentRecord, MARKS, STORE_LINK } from "./layout.ts";
import type { EnvironmentFault, EnvironmentState } from "./types.ts";

/** Left alone in a directory that is otherwise empty. */
const HARMLESS = new Set([".git", ".gitignore", ".gitkeep", "mach-nix.toml"]);

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return ["."];
    throw error;
  }
}

/** What a generation's `environment.json` says; undefined where it cannot be read. */
export function readRecord(path: string): EnvironmentRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(path, "utf8")) as EnvironmentRecord;
    return record.version === 1 ? record : undefined;
  } catch {
    return undefined;
  }
}

/** The times of folders in which installing something would leave a trace. */
export function folderTimes(
  generation: string,
  folders: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    folders.map((folder) => [
      folder,
      String(
        statSync(`${generation}/${folder}`, { bigint: true, throwIfNoEntry: false })?.mtimeNs ?? "",
      ),
    ]),
  );
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** A directory may be reached by several paths. */
function isSamePlace(one: string, other: string): boolean {
  if (one === other) return true;
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return false;
  }
}

function findFault(
  directory: string,
  record: EnvironmentRecord,
  { store, objects }: { readonly store: string; readonly objects: readonly string[] },
): EnvironmentFault | undefined {
  const generation = `${directory}/${CURRENT}`;
  if (record.prefix !== undefined && !isSamePlace(record.prefix, directory)) return "moved";
  if (!isThere(store)) return "store";
  if (!objects.every((name) => isThere(`${store}/${name}`))) return "object";
  if (!isThere(record.interpreter.path) || !isThere(`${directory}/bin/python`))
    return "interpreter";
  const folders = Object.keys(record.times);
  const now = folderTimes(generation, folders);
  return folders.every((folder) => now[folder] === record.times[folder]) ? undefined : "changed";
}

/**
 * What is in a directory: nothing, something foreign, something of ours that is not made yet, or an
 * environment, from what it was made, and whether it is as it was. No program is started and no tree
 * walked: a stat for each object and a few more.
 */
export function environmentState(directory: string): EnvironmentState {
  const names = namesIn(directory);
  const marked = MARKS.some((mark) => names.includes(mark));
  const foreign = names.find((name) => !HARMLESS.has(name));
  if (!marked)
    return foreign === undefined ? { kind: "absent" } : { kind: "foreign", file: foreign };
  const generation = currentGeneration(directory);
  const record = readRecord(`${directory}/${CURRENT}/environment.json`);
  if (generation === undefined || record === undefined) return { kind: "unmade" };
  try {
    const current = `${directory}/${CURRENT}`;
    const objects = readFileSync(`${current}/${OBJECT_LIST}`, "utf8").split("\n").slice(1, -1);
    const store = readlinkSync(`${current}/${STORE_LINK}`);
    const fault = findFault(directory, record, { store, objects });
    const { source, interpreter } = record;
    return { kind: "made", generation, source, interpreter, store, objects, fault };
  } catch {
    return { kind: "unmade" };
  }
}
