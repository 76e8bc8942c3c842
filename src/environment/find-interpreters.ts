import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { guessInterpreter } from "./guess-interpreter.ts";
import {
  type EnvironmentVariables,
  type InterpreterPlace,
  interpreterPlaces,
  placesOnPath,
} from "./interpreter-places.ts";
import type { FoundInterpreter, InterpreterSource } from "./types.ts";

const COMMAND = /^(?:python|pypy)(?:\d(?:\.\d+)?t?)?$/;

function commandsIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => COMMAND.test(name))
      .sort();
  } catch {
    return [];
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function isProgram(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true && (stat.mode & 0o111) !== 0;
}

/** `home` of the pyvenv.cfg (PEP 405) beside or above a binary, where it is a virtual environment's. */
function venvHome(path: string): string | undefined {
  for (const folder of [dirname(path), dirname(dirname(path))]) {
    const file = `${folder}/pyvenv.cfg`;
    if (!isFile(file)) continue;
    return /^[ \t]*home[ \t]*=(.*)$/im.exec(readFileSync(file, "utf8"))?.[1]?.trim();
  }
  return undefined;
}

function realBinary(path: string): string | undefined {
  try {
    const real = realpathSync.native(path);
    return isProgram(real) ? real : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The base interpreter behind a path: links are followed, and a virtual environment whose binary is a
 * copy leads to the one it was made from. Undefined where there is no program.
 */
export function baseInterpreter(path: string, depth = 0): string | undefined {
  const real = realBinary(path);
  if (real === undefined || depth > 8) return undefined;
  const home = venvHome(real);
  if (home === undefined) return real;
  const names = [basename(real), "python3", "python"];
  const base = names
    .map((name) => `${home}/${name}`)
    .find((name) => realBinary(name) !== real && isProgram(name));
  return base === undefined ? undefined : baseInterpreter(base, depth + 1);
}

/** An interpreter by its path, or by the folder of an environment that has one; no program is started. */
export function interpreterAt(
  path: string,
  source: InterpreterSource = "request",
): FoundInterpreter | undefined {
  const file = isProgram(path) ? path : `${path}/bin/python`;
  const real = baseInterpreter(file);
  if (real === undefined) return undefined;
  return { path: real, foundAt: file, names: [], source, ...guessInterpreter(real) };
}

interface Seen {
  readonly place: InterpreterPlace;
  readonly foundAt: string;
  readonly names: string[];
}

/**
 * All interpreters of this machine, in the order in which they are preferred: each once, by its real
 * binary. Nothing is started; pyenv's shims are never asked. `onPath`: no others than those of PATH.
 */
export function findInterpreters({
  env,
  onPath = false,
}: {
  readonly env: EnvironmentVariables;
  readonly onPath?: boolean;
}): FoundInterpreter[] {
  const seen = new Map<string, Seen>();
  const taken = new Set<string>();
  for (const place of onPath ? placesOnPath(env) : interpreterPlaces(env))
    for (const name of commandsIn(place.folder)) {
      const foundAt = `${place.folder}/${name}`;
      const real = baseInterpreter(foundAt);
      if (real === undefined) continue;
      const known = seen.get(real) ?? { place, foundAt, names: [] };
      seen.set(real, known);
      if (place.onPath && !taken.has(name)) known.names.push(name);
      if (place.onPath) taken.add(name);
    }
  return [...seen].map(([path, { place, foundAt, names }]) => ({
    path,
    foundAt,
    names,
    source: place.source,
    ...guessInterpreter(path),
  }));
}
