import { decodeText } from "../decode-text.ts";
import { requirementError } from "../errors.ts";
import { parseRequirements } from "../parse-requirements.ts";
import { lockFormatOf } from "./lock-format.ts";
import { pipfilePins } from "./pipfile-lock.ts";
import { tomlLockReaders } from "./toml-locks.ts";
import type { ImportedPin, LockImport } from "./types.ts";

const NO_NEEDS = { needs: [], extras: [], groups: [] } as const;
const LARGEST = 100_000_000;

/**
 * The versions in another tool's lock: `uv.lock`, `poetry.lock`, `pdm.lock`, `Pipfile.lock`,
 * `pylock.toml` (PEP 751), or a requirements file pinned with `==` as pip-compile and uv write it.
 * Throws `lock-import-format` for any other file name, and `lock-import-invalid` for a text that is not
 * what the name says; the errors of requirements files are their own.
 */
export async function readLockImport(
  path: string,
  content: string | Uint8Array,
): Promise<LockImport> {
  const format = lockFormatOf(path);
  if (format === undefined) {
    throw requirementError("lock-import-format", `${path} is no lock that is known`, {
      place: { file: path },
      hint: "known are uv.lock, poetry.lock, pdm.lock, Pipfile.lock, pylock.toml, and requirements files (.txt)",
    });
  }
  if (content.length > LARGEST) {
    throw requirementError("lock-import-invalid", `${path} is larger than any lock`, {
      place: { file: path },
    });
  }
  const text = decodeText(content, path);
  if (format === "requirements") return { format, pins: pinnedLines(text, path), ...NO_NEEDS };
  if (format === "pipenv") return { format, pins: pipfilePins(text, path), ...NO_NEEDS };
  const library = await import("smol-toml");
  return { format, ...tomlLockReaders[format]({ text, path }, library) };
}

/** The lines that name one version; what else the file says is passed over. */
function pinnedLines(text: string, path: string): ImportedPin[] {
  return parseRequirements(text, { path }).flatMap(({ name, specifiers, marker }) => {
    const [only, ...others] = specifiers.specifiers;
    const isPin = only?.op === "==" && !only.wildcard && others.length === 0;
    if (name === "" || !isPin || only.parsed === undefined) return [];
    const markers = marker === undefined ? [] : [marker];
    return [{ name, version: only.parsed.text, markers }];
  });
}
