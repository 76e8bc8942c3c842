import { parseDependency } from "../requirement/index.ts";
import { tryParseSpecifiers } from "../version/index.ts";
import type { SdistFiles } from "./sdist-files.ts";
import { sdistReleaseMetadata } from "./snapshot/sdist-requires.ts";
import type { ReleaseMetadata } from "./types.ts";

/** To be read with `Object.hasOwn` only. */
export type TomlTables = Readonly<Record<string, unknown>>;

/** `[build-system]` (PEP 517, PEP 518); the defaults are setuptools'. */
export interface BuildSystem {
  readonly requires: readonly string[];
  readonly backend: string;
  /** The backend comes out of the sdist itself (`backend-path`). */
  readonly isLocal: boolean;
}

const LEGACY = "setuptools.build_meta:__legacy__";

/** A pyproject.toml's tables; undefined where it is no TOML. */
export async function readTomlTables(text: string): Promise<TomlTables | undefined> {
  const { parse, TomlError } = await import("smol-toml");
  try {
    return parse(text) as TomlTables;
  } catch (error) {
    if (error instanceof TomlError) return undefined;
    throw error;
  }
}

/** What builds the project; undefined where the table is malformed. */
export function readBuildSystem(tables: TomlTables): BuildSystem | undefined {
  const table = own(tables, "build-system");
  if (table === undefined) return { requires: ["setuptools"], backend: LEGACY, isLocal: false };
  if (!isTable(table)) return undefined;
  const requires = texts(own(table, "requires"));
  const backend = own(table, "build-backend") ?? LEGACY;
  if (requires === undefined || typeof backend !== "string") return undefined;
  return { requires, backend, isLocal: own(table, "backend-path") !== undefined };
}

export function isSetuptools({ backend, isLocal }: BuildSystem): boolean {
  return !isLocal && /^setuptools\.build_meta(?::|$)/.test(backend);
}

const FIELDS = ["dependencies", "optional-dependencies", "requires-python"];
/** What `setup.py` or setup.cfg may say beside a `[project]` that does not. */
const ALSO_IN_SETUP =
  /install_requires|extras_require|python_requires|install-requires|extras-require/;

/**
 * The dependencies in `[project]` (PEP 621), where none of them is dynamic. Undefined where the table
 * does not decide.
 */
export function projectMetadata(
  tables: TomlTables,
  files: SdistFiles,
): ReleaseMetadata | undefined {
  const project = own(tables, "project");
  const system = readBuildSystem(tables);
  if (!isTable(project) || system === undefined) return undefined;
  const dynamic = texts(own(project, "dynamic") ?? []);
  if (dynamic === undefined || dynamic.some((field) => FIELDS.includes(field))) return undefined;
  if (isSetuptools(system) && setupMayAdd(project, files)) return undefined;
  if (isPoetryOnly(tables, project)) return undefined;
  return metadataOf(project);
}

/** Where `[project]` leaves a field out, some releases of setuptools take it from elsewhere. */
function setupMayAdd(project: TomlTables, files: SdistFiles): boolean {
  if (FIELDS.every((field) => Object.hasOwn(project, field))) return false;
  return ["setup.py", "setup.cfg"].some((name) =>
    ALSO_IN_SETUP.test(files.get(name as "setup.py" | "setup.cfg") ?? ""),
  );
}

/** Poetry takes from its own table what `[project]` leaves out. */
function isPoetryOnly(tables: TomlTables, project: TomlTables): boolean {
  const tool = own(tables, "tool");
  const poetry = isTable(tool) ? own(tool, "poetry") : undefined;
  if (!isTable(poetry)) return false;
  return (
    ["dependencies", "extras", "group"].some((key) => Object.hasOwn(poetry, key)) ||
    !Object.hasOwn(project, "requires-python")
  );
}

function metadataOf(project: TomlTables): ReleaseMetadata | undefined {
  const dependencies = requirements(own(project, "dependencies") ?? []);
  const optional = own(project, "optional-dependencies") ?? {};
  const python = own(project, "requires-python");
  if (dependencies === undefined || !isTable(optional)) return undefined;
  if (python !== undefined && !isSpecifier(python)) return undefined;
  const extras: (readonly [string, readonly string[]])[] = [];
  for (const extra of Object.keys(optional)) {
    const lines = requirements(optional[extra]);
    if (lines === undefined || extra.includes(":")) return undefined;
    extras.push([extra, lines]);
  }
  return sdistReleaseMetadata({
    installRequires: dependencies,
    extrasRequire: extras,
    pythonRequires: python === undefined ? [] : [python as string],
  });
}

/** Lines of which each can be read; undefined where one cannot. */
export function requirements(value: unknown): readonly string[] | undefined {
  const lines = texts(value);
  return lines?.every((line) => parseDependency(line) !== undefined) === true ? lines : undefined;
}

export function isSpecifier(value: unknown): value is string {
  return typeof value === "string" && tryParseSpecifiers(value) !== undefined;
}

function own(table: TomlTables, key: string): unknown {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function isTable(value: unknown): value is TomlTables {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function texts(value: unknown): readonly string[] | undefined {
  const isTexts = Array.isArray(value) && value.every((item) => typeof item === "string");
  return isTexts ? value : undefined;
}
