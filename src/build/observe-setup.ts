import { lstatSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Sandbox, SandboxEnd, SandboxLimits, SandboxResult } from "./sandbox-types.ts";

export interface ObserveOptions {
  readonly sandbox: Sandbox;
  /** The interpreter to run setup.py under: an absolute path, Python 2.7 or from 3.5 on. */
  readonly python: string;
  /** A folder with `work/` in it, as for a `SandboxJob`. */
  readonly folder: string;
  /** The folder with setup.py, below `work/`. */
  readonly source: string;
  /** Folders with modules that setup.py may import, setuptools among them. */
  readonly modules: readonly string[];
  /** What must be readable for the Python to work, beside its own folders. */
  readonly readable?: readonly string[];
  readonly limits?: Partial<SandboxLimits>;
  readonly signal?: AbortSignal;
}

/** What a setup.py gave to setup(): each field as it was written, unread. */
export interface SetupFields {
  readonly name: string | null;
  readonly version: string | null;
  readonly install_requires: readonly string[];
  readonly setup_requires: readonly string[];
  readonly tests_require: readonly string[];
  readonly extras_require: Readonly<Record<string, readonly string[]>>;
  readonly python_requires: readonly string[];
}

/** What came of running setup.py: its fields, or why there are none, as its traceback says. */
export type SetupAnswer =
  { readonly setup: SetupFields } | { readonly error: string; readonly end: SandboxEnd };

/** The script that we ship, from the sources, the library and the bundle alike. */
const SCRIPT = "../../python/extract_setup.py";
const RESULT = "setup.json";
/** More than any real setup() is given. */
const LARGEST = 8 * 2 ** 20;

const LIMITS: Partial<SandboxLimits> = {
  seconds: 60,
  memoryBytes: 2 * 2 ** 30,
  processes: 128,
  diskBytes: 512 * 2 ** 20,
  outputBytes: 2 ** 20,
};

/**
 * Runs a setup.py, shut in, up to its call of setup(), whose arguments are written down: a project's
 * dependencies under one Python without building it. Throws the sandbox's errors.
 */
export async function observeSetup(options: ObserveOptions): Promise<SetupAnswer> {
  const { sandbox, python, folder, source, modules, readable = [], limits, signal } = options;
  const script = fileURLToPath(new URL(SCRIPT, import.meta.url));
  const inside = sandbox.inside(folder);
  const result = await sandbox.run({
    argv: [python, "-S", "-s", "-E", "-B", script, join(inside, RESULT), ...modules],
    folder,
    cwd: join(inside, source),
    readable: [script, ...modules, ...installationOf(python), ...readable],
    env: ENVIRONMENT,
    limits: { ...LIMITS, ...limits },
    ...(signal === undefined ? {} : { signal }),
  });
  const path = join(folder, "work", RESULT);
  const answer = readAnswer(path, result);
  rmSync(path, { force: true });
  return answer;
}

/** Where an interpreter's own files are: its program's place, with links and without. */
function installationOf(python: string): readonly string[] {
  return [...new Set([python, realpathSync(python)].map((path) => dirname(dirname(path))))];
}

/** Of nobody's: the same everywhere. */
const ENVIRONMENT = {
  PATH: "/usr/bin:/bin",
  HOME: "/nonexistent",
  LANG: "C.UTF-8",
  LC_ALL: "C.UTF-8",
  PYTHONHASHSEED: "0",
  SOURCE_DATE_EPOCH: "315532800",
};

function readAnswer(path: string, { end, output }: SandboxResult): SetupAnswer {
  const found = readJson(path);
  if (typeof found?.["error"] === "string") return { error: found["error"], end };
  const setup = found?.["setup"];
  if (isFields(setup)) return { setup };
  return { error: endText(end, output), end };
}

/** The program may have written anything there, a link or a device too. */
function readJson(path: string): Record<string, unknown> | undefined {
  try {
    const stat = lstatSync(path);
    if (!stat.isFile() || stat.size > LARGEST) return undefined;
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    return isTable(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const LISTS = ["install_requires", "setup_requires", "tests_require", "python_requires"];

function isFields(value: unknown): value is SetupFields {
  if (!isTable(value) || !isTable(value["extras_require"])) return false;
  const texts = [value["name"] ?? "", value["version"] ?? ""];
  return (
    texts.every((text) => typeof text === "string") &&
    LISTS.every((field) => isTexts(value[field])) &&
    Object.values(value["extras_require"]).every(isTexts)
  );
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): boolean {
  return (
    Array.isArray(value) && value.every((item) => typeof item === "string" && item.isWellFormed())
  );
}

function endText(end: SandboxEnd, output: string): string {
  const last = output.trimEnd().split("\n").slice(-20).join("\n");
  return `${last}\n${endSentence(end)}`.trim();
}

function endSentence(end: SandboxEnd): string {
  if (end.kind === "limit") return `LimitError: setup.py took too much: ${end.limit}`;
  if (end.kind === "signal") return `CrashError: setup.py ended by signal ${end.signal}`;
  if (end.kind === "stopped") return "StoppedError: setup.py was stopped";
  return `ExitError: setup.py ended with ${end.code} before it called setup()`;
}
