import { resolve } from "node:path";
import { silent, UserError } from "../base/index.ts";
import { environmentError } from "./errors.ts";
import { interpreterAt } from "./find-interpreters.ts";
import type { ChooseOptions, FoundInterpreter, Interpreter } from "./types.ts";

/** A request, understood. */
type Wanted =
  | { readonly kind: "any" }
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "command"; readonly name: string }
  | {
      readonly kind: "version";
      readonly implementation: string;
      /** PEP 440. */
      readonly specifier: string;
      readonly freeThreaded: boolean;
    };

const VERSION = /^(?:(cpython|pypy|python)[-@]?)?(\d+(?:\.\d+){0,2}(?:(?:a|b|rc)\d+)?)(t?)$/i;
const COMMAND = /^[A-Za-z][\w.+-]*$/;

function versionRequest(match: RegExpExecArray): Wanted {
  const [, name = "cpython", version = "", t] = match;
  const complete = /^\d+\.\d+\.\d+/.test(version);
  return {
    kind: "version",
    implementation: name.toLowerCase().replace(/^python$/, "cpython"),
    specifier: complete ? `==${version}` : `==${version}.*`,
    freeThreaded: t !== "",
  };
}

function parseRequest(request: string | undefined, options: ChooseOptions): Wanted {
  const text = request?.trim() ?? "";
  if (text === "") return { kind: "any" };
  if (text.includes("/") || text.startsWith(".")) return { kind: "path", path: text };
  const version = VERSION.exec(text);
  if (version !== null) return versionRequest(version);
  if (COMMAND.test(text)) return { kind: "command", name: text };
  try {
    options.satisfies("3.11.0", text);
  } catch (error) {
    throw environmentError("python-request", `${JSON.stringify(text)} is no Python to ask for`, {
      hint: "Give a version (3.11), a specifier (>=3.10), a command (python3.12) or a path.",
      cause: error,
    });
  }
  return { kind: "version", implementation: "cpython", specifier: text, freeThreaded: false };
}

/** A version that is known only to the minor number may yet be any of its patch releases. */
function mayFit(version: string, specifier: string, options: ChooseOptions): boolean {
  if (version === "") return true;
  if (/^\d+\.\d+$/.test(version))
    return (
      options.satisfies(`${version}.0`, specifier) ||
      options.satisfies(`${version}.99`, specifier) ||
      specifier.includes(`${version}.`)
    );
  return options.satisfies(version, specifier);
}

function minor(version: string): number {
  const [major = "0", second = "0"] = version.split(".");
  return Number(major) * 1000 + Number.parseInt(second, 10);
}

function isDefault({ names }: FoundInterpreter): boolean {
  return names.includes("python3") || names.includes("python");
}

/**
 * In the order of preference: the interpreter that the user's PATH starts as `python3`, where it fits;
 * then newer minor versions first, and among equal ones as found.
 */
function ranked(found: readonly FoundInterpreter[]): FoundInterpreter[] {
  const first = found.filter(isDefault);
  const rest = found.filter((item) => !first.includes(item));
  return [...first, ...rest.sort((a, b) => minor(b.version) - minor(a.version))];
}

function atPath(path: string): FoundInterpreter[] {
  const item = interpreterAt(resolve(path));
  return item === undefined ? [] : [item];
}

function candidates(
  wanted: Wanted,
  found: readonly FoundInterpreter[],
  options: ChooseOptions,
): FoundInterpreter[] {
  if (wanted.kind === "path") return atPath(wanted.path);
  if (wanted.kind === "command") return found.filter(({ names }) => names.includes(wanted.name));
  if (wanted.kind === "any")
    return ranked(
      found.filter((item) => item.implementation === "cpython" && minor(item.version) >= 3006),
    );
  return ranked(
    found.filter(
      (item) =>
        item.implementation === wanted.implementation &&
        item.freeThreaded === wanted.freeThreaded &&
        mayFit(item.version, wanted.specifier, options),
    ),
  );
}

function fits(facts: Interpreter, wanted: Wanted, options: ChooseOptions): boolean {
  if (wanted.kind !== "version") return true;
  return (
    facts.implementation === wanted.implementation &&
    facts.abiflags.includes("t") === wanted.freeThreaded &&
    options.satisfies(facts.version, wanted.specifier)
  );
}

function describe(item: FoundInterpreter): string {
  const version = item.version === "" ? "version unknown" : item.version;
  const kind = item.implementation === "cpython" ? "" : `${item.implementation} `;
  return `  ${kind}${version}${item.freeThreaded ? "t" : ""}  ${item.foundAt} (${item.source})`;
}

function notFound(request: string | undefined, found: readonly FoundInterpreter[]): UserError {
  const what =
    request === undefined || request === ""
      ? "No CPython 3"
      : `No Python for ${JSON.stringify(request)}`;
  const list = found.length === 0 ? "none at all" : `\n${found.map(describe).join("\n")}`;
  return environmentError("python-not-found", `${what} on this machine. Found: ${list}`, {
    hint: "Install one that fits (your system's packages, pyenv, uv python install, conda), or name another with --python: a version, a specifier or a path.",
    facts: {
      request: request ?? null,
      found: found.map(({ path, version }) => ({ path, version })),
    },
  });
}

/**
 * The interpreter that a request means: nothing (the `python3` on PATH, else the newest), a version,
 * a specifier, a command, a path. Only those that may fit are started, the best first; a broken one is
 * passed over with a note. Throws `python-request`, `python-not-found` or, for a path, `python-broken`.
 */
export async function chooseInterpreter(
  request: string | undefined,
  found: readonly FoundInterpreter[] | (() => readonly FoundInterpreter[]),
  options: ChooseOptions,
): Promise<Interpreter> {
  const wanted = parseRequest(request, options);
  const tried = new Set<string>();
  const isRanked = wanted.kind === "any" || wanted.kind === "version";
  const first = isRanked ? (options.onPath ?? []).filter(isDefault) : [];
  const quick = await firstThatFits(candidates(wanted, first, options), wanted, { options, tried });
  if (quick !== undefined) return quick;
  const all = typeof found === "function" ? found() : found;
  const facts = await firstThatFits(candidates(wanted, all, options), wanted, { options, tried });
  if (facts !== undefined) return facts;
  throw notFound(request, all);
}

interface Trying {
  readonly options: ChooseOptions;
  /** Paths of those that were started. */
  readonly tried: Set<string>;
}

async function firstThatFits(
  items: readonly FoundInterpreter[],
  wanted: Wanted,
  { options, tried }: Trying,
): Promise<Interpreter | undefined> {
  for (const { path } of items) {
    if (tried.has(path)) continue;
    tried.add(path);
    try {
      const facts = await options.inspect(path);
      if (fits(facts, wanted, options)) return facts;
    } catch (error) {
      if (!(error instanceof UserError) || wanted.kind === "path") throw error;
      const report = options.report ?? silent;
      report({ kind: "note", level: "warning", code: error.code, message: error.message });
    }
  }
  return undefined;
}
