import {
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import { basename } from "node:path";
import { isAlive, ownerToken } from "../store/index.ts";
import { CURRENT, GENERATIONS } from "./layout.ts";

const NEW = ".new-";

/** Numbers of the generations there are, ascending. */
export function listGenerations(directory: string): number[] {
  try {
    return readdirSync(`${directory}/${GENERATIONS}`)
      .filter((name) => /^\d{1,9}$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  } catch {
    return [];
  }
}

/** The generation in effect. */
export function currentGeneration(directory: string): number | undefined {
  try {
    const match = /^generations\/(\d{1,9})$/.exec(readlinkSync(`${directory}/${CURRENT}`));
    return match === null ? undefined : Number(match[1]);
  } catch {
    return undefined;
  }
}

/** A path for a generation that is being made; its depth is that of the finished one. */
export function newGenerationPath(directory: string): string {
  return `${directory}/${GENERATIONS}/${NEW}${ownerToken()}`;
}

/** Gives a finished folder the next number. Of two processes both succeed, with different numbers. */
export function registerGeneration(directory: string, path: string): number {
  for (let number = (listGenerations(directory).at(-1) ?? 0) + 1; ; number++) {
    try {
      renameSync(path, `${directory}/${GENERATIONS}/${number}`);
      return number;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
    }
  }
}

/** Puts a link in place of what is there, in one step. */
export function replaceLink(path: string, target: string): void {
  const temporary = `${path}.${ownerToken()}`;
  symlinkSync(target, temporary);
  try {
    renameSync(temporary, path);
  } catch (error) {
    unlinkSync(temporary);
    throw error;
  }
}

/** Makes a generation the one in effect, by one rename. */
export function switchGeneration(directory: string, generation: number): void {
  replaceLink(`${directory}/${CURRENT}`, `generations/${generation}`);
}

/** Removes what killed processes left while making generations. */
export function removeUnfinished(directory: string): void {
  for (const name of readdirSync(`${directory}/${GENERATIONS}`)) {
    if (!name.startsWith(NEW)) continue;
    const path = `${directory}/${GENERATIONS}/${name}`;
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat !== undefined && !isAlive(name.slice(NEW.length), Date.now() - stat.mtimeMs))
      rmSync(path, { recursive: true, force: true });
  }
}

/** The folders of the generations that are no more in effect. */
export function formerGenerations(directory: string): string[] {
  const current = currentGeneration(directory);
  if (current === undefined) return [];
  const old = listGenerations(directory).filter((number) => number < current);
  return old.map((number) => `${directory}/${GENERATIONS}/${number}`);
}

/**
 * Removes all generations but the one in effect, and gives their numbers. Programs that still run from
 * an older one lose what they have not loaded yet.
 */
export function collectGenerations(directory: string): number[] {
  const former = formerGenerations(directory);
  if (currentGeneration(directory) !== undefined) removeUnfinished(directory);
  for (const path of former) rmSync(path, { recursive: true, force: true });
  return former.map((path) => Number(basename(path)));
}
