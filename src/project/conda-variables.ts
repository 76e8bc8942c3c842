import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256, UserError } from "../base/index.ts";

const FILES = ["environment.yml", "environment.yaml"];

/** The environment.yml files that are in an environment's directory, as text, by name. */
function environmentFiles(directory: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const name of FILES) {
    try {
      texts.set(name, readFileSync(join(directory, name), "utf8"));
    } catch {
      // Most have none.
    }
  }
  return texts;
}

/** What tells whether these files have changed; nothing where there are none. */
export function environmentFilesIdentity(directory: string): readonly string[] {
  const files = environmentFiles(directory);
  return files.size === 0 ? [] : [sha256(JSON.stringify([...files]))];
}

/**
 * The variables that activation sets: `variables:` of the environment.yml in an environment's directory. A
 * file that cannot be read as one says nothing here: locking is where it is refused.
 */
export async function condaVariables(directory: string): Promise<Readonly<Record<string, string>>> {
  const files = environmentFiles(directory);
  if (files.size === 0) return {};
  const { parseEnvironmentYml } = await import("../requirement/index.ts");
  const variables = new Map<string, string>();
  for (const [path, text] of files) {
    try {
      for (const [name, value] of parseEnvironmentYml(text, { path }).variables ?? [])
        variables.set(name, value);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
  }
  return Object.fromEntries(variables);
}
