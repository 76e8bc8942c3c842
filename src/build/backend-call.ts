import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuildOptions, BuildSystem } from "./build-types.ts";
import { buildEnvironmentVariables, ENVIRONMENT } from "./build-env.ts";
import { buildFailure, limitFailure } from "./build-failure.ts";
import { readBuildSystem } from "./build-system.ts";
import { refuseRebuilding } from "./editable-backends.ts";
import { buildError } from "./errors.ts";
import type { SandboxResult } from "./sandbox-types.ts";
import { layOutSource, readPyproject, sourceName } from "./source-tree.ts";

const SCRIPT = "../../python/build/backend.py";
const MAX_ANSWER = 4 * 2 ** 20;

/** A source laid out in a sandbox's folder, whose backend can be asked. */
export interface OpenBuild {
  readonly options: BuildOptions;
  readonly system: BuildSystem;
  /** The source's root on this machine. */
  readonly root: string;
  /** The source's root as the build sees it. */
  readonly seenRoot: string;
  /** The work folder on this machine. */
  readonly work: string;
  /** The work folder as the build sees it. */
  readonly inside: string;
}

export interface HookCall {
  readonly hook: string;
  /** A folder below the work folder for what the hook makes; made anew. */
  readonly out?: string;
}

/** What a hook gave; undefined where the backend has no such hook. */
export interface HookAnswer {
  readonly value: unknown;
  /** Of an editable build: extension modules that it made in the source tree, relative to its root. */
  readonly made?: unknown;
  readonly result: SandboxResult;
}

/** Lays out the source and reads how it is built. Throws `build-system`, ARCHIVE_ERRORS. */
export async function openBuild(options: BuildOptions): Promise<OpenBuild> {
  mkdirSync(options.folder, { recursive: true });
  const folder = realpathSync(options.folder);
  const work = join(folder, "work");
  rmSync(work, { recursive: true, force: true });
  mkdirSync(join(work, "home"), { recursive: true });
  const { source } = options;
  const inside = options.sandbox.inside(folder);
  const root = await layOutSource(source, join(work, "src"));
  const system = await readBuildSystem(readPyproject(root), sourceName(source));
  if (options.editable === true) refuseRebuilding(system, source);
  const seenRoot = join(inside, relative(work, root));
  const { crates = [] } = options.environment;
  if (crates.length > 0) {
    const { vendorCrates } = await import("./vendored-crates.ts");
    await vendorCrates(crates, { root, name: sourceName(source), work, inside });
  }
  return { options: { ...options, folder }, system, root, seenRoot, work, inside };
}

/** Runs one hook of the backend. Throws `build-failed`, `build-limit`, `build-stopped`. */
export async function callHook(build: OpenBuild, call: HookCall): Promise<HookAnswer | undefined> {
  const { work, options } = build;
  if (call.out !== undefined) mkdirSync(join(work, call.out), { recursive: true });
  writeFileSync(join(work, "request.json"), JSON.stringify(request(build, call)));
  rmSync(join(work, "answer.json"), { force: true });
  const result = await run(build);
  const { end } = result;
  if (end.kind === "limit") throw limitFailure(options, result);
  if (end.kind === "stopped")
    throw buildError("build-stopped", `Building ${sourceName(options.source)} was stopped`);
  const answer = readAnswer(join(work, "answer.json"));
  if (end.kind !== "exit" || end.code !== 0 || answer?.error !== undefined || answer === undefined)
    throw buildFailure(options, { result, hook: call.hook, reason: answer?.error });
  return answer.missing === true ? undefined : { value: answer.value, made: answer.made, result };
}

function request(
  { system, inside, seenRoot, options }: OpenBuild,
  { hook, out }: HookCall,
): object {
  return {
    hook,
    backend: system.backend,
    backendPath: system.backendPath.map((path) => join(seenRoot, path)),
    configSettings: options.configSettings ?? null,
    ...(out === undefined ? {} : { out: join(inside, out) }),
    ...(hook === "build_editable"
      ? { source: seenRoot, place: realpathSync(options.source.path) }
      : {}),
  };
}

function run({ options, inside, seenRoot }: OpenBuild): Promise<SandboxResult> {
  const script = fileURLToPath(new URL(SCRIPT, import.meta.url));
  const { environment, limits, signal, sandbox } = options;
  const isShown = sandbox.hasMounts && isVirtual(environment.python);
  const python = isShown
    ? join(ENVIRONMENT, "bin", basename(environment.python))
    : environment.python;
  const files = [join(inside, "request.json"), join(inside, "answer.json")];
  return sandbox.run({
    argv: [python, "-s", script, ...files],
    folder: options.folder,
    cwd: seenRoot,
    readable: [dirname(script), ...environment.readable, ...sandbox.tools.readable],
    env: buildEnvironmentVariables(options, { inside, python }),
    ...(isShown ? { shown: { [ENVIRONMENT]: dirname(dirname(environment.python)) } } : {}),
    ...(limits === undefined ? {} : { limits }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Whether a Python is that of an environment, which works at any path. */
function isVirtual(python: string): boolean {
  return existsSync(join(dirname(dirname(python)), "pyvenv.cfg"));
}

interface Answer {
  readonly value?: unknown;
  readonly made?: unknown;
  readonly missing?: boolean;
  readonly error?: string;
}

/** What the script wrote, or the build in its place: nothing in it is trusted. */
function readAnswer(path: string): Answer | undefined {
  const text = readPlainFile(path, MAX_ANSWER)?.toString("utf8");
  if (text === undefined) return undefined;
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== "object" || answer === null) return undefined;
    const { value, made, missing, error } = answer as Readonly<Record<string, unknown>>;
    const told = typeof error === "string" ? { error: error.slice(0, 1000) } : {};
    return { value, made, missing: missing === true, ...told };
  } catch {
    return undefined;
  }
}

/**
 * A file that a build made, once nothing of it runs any more: only if it is one, not reached through a
 * link, of at most `limit` bytes.
 */
export function readPlainFile(path: string, limit: number): Buffer | undefined {
  const info = lstatSync(path, { throwIfNoEntry: false });
  if (info?.isFile() !== true || info.size > limit || realpathSync(path) !== path) return undefined;
  return readFileSync(path);
}
