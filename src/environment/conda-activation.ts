import { readFileSync } from "node:fs";
import { type Composition, type Folder, type Node, realFolder } from "./tree.ts";

/** What activation does beside PATH: for conda packages, or for variables alone. */
export interface CondaActivation {
  /** Whether there are conda packages, so that CONDA_PREFIX is set. */
  readonly isConda: boolean;
  /** Names of the files in `etc/conda/activate.d`, sorted. */
  readonly activate: readonly string[];
  /** Names of the files in `etc/conda/deactivate.d`, sorted. */
  readonly deactivate: readonly string[];
  /** Variables to be set, by name. */
  readonly variables: ReadonlyMap<string, string>;
  /** Names that are none of a variable, or of one that activation itself needs. */
  readonly ignored: readonly string[];
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** What a script of ours could not be trusted to leave alone. */
const RESERVED = new Set(["PATH", "VIRTUAL_ENV", "CONDA_PREFIX", "IFS", "PS1"]);

/** The folder at a path, made real; undefined where there is none. */
function folderAt(root: Folder, path: string, composition: Composition): Folder | undefined {
  let at: Folder | undefined = root;
  for (const name of path.split("/"))
    at = at?.children.has(name) === true ? realFolder(at, name, composition) : undefined;
  return at;
}

function readVariables(node: Node, { store }: Composition): Record<string, unknown> {
  if (node.kind !== "link" && node.kind !== "copy") return {};
  try {
    const value: unknown = JSON.parse(readFileSync(`${store}/${node.path}`, "utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/**
 * What the packages in a finished tree want to happen on activation: their scripts, and the variables of
 * `etc/conda/env_vars.d`, after which come those given. What is no name of a variable is left out.
 */
export function condaActivation(
  root: Folder,
  composition: Composition,
  given: Readonly<Record<string, string>> = {},
): CondaActivation {
  const variables = new Map<string, string>();
  const ignored = new Set<string>();
  const set = (values: Readonly<Record<string, unknown>>): void =>
    takeVariables(values, { variables, ignored });
  const at = (name: string): ReadonlyMap<string, Node> =>
    folderAt(root, `etc/conda/${name}`, composition)?.children ?? new Map<string, Node>();
  const files = at("env_vars.d");
  for (const name of [...files.keys()].sort())
    if (name.endsWith(".json")) set(readVariables(files.get(name) as Node, composition));
  set(given);
  return {
    activate: [...at("activate.d").keys()].sort(),
    deactivate: [...at("deactivate.d").keys()].sort(),
    variables,
    ignored: [...ignored],
    isConda: true,
  };
}

/** What activation does for variables alone; undefined where there are none. */
export function variableActivation(
  given: Readonly<Record<string, string>> = {},
): CondaActivation | undefined {
  if (Object.keys(given).length === 0) return undefined;
  const variables = new Map<string, string>();
  const ignored = new Set<string>();
  takeVariables(given, { variables, ignored });
  return { activate: [], deactivate: [], variables, ignored: [...ignored], isConda: false };
}

function takeVariables(
  values: Readonly<Record<string, unknown>>,
  {
    variables,
    ignored,
  }: { readonly variables: Map<string, string>; readonly ignored: Set<string> },
): void {
  for (const [name, value] of Object.entries(values))
    if (!NAME.test(name) || RESERVED.has(name)) ignored.add(name);
    else if (typeof value === "string" || typeof value === "number")
      variables.set(name, String(value));
}

/** What a shell's activation and deactivation have beside what every environment's have. */
export interface ActivationParts {
  readonly activate: string;
  readonly deactivate: string;
}

export const NO_PARTS: ActivationParts = { activate: "", deactivate: "" };

/** How a shell says things. */
interface Shell {
  readonly ending: string;
  readonly set: (name: string, value: string) => string;
  /** Keeps a variable's value under another name, if it has one. */
  readonly keep: (name: string) => string;
  /** Gives a variable back what was kept, or takes it away. */
  readonly restore: (name: string) => string;
  /** Reads a script at a path in the environment. */
  readonly source: (path: string) => string;
}

function kept(name: string): string {
  return `_MACH_NIX_OLD_${name}`;
}

function single(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** csh expands `!` even in single quotes, and ends a text at a line's end. */
export function cshQuoted(text: string): string {
  return single(text).replaceAll("!", "\\!").replaceAll("\n", "\\\n");
}

/** Its lines are expanded as a whole, so that a condition and what it guards stand on several. */
const CSH: Shell = {
  ending: ".csh",
  set: (name, value) => `setenv ${name} ${value}\n`,
  keep: (name) => `if ($?${name}) then\n    set ${kept(name)} = "$${name}:q"\nendif\n`,
  restore: (name) =>
    `if ($?${kept(name)}) then\n    setenv ${name} "$${kept(name)}:q"\n    unset ${kept(name)}\nelse\n    unsetenv ${name}\nendif\n`,
  source: (path) => `source "$VIRTUAL_ENV:q"/${cshQuoted(path)}\n`,
};

const POSIX: Shell = {
  ending: ".sh",
  set: (name, value) => `${name}=${value}; export ${name}\n`,
  keep: (name) => `if [ -n "\${${name}+set}" ]; then ${kept(name)}="$${name}"; fi\n`,
  restore: (name) =>
    `    if [ -n "\${${kept(name)}+set}" ]; then ${name}="$${kept(name)}"; unset ${kept(name)}; else unset ${name}; fi\n`,
  source: (path) => `. "$VIRTUAL_ENV"/${single(path)}\n`,
};

const FISH: Shell = {
  ending: ".fish",
  set: (name, value) => `set -gx ${name} ${value}\n`,
  keep: (name) => `if set -q ${name}; set -g ${kept(name)} $${name}; end\n`,
  restore: (name) =>
    `    if set -q ${kept(name)}; set -gx ${name} $${kept(name)}; set -e ${kept(name)}; else; set -e ${name}; end\n`,
  source: (path) => `source "$VIRTUAL_ENV"/${fishQuoted(path)}\n`,
};

function fishQuoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, "\\$&")}'`;
}

const POWERSHELL: Shell = {
  ending: ".ps1",
  set: (name, value) => `$env:${name} = ${value}\n`,
  keep: (name) => `$global:${kept(name)} = $env:${name}\n`,
  restore: (name) => `    $env:${name} = $global:${kept(name)}\n`,
  source: (path) => `. (Join-Path $env:VIRTUAL_ENV ${powershellQuoted(path)})\n`,
};

function powershellQuoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function parts(
  { activate, deactivate, variables, isConda }: CondaActivation,
  shell: Shell,
  { quoted, directory }: { readonly quoted: (text: string) => string; readonly directory: string },
): ActivationParts {
  const names = [...variables.keys()];
  const scripts = activate.filter((name) => name.endsWith(shell.ending));
  const last = deactivate.filter((name) => name.endsWith(shell.ending)).reverse();
  const all = isConda ? ["CONDA_PREFIX", ...names] : names;
  return {
    activate: [
      ...all.map(shell.keep),
      isConda ? shell.set("CONDA_PREFIX", directory) : "",
      ...names.map((name) => shell.set(name, quoted(variables.get(name) as string))),
      ...scripts.map((name) => shell.source(`etc/conda/activate.d/${name}`)),
    ].join(""),
    deactivate: [
      ...last.map((name) => `    ${shell.source(`etc/conda/deactivate.d/${name}`)}`),
      ...all.map(shell.restore),
    ].join(""),
  };
}

/** For sh, dash, bash, zsh and ksh. */
export function posixParts(activation: CondaActivation): ActivationParts {
  return parts(activation, POSIX, { quoted: single, directory: `"$VIRTUAL_ENV"` });
}

export function fishParts(activation: CondaActivation): ActivationParts {
  return parts(activation, FISH, { quoted: fishQuoted, directory: `"$VIRTUAL_ENV"` });
}

/** What deactivation does is a file of its own: an alias, which csh has for it, is one line. */
export function cshParts(activation: CondaActivation): ActivationParts {
  const { activate, deactivate } = parts(activation, CSH, {
    quoted: cshQuoted,
    directory: '"$VIRTUAL_ENV:q"',
  });
  return { activate, deactivate: deactivate.replaceAll(/^ {4}(?=source )/gm, "") };
}

export function powershellParts(activation: CondaActivation): ActivationParts {
  return parts(activation, POWERSHELL, {
    quoted: powershellQuoted,
    directory: "$env:VIRTUAL_ENV",
  });
}
