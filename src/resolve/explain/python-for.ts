import { parsePythonVersion, type PythonVersion } from "../../target/index.ts";
import { pythonTest } from "../python-test.ts";

/** Nobody is told to use a Python that is not to be had for years. */
const LAST_MINOR = 16;
const PATCHES = 40;

/** The Python nearest to the target's, newer ones first, that a specifier admits. */
export function pythonFor(
  specifier: string,
  { release }: PythonVersion,
): { readonly python: string; readonly distance: number } | undefined {
  const [major = 3, minor = 0] = release;
  const minors = Array.from({ length: LAST_MINOR + 1 }, (_, i) => i);
  const later = minors.filter((i) => i >= minor);
  const earlier = minors.filter((i) => i < minor).toReversed();
  for (const candidate of [...later, ...earlier]) {
    const python = admitted(`${major}.${candidate}`, specifier);
    if (python !== undefined) return { python, distance: Math.abs(candidate - minor) };
  }
  return undefined;
}

/** `3.12`, or the first patch release of it that will do. */
function admitted(minor: string, specifier: string): string | undefined {
  for (let patch = 0; patch < PATCHES; patch++) {
    if (!pythonTest(`${minor}.${patch}`)(specifier)) continue;
    const text = patch === 0 ? minor : `${minor}.${patch}`;
    return parsePythonVersion(text).text;
  }
  return undefined;
}
