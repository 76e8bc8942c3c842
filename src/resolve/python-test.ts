import { UserError } from "../base/index.ts";
import { parseLenientSpecifiers, satisfiesPep440 } from "../version/index.ts";

/**
 * Whether `Requires-Python` texts admit a Python. As pip: the full version counts, pre-releases of
 * it too, and a text that is no specifier excludes nothing.
 */
export function pythonTest(fullVersion: string): (specifier: string) => boolean {
  const known = new Map<string, boolean>();
  return (specifier) => {
    let answer = known.get(specifier);
    if (answer === undefined) known.set(specifier, (answer = admits(fullVersion, specifier)));
    return answer;
  };
}

function admits(fullVersion: string, specifier: string): boolean {
  try {
    return satisfiesPep440(fullVersion, parseLenientSpecifiers(specifier), { prereleases: true });
  } catch (error) {
    if (error instanceof UserError) return true;
    throw error;
  }
}
