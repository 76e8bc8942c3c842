import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { formatObjectList, OBJECT_LIST } from "../store/index.ts";
import { isOwnPython } from "./conda-python.ts";
import { readRecord } from "./environment-state.ts";
import { currentGeneration } from "./generations.ts";
import { GENERATIONS, HIDDEN, type LinkedPackage, RECORD, STORE_LINK } from "./layout.ts";
import { type LinkScripts, runPostLink, runPreUnlink } from "./link-scripts.ts";
import type { EnvironmentInput } from "./types.ts";

/**
 * Has scripts of packages run in a generation that is complete and not in effect; what is ours in it is
 * then as it was. Throws as `runPostLink` does; then the generation is gone.
 */
export async function runScripts(
  input: EnvironmentInput,
  { path, linked }: { readonly path: string; readonly linked: readonly LinkedPackage[] },
): Promise<void> {
  const { directory, store, objects, condaObjects = [], report } = input;
  const scripts = input.conda?.linkScripts as LinkScripts;
  const python = pythonWithin(input);
  try {
    await runPostLink(linked, scripts, { directory, generation: path, python, store, report });
  } catch (error) {
    // A script may have left folders that are closed even to their owner.
    const sandbox = await scripts.sandbox(join(path, python)).catch(() => undefined);
    await sandbox?.remove(path);
    throw error;
  }
  for (const name of HIDDEN) rmSync(`${path}/${name}`, { recursive: true, force: true });
  symlinkSync(store.root, `${path}/${STORE_LINK}`);
  const names = [...objects, ...condaObjects].map((object) => basename(object));
  writeFileSync(`${path}/${OBJECT_LIST}`, formatObjectList(store.root, names), { flag: "wx" });
}

/** Where an environment's interpreter is in it. */
function pythonWithin({ directory, interpreter }: EnvironmentInput): string {
  const isOwn = isOwnPython(directory, interpreter);
  return isOwn ? interpreter.path.slice(directory.length + 1) : "bin/python";
}

/**
 * What is to be called once another generation is in effect, with the packages whose scripts were run in
 * that: runs the scripts of unlinking of those that are gone, in the generation in effect now. Undefined
 * where no scripts were run in it, or where the directory was moved since.
 */
export function undoOf(
  input: EnvironmentInput,
): ((linked: readonly LinkedPackage[]) => Promise<void>) | undefined {
  const { directory, store, report, conda } = input;
  const scripts = conda?.linkScripts;
  const number = currentGeneration(directory);
  if (number === undefined || scripts === undefined) return undefined;
  const generation = `${directory}/${GENERATIONS}/${number}`;
  const { linked: before, prefix } = readRecord(`${generation}/${RECORD}`) ?? {};
  if (before === undefined || prefix !== directory) return undefined;
  return async (linked) => {
    const here = new Set(linked.map(({ object }) => object));
    const gone = before.filter(({ object }) => !here.has(object));
    const python = pythonWithin(input);
    await runPreUnlink(gone, scripts, { directory, generation, python, store, report });
  };
}
