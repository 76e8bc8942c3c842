import { spawn } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { buildError } from "./errors.ts";

/** The script that we ship, from the sources, the library and the bundle alike. */
const SCRIPT = "../../python/sandbox/supervise.py";

/** Python keeps no bytecode of the script that it is started with. */
const AS_MODULE =
  "import sys; sys.path.insert(0, sys.argv.pop(1)); import supervise; supervise.main()";

/** The supervisor's path. */
export function supervisorScript(): string {
  return fileURLToPath(new URL(SCRIPT, import.meta.url));
}

/** What the supervisor answers to a run: how it ended, or why it could not be begun. */
export interface SupervisorAnswer {
  readonly refused?: string;
  /** False where the kind can tell that the program was not started. */
  readonly begun?: boolean;
  readonly exit?: number;
  readonly signal?: number;
  readonly limit?: "time" | "memory" | "processes" | "disk" | "output";
  readonly detail?: string;
  readonly stopped?: boolean;
  readonly tail?: string;
  readonly left?: number;
  readonly seconds?: number;
  readonly processes?: number;
  readonly memoryBytes?: number;
  readonly diskBytes?: number;
}

export interface SupervisorOptions {
  readonly python: string;
  /** A folder with the scripts' bytecode, as `keepBytecode` has it made. */
  readonly bytecode?: string | undefined;
  readonly signal?: AbortSignal;
}

/**
 * Asks `python/sandbox/supervise.py` for one thing. It ends what it runs as soon as its standard input
 * is closed, as it is when this process ends in any way. Throws `sandbox-python`.
 */
export async function supervise(
  request: object,
  { python, bytecode, signal }: SupervisorOptions,
): Promise<SupervisorAnswer> {
  const script = supervisorScript();
  const start =
    bytecode === undefined
      ? [script]
      : ["-X", `pycache_prefix=${bytecode}`, "-c", AS_MODULE, dirname(script)];
  const child = spawn(python, ["-I", "-S", "-B", ...start], { stdio: "pipe", detached: true });
  const { promise, resolve, reject } = Promise.withResolvers<SupervisorAnswer>();
  let answer = "";
  let complaint = "";
  child.stdin.on("error", () => undefined);
  child.stdout.setEncoding("utf8").on("data", (text: string) => (answer += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(-4000);
  });
  child.on("error", (cause) => reject(unusable(python, cause.message)));
  child.on("close", (code) => {
    if (code === 0 && answer !== "") resolve(JSON.parse(answer) as SupervisorAnswer);
    else reject(unusable(python, lastLine(complaint) || `it ended with ${code}`));
  });
  const stop = (): void => void child.stdin.end();
  signal?.addEventListener("abort", stop);
  child.stdin.write(`${JSON.stringify(request)}\n`);
  if (signal?.aborted === true) stop();
  try {
    return await promise;
  } finally {
    signal?.removeEventListener("abort", stop);
    child.stdin.destroy();
  }
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}

function unusable(python: string, reason: string): Error {
  return buildError("sandbox-python", `${python} could not run the sandbox: ${reason}`, {
    hint: "Builds need a CPython of 3.6 or newer to be shut in; choose one with --python.",
    place: { file: python },
  });
}
