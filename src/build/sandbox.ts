import { accessSync, constants, mkdirSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildError } from "./errors.ts";
import { forgetKind, keepKind, type KindFacts, readKeptKind } from "./kept-kind.ts";
import type {
  HostTools,
  Sandbox,
  SandboxEnd,
  SandboxJob,
  SandboxKind,
  SandboxLimits,
  SandboxOptions,
  SandboxResult,
} from "./sandbox-types.ts";
import { supervise, type SupervisorAnswer } from "./supervisor.ts";
import { findKind } from "./sandbox-kinds.ts";

/** The path at which the work folder is seen where there are mounts. */
const INSIDE = "/build";

const NO_TOOLS: HostTools = { path: [], readable: [], env: {} };

const SYSTEM_PATH = "/usr/bin:/bin:/usr/local/bin:/run/wrappers/bin:/run/current-system/sw/bin";

/** Generous for a large C extension, far from what hurts a machine. */
export const BUILD_LIMITS: SandboxLimits = {
  seconds: 3600,
  memoryBytes: 8 * 2 ** 30,
  processes: 1024,
  diskBytes: 16 * 2 ** 30,
  outputBytes: 64 * 2 ** 20,
};

/**
 * A sandbox of the kind asked for, or the strongest that works here. Throws `sandbox-unavailable`, and
 * `sandbox-python` where the Python is not one.
 */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const kept = keptKind(options);
  const used = usedFor(kept ?? (await tryKinds(options)), options);
  const sandbox = sandboxOf(used, options.tools ?? NO_TOOLS);
  if (kept === undefined) return sandbox;
  return { ...sandbox, run: (job) => runKept(used, options, job) };
}

function keptKind(options: SandboxOptions): SandboxKind | undefined {
  return options.kept === undefined ? undefined : readKeptKind(options.kept, factsOf(options));
}

async function tryKinds(options: SandboxOptions): Promise<SandboxKind> {
  const kind = await findKind(options, (tried, job) => start(usedFor(tried, options), job));
  if (options.kept !== undefined) {
    keepKind(options.kept, factsOf(options), kind);
    await supervise({ keepBytecode: true }, usedFor(kind, options));
  }
  return kind;
}

function factsOf(options: SandboxOptions): KindFacts {
  const { kind, python } = options;
  return { kind, python, bubblewrap: usedFor("bubblewrap", options).bubblewrap };
}

/** Runs in a kind that worked earlier. Where the program was not even begun, it is tried again. */
async function runKept(
  used: Used,
  options: SandboxOptions,
  job: SandboxJob,
): Promise<SandboxResult> {
  const answer = await start(used, job);
  if (answer.refused === undefined && answer.begun !== false) return resultOf(answer, job);
  forgetKind(options.kept as string);
  const kind = await tryKinds(options);
  if (kind === used.kind) return resultOf(answer, job);
  const reason = answer.refused ?? answer.tail?.trim() ?? "";
  throw buildError("sandbox-broken", `${used.kind} worked earlier, but no more: ${reason}`, {
    hint: `Run the same again: ${kind} works.`,
    place: { file: job.argv[0] as string },
  });
}

interface Used {
  readonly kind: SandboxKind;
  readonly python: string;
  readonly bubblewrap: string | undefined;
  readonly bytecode: string | undefined;
  /** Only a kind that stops everything on this machine. */
  readonly automatic: boolean;
}

function usedFor(kind: SandboxKind, options: SandboxOptions): Used {
  return {
    kind,
    python: options.python,
    bubblewrap:
      kind === "bubblewrap" ? findProgram("bwrap", options.searchPath ?? SYSTEM_PATH) : undefined,
    bytecode: options.kept === undefined ? undefined : `${options.kept}.bytecode`,
    automatic: options.kind === undefined,
  };
}

function findProgram(name: string, searchPath: string): string | undefined {
  for (const folder of searchPath.split(":")) {
    const path = join(folder, name);
    try {
      if (!folder.startsWith("/")) continue;
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  return undefined;
}

function hasMounts(kind: SandboxKind): boolean {
  return kind === "bubblewrap" || kind === "namespaces";
}

function sandboxOf(used: Used, tools: HostTools): Sandbox {
  const { kind, python } = used;
  return {
    kind,
    hasMounts: hasMounts(kind),
    tools,
    inside: (folder) => inside(kind, folder),
    run: async (job) => resultOf(await start(used, job), job),
    remove: (folder) => remove(folder, python),
  };
}

function inside(kind: SandboxKind, folder: string): string {
  return hasMounts(kind) ? INSIDE : join(folder, "work");
}

async function start(used: Used, job: SandboxJob): Promise<SupervisorAnswer> {
  const { kind, python, bubblewrap, bytecode, automatic } = used;
  if (kind === "bubblewrap" && bubblewrap === undefined) return { refused: "bwrap is not there" };
  for (const name of ["work", "tmp", "shm", "root"])
    mkdirSync(join(job.folder, name), { recursive: true });
  const folder = realpathSync(job.folder);
  const seen = inside(kind, folder);
  const request = {
    kind,
    bubblewrap,
    automatic,
    argv: job.argv,
    cwd: job.cwd ?? seen,
    env: job.env,
    inside: seen,
    work: join(folder, "work"),
    temporary: join(folder, "tmp"),
    shared: join(folder, "shm"),
    root: join(folder, "root"),
    log: join(folder, "log"),
    readable: job.readable ?? [],
    shown: job.shown ?? {},
    writable: job.writable ?? [],
    mounted: job.mounted ?? {},
    limits: { ...BUILD_LIMITS, ...job.limits },
  };
  return supervise(request, {
    python,
    bytecode,
    ...(job.signal === undefined ? {} : { signal: job.signal }),
  });
}

function resultOf(answer: SupervisorAnswer, job: SandboxJob): SandboxResult {
  if (answer.refused !== undefined)
    throw buildError("sandbox-broken", `The sandbox could not be set up: ${answer.refused}`, {
      place: { file: job.argv[0] as string },
    });
  return {
    end: endOf(answer),
    output: answer.tail ?? "",
    log: join(job.folder, "log"),
    left: answer.left ?? 0,
    seconds: answer.seconds ?? 0,
    peak: {
      processes: answer.processes ?? 0,
      memoryBytes: answer.memoryBytes ?? 0,
      diskBytes: answer.diskBytes ?? 0,
    },
  };
}

function endOf(answer: SupervisorAnswer): SandboxEnd {
  if (answer.limit !== undefined)
    return { kind: "limit", limit: answer.limit, detail: answer.detail ?? "" };
  if (answer.stopped === true) return { kind: "stopped" };
  if (answer.signal !== undefined) return { kind: "signal", signal: answer.signal };
  return { kind: "exit", code: answer.exit ?? 1 };
}

async function remove(folder: string, python: string): Promise<void> {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Nested too deep, or closed even to their owner.
    await supervise({ remove: [folder] }, { python });
  }
}
