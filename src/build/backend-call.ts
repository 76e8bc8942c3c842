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
  /** Requirements and names that the environment has: where the hook answers with others, it is the last. */
  readonly given?: readonly string[];
  /** Only where the backend lacks the hook called before. */
  readonly after?: "missing";
  /**
   * In the source tree as it was, whatever the hooks before it did there: in a second copy, or only where
   * they did nothing. At most one call.
   */
  readonly fresh?: "copy" | "unchanged";
}

/** What a hook gave. */
export interface HookAnswer {
  readonly hook: string;
  readonly value: unknown;
  /** Whether the backend has no such hook. */
  readonly missing: boolean;
  /** Of an editable build: extension modules that it made in the source tree, relative to its root. */
  readonly made?: unknown;
}

/** What came of calling hooks. */
export interface HookAnswers {
  /** Of those that were called and did not fail, in order. */
  readonly answers: readonly HookAnswer[];
  /** Why the last one failed: `build-failed`, `build-limit`, `build-stopped`. */
  readonly failure?: Error;
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
  const root = await layOutSource(source, join(work, SOURCE));
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

/**
 * Calls hooks of the backend in one start of Python, each in a process of its own, up to one that fails
 * or asks for more than there is. Throws the sandbox's errors, ARCHIVE_ERRORS.
 */
export async function callHooks(
  build: OpenBuild,
  calls: readonly HookCall[],
): Promise<HookAnswers> {
  const { work, options } = build;
  for (const { out } of calls)
    if (out !== undefined) mkdirSync(join(work, out), { recursive: true });
  if (calls.some(({ fresh }) => fresh === "copy"))
    await layOutSource(options.source, join(work, FRESH));
  writeFileSync(join(work, "request.json"), JSON.stringify(request(build, calls)));
  rmSync(join(work, "answers.json"), { force: true });
  const result = await run(build);
  const told = readAnswers(join(work, "answers.json"), calls);
  const answers = told.filter(({ error }) => error === undefined);
  const failure = failureOf(options, { result, calls, told });
  return { answers, result, ...(failure === undefined ? {} : { failure }) };
}

/** Calls one hook. Throws `build-failed`, `build-limit`, `build-stopped`, and as `callHooks` does. */
export async function callHook(
  build: OpenBuild,
  call: HookCall,
): Promise<HookAnswer & Pick<HookAnswers, "result">> {
  const { answers, failure, result } = await callHooks(build, [call]);
  if (failure !== undefined) throw failure;
  return { ...(answers[0] as HookAnswer), result };
}

function failureOf(
  options: BuildOptions,
  { result, calls, told }: { result: SandboxResult; calls: readonly HookCall[]; told: Told[] },
): Error | undefined {
  const { end } = result;
  if (end.kind === "limit") return limitFailure(options, result);
  if (end.kind === "stopped")
    return buildError("build-stopped", `Building ${sourceName(options.source)} was stopped`);
  const last = told.at(-1);
  if (end.kind === "exit" && end.code === 0 && last !== undefined && last.error === undefined)
    return undefined;
  const unanswered = calls.find(({ hook }) => told.every((one) => one.hook !== hook));
  const failed = last?.error === undefined ? (unanswered ?? last) : last;
  const hook = failed?.hook ?? "";
  return buildFailure(options, { result, hook, reason: last?.error });
}

/** Folders of source trees below the work folder. */
const SOURCE = "src";
const FRESH = "src-fresh";
const USED = "src-used";

function request(build: OpenBuild, calls: readonly HookCall[]): object {
  const { system, seenRoot, options } = build;
  return {
    backend: system.backend,
    backendPath: system.backendPath.map((path) => join(seenRoot, path)),
    configSettings: options.configSettings ?? null,
    ...(options.environment.prefix === undefined ? {} : { prefix: options.environment.prefix }),
    calls: calls.map((call) => callRequest(build, call)),
  };
}

function callRequest(
  { inside, seenRoot, options }: OpenBuild,
  { out, fresh, ...call }: HookCall,
): object {
  const tree = {
    place: join(inside, SOURCE),
    used: join(inside, USED),
    fresh: join(inside, FRESH),
    cwd: seenRoot,
  };
  return {
    ...call,
    ...(out === undefined ? {} : { out: join(inside, out) }),
    ...(fresh === "copy" ? { tree } : {}),
    ...(fresh === "unchanged" ? { unchanged: join(inside, SOURCE) } : {}),
    ...(call.hook === "build_editable"
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
  const files = [join(inside, "request.json"), join(inside, "answers.json")];
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

interface Told extends HookAnswer {
  readonly error?: string;
}

/** What the script wrote, or the build in its place: nothing in it is trusted. */
function readAnswers(path: string, calls: readonly HookCall[]): Told[] {
  const text = readPlainFile(path, MAX_ANSWER)?.toString("utf8");
  try {
    const answers: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(answers) ? answers.flatMap((answer) => answerOf(answer, calls)) : [];
  } catch {
    return [];
  }
}

function answerOf(answer: unknown, calls: readonly HookCall[]): Told[] {
  if (typeof answer !== "object" || answer === null) return [];
  const { hook, value, made, missing, error } = answer as Readonly<Record<string, unknown>>;
  if (typeof hook !== "string" || !calls.some((call) => call.hook === hook)) return [];
  const told = typeof error === "string" ? { error: error.slice(0, 1000) } : {};
  return [{ hook, value, made, missing: missing === true, ...told }];
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
