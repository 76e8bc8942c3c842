import { basename, normalize } from "node:path";
import type { UserError } from "../base/index.ts";
import { requirementError } from "./errors.ts";
import { lockFormatOf } from "./lock-imports/lock-format.ts";
import { condaRequirements, environmentFacts, pythonOf } from "./read-environment-yml.ts";
import type { TomlLibrary } from "./libraries.ts";
import type { DynamicText } from "./setuptools-dynamic.ts";
import { locateFrom, type ReadFileOptions, RequirementsReader } from "./read-requirements-file.ts";
import type { RequirementInput } from "./types.ts";

export interface ReadRequirementsOptions extends ReadFileOptions {
  /** Of a pyproject.toml: the optional dependencies wanted. */
  readonly extras?: readonly string[];
  /** Of a pyproject.toml: the dependency groups wanted. */
  readonly groups?: readonly string[];
  /** Of a pyproject.toml: what only its build tells is not refused, but stands as `needsOnly`. */
  readonly builds?: boolean;
}

/** The formats of input. */
export type InputFormat = "requirements" | "pyproject" | "script" | "environment-yml";

/**
 * Everything an input file says: a pyproject.toml (any `.toml`), a Python script with a PEP 723
 * block (`.py`), a conda environment.yml (`.yml`, `.yaml`), or else a requirements file with its
 * includes. Nothing is read but through the functions given. Throws all errors of all files as one.
 */
export async function readRequirements(
  path: string,
  options: ReadRequirementsOptions,
): Promise<RequirementInput> {
  const file = normalize(path);
  refuseLock(file);
  const reader = new RequirementsReader(options);
  const format = formatOf(file);
  if (format === "requirements") await reader.read(file);
  else await READERS[format](reader, file, options);
  return reader.finish();
}

/** Throws `lock-as-input` for what is the lock of another tool by its name. */
function refuseLock(file: string): void {
  const format = lockFormatOf(file);
  if (format === undefined || format === "requirements") return;
  throw requirementError("lock-as-input", `${file} is a lock, not what is wanted`, {
    place: { file },
    hint: `give what it was made from, and keep its versions: -r pyproject.toml --from-lock ${basename(file)}`,
  });
}

/** The format of a file, by its name. */
export function formatOf(path: string): InputFormat {
  const name = basename(path).toLowerCase();
  if (name.endsWith(".toml")) return "pyproject";
  if (name.endsWith(".py") || name.endsWith(".pyw")) return "script";
  return /\.ya?ml$/.test(name) ? "environment-yml" : "requirements";
}

type Read = (
  reader: RequirementsReader,
  file: string,
  options: ReadRequirementsOptions,
) => Promise<void>;

const READERS: Readonly<Record<Exclude<InputFormat, "requirements">, Read>> = {
  pyproject: readProjectFile,
  script: readScriptFile,
  "environment-yml": readEnvironmentFile,
};

async function readProjectFile(
  reader: RequirementsReader,
  file: string,
  { extras, groups, builds }: ReadRequirementsOptions,
): Promise<void> {
  const text = await reader.load(file);
  if (text === undefined) return;
  const { readPyproject } = await import("./parse-pyproject.ts");
  const library = await import("smol-toml");
  await reader.collect(async () => {
    const files = await loadDynamic(reader, { text, path: file }, library);
    const project = readPyproject(text, { path: file, extras, groups, files, builds }, library);
    reader.addProject(project);
  });
}

/** The files that setuptools' dynamic fields name; nearly all projects have none. */
async function loadDynamic(
  reader: RequirementsReader,
  { text, path }: { readonly text: string; readonly path: string },
  library: TomlLibrary,
): Promise<ReadonlyMap<string, DynamicText>> {
  const found = new Map<string, DynamicText>();
  if (!/\bsetuptools\b/.test(text) || !/\bdynamic\b/.test(text)) return found;
  const { dynamicFiles } = await import("./setuptools-dynamic.ts");
  const { TomlDocument } = await import("./toml-document.ts");
  const named = dynamicFiles(new TomlDocument({ text, path }, "pyproject-invalid", library));
  for (const name of [...(named.dependencies ?? []), ...[...named.extras.values()].flat()]) {
    const at = locateFrom(path, name);
    const content = await reader.load(at, { place: { file: path } });
    if (content !== undefined) found.set(name, { path: at, text: content });
  }
  return found;
}

async function readScriptFile(reader: RequirementsReader, file: string): Promise<void> {
  const text = await reader.load(file);
  if (text === undefined) return;
  const { readScript } = await import("./parse-script.ts");
  const library = await import("smol-toml");
  await reader.collect(() => {
    const script = readScript(text, { path: file }, library);
    if (script === undefined) throw noBlock(file, text);
    reader.addProject(script);
  });
}

function noBlock(file: string, text: string): UserError {
  const hint = text.includes("# /// script")
    ? "it begins, but a line `# ///` that ends it is missing, or a line between is no comment"
    : 'add one: # /// script, # dependencies = ["requests"], # ///';
  return requirementError("script-invalid", `${file} has no script block (PEP 723)`, {
    hint,
    place: { file },
  });
}

async function readEnvironmentFile(
  reader: RequirementsReader,
  file: string,
  { variables }: ReadRequirementsOptions,
): Promise<void> {
  const text = await reader.load(file);
  if (text === undefined) return;
  const { readEnvironmentYml } = await import("./parse-environment-yml.ts");
  const library = await import("yaml");
  await reader.collect(async () => {
    const environment = readEnvironmentYml(text, { path: file, variables }, library);
    reader.addProject({ ...pythonOf(environment), requirements: condaRequirements(environment) });
    reader.addEnvironment(environmentFacts(environment));
    await reader.addStatements(environment.pip, file);
  });
}
