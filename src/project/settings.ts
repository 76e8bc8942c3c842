import { parsePlatform, parsePythonVersion } from "../target/index.ts";
import { dirname, resolve } from "node:path";
import { normalizeName } from "../base/index.ts";
import { CONDA_KEYS, type CondaSettings, readCondaSettings } from "./conda-settings.ts";
import { projectError } from "./errors.ts";
import { type Fail, isTable, isTextList, readValue } from "./settings-values.ts";
import { STEERING_KEYS } from "./steering-keys.ts";
import { readSetSettings, SET_KEYS, type SetSettings } from "./set-settings.ts";
import type { SteeringSettings } from "./steering-settings.ts";

/** `mach-nix.toml`: what an environment was made for, and how to steer it. */
export interface Settings extends SteeringSettings, CondaSettings, SetSettings {
  readonly python?: string;
  readonly platforms?: readonly string[];
  /** Provider order: `_default` and per-package lists. */
  readonly providers?: Readonly<Record<string, readonly string[]>>;
  /** Provider order of what builds need; wheels first by default. */
  readonly buildProviders?: Readonly<Record<string, readonly string[]>>;
  /** False: without the built-in provider lists of single packages. */
  readonly builtInProviders?: boolean;
  /** A list of nixpkgs' Python packages, as `mach-nix index nixpkgs` writes it: its path. */
  readonly nixpkgsPackages?: string;
  /** Index URL by package name: the one index that serves it. */
  readonly indexes?: Readonly<Record<string, string>>;
}

export const SETTINGS_FILE = "mach-nix.toml";

const KEYS = [
  "python",
  "platforms",
  "providers",
  "build-providers",
  "built-in-providers",
  "nixpkgs-packages",
  "indexes",
];

/** All keys that the file may have. */
export const SETTINGS_KEYS: readonly string[] = [
  ...KEYS,
  ...CONDA_KEYS,
  ...STEERING_KEYS,
  ...SET_KEYS,
];

/**
 * Reads the text of a `mach-nix.toml`. Throws UserError `project-settings` with the file and, for
 * broken TOML, line and column.
 */
export async function parseSettings(text: string, path: string): Promise<Settings> {
  const table = await parseToml(text, path);
  const fail = (message: string, hint?: string): Error =>
    projectError("project-settings", message, {
      place: { file: path },
      ...(hint === undefined ? {} : { hint }),
    });
  const { readSteering } = await import("./steering-settings.ts");
  const known = SETTINGS_KEYS;
  for (const key of Object.keys(table)) {
    if (!known.includes(key)) throw fail(`unknown key "${key}"`, `known keys: ${known.join(", ")}`);
  }
  return {
    ...readPython(table["python"], fail),
    ...readPlatforms(table["platforms"], fail),
    ...readProviders(table["providers"], fail),
    ...readBuildProviders(table["build-providers"], fail),
    ...readBuiltIn(table["built-in-providers"], fail),
    ...readNixpkgs(table["nixpkgs-packages"], path, fail),
    ...readIndexes(table["indexes"], fail),
    ...readCondaSettings(table, fail),
    ...readSteering(table, { path, fail }),
    ...readSetSettings(table, { path, fail }),
  };
}

async function parseToml(text: string, path: string): Promise<Record<string, unknown>> {
  const { parse, TomlError } = await import("smol-toml");
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw projectError("project-settings", error.message.split("\n")[0] ?? "not TOML", {
      place: { file: path, line: error.line, column: error.column },
    });
  }
}

function readPython(value: unknown, fail: Fail): Pick<Settings, "python"> {
  if (value === undefined) return {};
  if (typeof value !== "string") throw fail(`"python" should be a text such as "3.11"`);
  return { python: readValue("python", () => parsePythonVersion(value).text, fail) };
}

function readPlatforms(value: unknown, fail: Fail): Pick<Settings, "platforms"> {
  if (value === undefined) return {};
  if (!isTextList(value)) throw fail(`"platforms" should be a list of platform names`);
  return {
    platforms: value.map((name) => readValue("platforms", () => parsePlatform(name).name, fail)),
  };
}

function readProviders(value: unknown, fail: Fail): Pick<Settings, "providers"> {
  if (value === undefined) return {};
  return { providers: readOrder(value, { key: "providers", fail }) };
}

function readBuildProviders(value: unknown, fail: Fail): Pick<Settings, "buildProviders"> {
  if (value === undefined) return {};
  return { buildProviders: readOrder(value, { key: "build-providers", fail }) };
}

function readOrder(
  value: unknown,
  { key, fail }: { readonly key: string; readonly fail: Fail },
): Readonly<Record<string, readonly string[]>> {
  if (!isTable(value)) throw fail(`"${key}" should be a table`);
  const providers: Record<string, readonly string[]> = {};
  for (const [name, list] of Object.entries(value)) {
    const names = typeof list === "string" ? list.split(",").map((item) => item.trim()) : list;
    if (!isTextList(names)) throw fail(`"${key}.${name}" should be a list such as "wheel"`);
    providers[name === "_default" ? name : normalizeName(name)] = names;
  }
  return providers;
}

function readBuiltIn(value: unknown, fail: Fail): Pick<Settings, "builtInProviders"> {
  if (value === undefined) return {};
  if (typeof value !== "boolean") throw fail(`"built-in-providers" should be true or false`);
  return { builtInProviders: value };
}

function readNixpkgs(value: unknown, path: string, fail: Fail): Pick<Settings, "nixpkgsPackages"> {
  if (value === undefined) return {};
  if (typeof value !== "string") throw fail(`"nixpkgs-packages" should be the path of a file`);
  return { nixpkgsPackages: resolve(dirname(path), value) };
}

function readIndexes(value: unknown, fail: Fail): Pick<Settings, "indexes"> {
  if (value === undefined) return {};
  if (!isTable(value)) throw fail(`"indexes" should be a table of package = "URL"`);
  const indexes: Record<string, string> = {};
  for (const [name, url] of Object.entries(value)) {
    if (typeof url !== "string" || !/^(https?|file):/.test(url)) {
      throw fail(`"indexes.${name}" should be the URL of an index`);
    }
    indexes[normalizeName(name)] = url;
  }
  return { indexes };
}

/** What `env` writes into a settings file. */
export interface ChosenSettings {
  readonly python: string;
  readonly platforms: readonly string[];
  /** The usual set, where one was named. */
  readonly set?: string | undefined;
}

/** The text of a new `mach-nix.toml` for what was chosen. */
export function formatSettings(settings: ChosenSettings): string {
  return [
    "# What this environment is for; these count on every machine. See docs/reference/settings.md.",
    ...[...linesOf(settings)].map(([key, value]) => `${key} = ${value}`),
    "",
  ].join("\n");
}

/** The same text with what was chosen replaced, everything else byte for byte. */
export function updateSettings(text: string, settings: ChosenSettings): string {
  let updated = text;
  for (const [key, value] of linesOf(settings)) updated = setTopLevelKey(updated, key, value);
  return updated;
}

function linesOf({ python, platforms, set }: ChosenSettings): ReadonlyMap<string, string> {
  return new Map([
    ["python", `"${python}"`],
    ["platforms", `[${platforms.map((name) => `"${name}"`).join(", ")}]`],
    ...(set === undefined ? [] : [["set", `"${set}"`] as const]),
  ]);
}

function setTopLevelKey(text: string, key: string, value: string): string {
  const firstTable = text.search(/^\s*\[/m);
  const head = firstTable < 0 ? text : text.slice(0, firstTable);
  const tail = text.slice(head.length);
  const line = new RegExp(`^${key}[ \\t]*=[ \\t]*(?:\\[[^\\]]*\\]|[^\\n]*)`, "m");
  const written = `${key} = ${value}`;
  if (line.test(head)) return head.replace(line, () => written) + tail;
  return `${written}\n${head}${tail}`;
}
