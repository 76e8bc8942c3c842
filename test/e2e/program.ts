// Runs the built program as a user would: in a clean home, from another folder, nothing of ours on PATH.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const ROOT: string = join(import.meta.dirname, "..", "..");
export const LAUNCHER: string = join(ROOT, "bin", "mach-nix");
export const EXAMPLES: string = join(ROOT, "examples");

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
}

/** A new empty folder; tests leave theirs behind, since objects of the store may be immutable. */
export function scratch(name: string): string {
  return mkdtempSync(join(tmpdir(), `mach-nix-${name}-`));
}

/** The variables of a clean home: what reaches the index stays, what is the developer's goes. */
export function homeEnvironment(home: string): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    const foreign = /^(npm_|MACH_NIX_|XDG_|VITEST|NODE_|PYTHON|VIRTUAL_ENV|UV_)/.test(name);
    if (value !== undefined && !foreign) env[name] = value;
  }
  mkdirSync(home, { recursive: true });
  // Peers try as long as we do where the network falters.
  return { ...env, HOME: home, UV_HTTP_RETRIES: "6" };
}

/** One user on one machine: a home folder, and the program in it. */
export interface User {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  run(words: readonly string[], options?: RunOptions): Ran;
  /** As `run`, while this process goes on, so that it can serve. */
  start(words: readonly string[], options?: RunOptions): Promise<Ran>;
  /** As `start`, with the process, to be sent signals. */
  launch(words: readonly string[], options?: RunOptions): Launched;
}

/** A program that runs. */
export interface Launched {
  readonly process: ChildProcess;
  readonly ended: Promise<Ran>;
}

/** A user with an empty home. */
export function newUser(name: string): User {
  const home = join(scratch(name), "home");
  const env = homeEnvironment(home);
  const argv = (words: readonly string[]): string[] => [LAUNCHER, ...words];
  return {
    home,
    env,
    run: (words, options) => runProgram(process.execPath, argv(words), withEnv(options, env)),
    start: (words, options) => startProgram(process.execPath, argv(words), withEnv(options, env)),
    launch: (words, options) => launchProgram(process.execPath, argv(words), withEnv(options, env)),
  };
}

function withEnv(
  options: RunOptions | undefined,
  env: Readonly<Record<string, string>>,
): RunOptions {
  return { ...options, env: { ...env, ...options?.env } };
}

/** Runs any program to its end. */
export function runProgram(
  program: string,
  words: readonly string[],
  options: RunOptions = {},
): Ran {
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    cwd: options.cwd ?? tmpdir(),
    env: options.env as NodeJS.ProcessEnv,
    encoding: "utf8",
    input: options.input ?? "",
    maxBuffer: 1 << 28,
  });
  if (error !== undefined) throw error;
  return { status, stdout, stderr };
}

/** The same without blocking this process. */
export function startProgram(
  program: string,
  words: readonly string[],
  options: RunOptions = {},
): Promise<Ran> {
  return launchProgram(program, words, options).ended;
}

/** Starts any program and gives it back while it runs. */
export function launchProgram(
  program: string,
  words: readonly string[],
  options: RunOptions = {},
): Launched {
  const child = spawn(program, words, {
    cwd: options.cwd ?? tmpdir(),
    env: options.env as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (data: Buffer) => (output.stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => (output.stderr += data.toString()));
  const ended = new Promise<Ran>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, ...output }));
  });
  return { process: child, ended };
}

/** Whether a command is there. */
export function hasCommand(name: string): boolean {
  return (process.env["PATH"] ?? "").split(":").some((folder) => existsSync(join(folder, name)));
}
