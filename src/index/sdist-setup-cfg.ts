import { normalizeName } from "../base/index.ts";
import { tryParseRequirement } from "../requirement/index.ts";
import { IniFault, type IniSections, readIni } from "./ini-sections.ts";
import type { SdistFiles } from "./sdist-files.ts";
import {
  isSetuptools,
  isSpecifier,
  readBuildSystem,
  requirements,
  type TomlTables,
} from "./sdist-pyproject.ts";
import { sdistReleaseMetadata } from "./snapshot/sdist-requires.ts";
import type { ReleaseMetadata } from "./types.ts";

/** Build requirements that do not change what setuptools takes from setup.cfg. */
const HARMLESS = new Set([
  "setuptools",
  "wheel",
  "setuptools-scm",
  "setuptools-scm-git-archive",
  "setuptools-git-versioning",
  "cython",
  "pybind11",
  "cffi",
  "numpy",
  "oldest-supported-numpy",
  "toml",
  "tomli",
]);

/** Characters of a setup.cfg. */
const LARGEST = 1_000_000;

/**
 * The dependencies in setup.cfg (setuptools, "Configuring setuptools using setup.cfg files"), where
 * setup.py is absent or no more than `setup()` and setuptools builds the project by itself. Undefined
 * where that does not decide.
 */
export function setupCfgMetadata(
  files: SdistFiles,
  tables: TomlTables = {},
): ReleaseMetadata | undefined {
  const text = files.get("setup.cfg");
  const system = readBuildSystem(tables);
  if (text === undefined || text.length > LARGEST || system === undefined) return undefined;
  if (!isSetuptools(system)) return undefined;
  if (Object.hasOwn(tables, "project") || !isTrivialSetup(files.get("setup.py"))) return undefined;
  const sections = sectionsOf(text);
  if (sections?.get("metadata")?.has("name") !== true) return undefined;
  const options = sections.get("options") ?? new Map<string, string>();
  const plugins = [...system.requires, ...listed(options.get("setup_requires") ?? "")];
  return plugins.every(isHarmless) ? metadataOf(sections, options) : undefined;
}

function isHarmless(line: string): boolean {
  const name = tryParseRequirement(line)?.name;
  return name !== undefined && HARMLESS.has(normalizeName(name));
}

const TRIVIAL_LINE =
  /^(?:import setuptools|from setuptools import setup|(?:setuptools\.)?setup\(\)|if __name__ == ["']__main__["']:)?$/;

/** Whether a setup.py does nothing but call `setup()`. */
export function isTrivialSetup(text: string | undefined): boolean {
  if (text === undefined) return true;
  if (text.length > 10_000) return false;
  const bare = text.replace(/("""|''')(?:(?!\1)[^])*\1/g, "");
  return bare.split("\n").every((line) => {
    const code = line.trim();
    return code.startsWith("#") || TRIVIAL_LINE.test(code.replace(/\s*#.*$/, ""));
  });
}

function sectionsOf(text: string): IniSections | undefined {
  try {
    const sections = readIni(text, (key) => key);
    return hasUnknownSpelling(sections) ? undefined : sections;
  } catch (error) {
    if (error instanceof IniFault) return undefined;
    throw error;
  }
}

/** Releases of setuptools differ in what they make of `install-requires` and capital letters. */
function hasUnknownSpelling(sections: IniSections): boolean {
  return [...sections].some(([name, section]) => {
    if (name === "options") return [...section.keys()].some((key) => /[-A-Z]/.test(key));
    return name.startsWith("options.extras") && name !== "options.extras_require";
  });
}

function metadataOf(
  sections: IniSections,
  options: ReadonlyMap<string, string>,
): ReleaseMetadata | undefined {
  const install = requirements(listed(options.get("install_requires") ?? ""));
  const python = options.get("python_requires");
  if (install === undefined || (python !== undefined && !isSpecifier(python))) return undefined;
  const extras: (readonly [string, readonly string[]])[] = [];
  for (const [extra, value] of sections.get("options.extras_require") ?? []) {
    const lines = requirements(listed(value));
    if (lines === undefined) return undefined;
    extras.push([extra, lines]);
  }
  return sdistReleaseMetadata({
    installRequires: install,
    extrasRequire: extras,
    pythonRequires: python === undefined ? [] : [python],
  });
}

/** A list as setup.cfg writes it: a line each, or separated by `;`. `file:` gives nothing readable. */
function listed(value: string): readonly string[] {
  const items = value.includes("\n") ? value.split("\n") : value.split(";");
  return items.map((item) => item.trim()).filter((item) => item !== "" && !item.startsWith("#"));
}
