import { lstatSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { basename } from "node:path";
import { silent } from "../base/index.ts";
import { DEAD, TEMPORARY } from "./add.ts";
import { fromFileError } from "./errors.ts";
import { liftTrees } from "./immutable.ts";
import { mappedObjects } from "./in-use.ts";
import { MANIFEST, parseManifest } from "./manifest.ts";
import { isObjectName } from "./object-name.ts";
import { isAlive, ownerToken } from "./owner.ts";
import { removeTree } from "./remove-tree.ts";
import { dropRoot, listRoots, objectsOfMoved, objectsOfRoot } from "./roots.ts";
import type { CollectOptions, CollectResult, StorePath } from "./types.ts";

/** Names of the objects there are, sorted. */
export function objectNames(root: string): string[] {
  try {
    return readdirSync(root).filter(isObjectName).sort();
  } catch {
    return [];
  }
}

/** Takes objects out of the store at once, then removes them. The store is held alone. */
export async function removeObjects(root: string, names: readonly string[]): Promise<void> {
  await liftTrees(names.map((name) => `${root}/${name}`));
  try {
    for (const name of names) {
      const dead = `${root}/${DEAD}${ownerToken()}`;
      renameSync(`${root}/${name}`, dead);
      removeTree(dead);
    }
  } catch (error) {
    throw fromFileError(error, root);
  }
}

function bytesOf(path: string): number {
  try {
    const manifest = parseManifest(readFileSync(`${path}/${MANIFEST}`, "utf8"));
    return (manifest?.entries ?? []).reduce(
      (sum, entry) => sum + (entry.kind === "file" ? entry.size : 0),
      0,
    );
  } catch {
    return 0;
  }
}

/** Temporary folders of dead processes, and what a killed collection began to remove. */
function leftOvers(root: string): string[] {
  const paths = readdirSync(root).filter((name) => {
    if (name.startsWith(DEAD)) return true;
    if (!name.startsWith(TEMPORARY)) return false;
    const stat = lstatSync(`${root}/${name}`, { throwIfNoEntry: false });
    return stat !== undefined && !isAlive(name.slice(TEMPORARY.length), Date.now() - stat.mtimeMs);
  });
  return paths.map((name) => `${root}/${name}`);
}

interface Wanted {
  readonly names: ReadonlySet<string>;
  readonly dropped: readonly string[];
}

function wantedByRoots(root: string, without: readonly string[]): Wanted {
  const names = new Set<string>();
  const dropped: string[] = [];
  for (const folder of listRoots(root)) {
    const objects = objectsOfRoot(root, folder, without) ?? objectsOfMoved(root, folder);
    if (objects === undefined) dropped.push(folder);
    else for (const name of objects) names.add(name);
  }
  return { names, dropped };
}

async function sweep(
  root: string,
  doomed: readonly string[],
  dropped: readonly string[],
): Promise<void> {
  await removeObjects(root, doomed);
  const rests = leftOvers(root);
  await liftTrees(rests);
  rests.forEach(removeTree);
  for (const folder of dropped) dropRoot(root, folder);
}

/** Removes what nothing needs; see `Store.collect`. The store is held alone. */
export async function collectObjects(
  root: string,
  { keep = [], without = [], dryRun = false, report = silent }: CollectOptions,
): Promise<CollectResult> {
  const names = objectNames(root);
  const { names: wanted, dropped } = wantedByRoots(root, without);
  const kept = new Set([...wanted, ...keep.map((path: StorePath) => basename(path))]);
  const mapped = mappedObjects(root);
  const inUse = names.filter((name) => !kept.has(name) && mapped.has(name));
  const removed = names.filter((name) => !kept.has(name) && !mapped.has(name));
  const bytes = removed.reduce((sum, name) => sum + bytesOf(`${root}/${name}`), 0);
  report({ kind: "start", phase: "collect", total: removed.length, unit: "items" });
  if (!dryRun) await sweep(root, removed, dropped);
  report({ kind: "end", phase: "collect", done: removed.length });
  return { removed, bytes, kept: names.length - removed.length, inUse, droppedRoots: dropped };
}
