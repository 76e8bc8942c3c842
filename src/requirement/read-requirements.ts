import { normalize } from "node:path";
import { type ReadFileOptions, RequirementsReader } from "./read-requirements-file.ts";
import type { RequirementInput } from "./types.ts";

export interface ReadRequirementsOptions extends ReadFileOptions {}

/**
 * Everything an input file says. Nothing but the files named is read, through
 * `readFile`. Throws all errors of all files as one.
 */
export async function readRequirements(
  path: string,
  options: ReadRequirementsOptions,
): Promise<RequirementInput> {
  const reader = new RequirementsReader(options);
  await reader.read(normalize(path));
  return reader.finish();
}
