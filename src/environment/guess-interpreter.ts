import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { FoundInterpreter } from "./types.ts";

type Guess = Pick<FoundInterpreter, "implementation" | "version" | "freeThreaded">;

const FOLDER =
  /^(?:(cpython|pypy)-?)?(\d+\.\d+(?:\.\d+)?(?:(?:a|b|rc)\d+)?)(t|\+freethreaded)?(?![\d.])/;
const BINARY = /^(python|pypy)(\d+\.\d+)(t?)/;

/** PY_VERSION of the C headers, which stand beside most interpreters; "" without them. */
function headerVersion(prefix: string, minor: string): string {
  for (const suffix of ["", "t", "m"]) {
    try {
      const text = readFileSync(`${prefix}/include/python${minor}${suffix}/patchlevel.h`, "latin1");
      return /^#define\s+PY_VERSION\s+"([^"]+)"/m.exec(text)?.[1]?.replace(/\+$/, "") ?? "";
    } catch {
      continue;
    }
  }
  return "";
}

function minorByLibrary(prefix: string): string {
  try {
    const names = readdirSync(`${prefix}/lib`);
    return names.map((name) => /^python(\d+\.\d+)$/.exec(name)?.[1]).find((v) => v) ?? "";
  } catch {
    return "";
  }
}

/**
 * What the place of an interpreter tells of it without starting it: the folder's name (pyenv, uv), the
 * binary's, the C headers beside it. "" stands for a version that nothing tells.
 */
export function guessInterpreter(path: string): Guess {
  const prefix = dirname(dirname(path));
  const binary = BINARY.exec(basename(path));
  const folder = FOLDER.exec(basename(prefix));
  const pypy =
    binary?.[1] === "pypy" || folder?.[1] === "pypy" || basename(path).startsWith("pypy");
  const implementation = pypy ? "pypy" : basename(path).startsWith("python") ? "cpython" : "other";
  const freeThreaded = binary?.[3] === "t" || folder?.[3] !== undefined;
  const named = folder?.[2] ?? "";
  if (/\d+\.\d+\.\d+/.test(named) || pypy)
    return { implementation, version: named === "" ? (binary?.[2] ?? "") : named, freeThreaded };
  const minor = binary?.[2] ?? minorByLibrary(prefix);
  return { implementation, version: headerVersion(prefix, minor) || minor, freeThreaded };
}
