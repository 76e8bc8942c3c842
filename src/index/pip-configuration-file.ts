import { indexError } from "./errors.ts";
import { IniFault, readIni } from "./ini-sections.ts";

/** Values by `section.key`, keys as pip normalizes them. */
export type PipValues = ReadonlyMap<string, string>;

/** A key as pip writes it: lower case, `-` for `_`, without a leading `--`. */
export function normalizePipKey(key: string): string {
  const normal = key.toLowerCase().replaceAll("_", "-");
  return normal.startsWith("--") ? normal.slice(2) : normal;
}

/**
 * Reads a pip configuration file as pip does. Throws `index-pip-configuration` with file and line.
 */
export function readPipConfigurationFile(text: string, path: string): PipValues {
  try {
    const values = new Map<string, string>();
    for (const [name, section] of readIni(text, normalizePipKey)) {
      for (const [key, value] of section) values.set(`${name}.${key}`, value);
    }
    return values;
  } catch (error) {
    throw error instanceof IniFault ? fault(error, path) : error;
  }
}

function fault({ message, line }: IniFault, path: string): Error {
  return indexError("index-pip-configuration", `pip's configuration file ${path} has ${message}.`, {
    place: { file: path, line },
    hint: "`pip config debug` shows which files pip reads; pip refuses this one too.",
  });
}
