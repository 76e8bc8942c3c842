// Interpreters of this machine that setup.py can be run under, with a setuptools for each.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

export interface ObservedPython {
  readonly python: string;
  readonly version: string;
}

/** Pythons that pyenv has, where it is there. */
export function observedPythons(): readonly ObservedPython[] {
  const folder = join(process.env["PYENV_ROOT"] ?? join(homedir(), ".pyenv"), "versions");
  if (!existsSync(folder)) {
    console.warn("no pyenv: setup.py is only run under the default Python");
    return [];
  }
  const found = readdirSync(folder).map((version) => ({
    version,
    python: join(folder, version, "bin", "python"),
  }));
  return found.filter(({ python }) => setuptoolsFolder(python) !== undefined);
}

const folders = new Map<string, string | undefined>();

/** The folder that an interpreter's setuptools is in. */
export function setuptoolsFolder(python: string): string | undefined {
  if (!folders.has(python)) folders.set(python, find(python));
  return folders.get(python);
}

function find(python: string): string | undefined {
  const program =
    "import os, setuptools; print(os.path.dirname(os.path.dirname(setuptools.__file__)))";
  try {
    return execFileSync(python, ["-c", program], { encoding: "utf8", stdio: "pipe" }).trim();
  } catch {
    return undefined;
  }
}
