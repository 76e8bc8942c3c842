// What benchmarks share: where the programs are, how commands are run and timed, how rows are printed.
import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makePeers, peerCommand } from "../tools/make-peers.ts";

export const ROOT: string = join(import.meta.dirname, "..");
export const NODE: string = process.execPath;
export const OURS: readonly string[] = [NODE, join(ROOT, "bin", "mach-nix")];

export interface Job {
  readonly argv: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Measurement {
  readonly seconds: number;
  /** Seconds on processors. */
  readonly cpu: number;
  readonly peak_kib: number;
  readonly status: number;
  readonly output: string;
}

/** A folder for one benchmark run; it stays, since deleting between timed runs slows them. */
export function scratch(name: string): string {
  return mkdtempSync(join(process.env["BENCH_TMP"] ?? tmpdir(), `mach-nix-bench-${name}-`));
}

/** The folder of the real interpreter: a shim on PATH would cost uv 0.2 s a run. */
function realPythonFolder(): string {
  const code = "import sys; print(sys.base_prefix)";
  const { stdout } = spawnSync("python3", ["-c", code], { encoding: "utf8" });
  return join(stdout.trim(), "bin");
}

/**
 * The user's environment without what would distort: a shim before Python, Node's extra certificates,
 * and the switch that keeps Python from writing bytecode as it does for users.
 */
export function cleanEnvironment(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    const isOurs = /^(npm_|MACH_NIX_|NODE_EXTRA_CA_CERTS$|PYTHONDONTWRITEBYTECODE$)/.test(name);
    if (value !== undefined && !isOurs) env[name] = value;
  }
  return { ...env, PATH: `${realPythonFolder()}:${env["PATH"] ?? ""}` };
}

/** The peers, installed if need be. */
export function uv(): string {
  makePeers();
  const path = peerCommand("uv");
  if (path === undefined) throw new Error("uv could not be installed");
  return path;
}

/** Runs commands one after another, timed by a process outside of this one. */
export function measure(jobs: readonly Job[]): readonly Measurement[] {
  const base = cleanEnvironment();
  const input = jobs.map(({ argv, cwd = ROOT, env }) => ({ argv, cwd, env: { ...base, ...env } }));
  const { stdout, status } = spawnSync("python3", [join(ROOT, "bench", "measure.py")], {
    input: JSON.stringify(input),
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error("bench/measure.py failed");
  const results = JSON.parse(stdout) as readonly Measurement[];
  for (const [i, result] of results.entries()) {
    if (result.status !== 0) {
      throw new Error(`${jobs[i]?.argv.join(" ")} ended with ${result.status}\n${result.output}`);
    }
  }
  return results;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
}

export interface Row {
  readonly what: string;
  readonly results: Readonly<Record<string, readonly Measurement[]>>;
  /** The ratio to the first name that is aimed at, at most. */
  readonly aim?: number;
}

/** One line a row: each program's median time and peak memory, and ours as a ratio to the others. */
export function printRow({ what, results, aim }: Row): void {
  const [[, ours] = ["", []], ...others] = Object.entries(results);
  const own = median(ours.map(({ seconds }) => seconds));
  const cells = Object.entries(results).map(([name, list]) => {
    const time = (median(list.map(({ seconds }) => seconds)) * 1000).toFixed(0);
    const memory = (Math.max(...list.map(({ peak_kib }) => peak_kib)) / 1024).toFixed(0);
    return `${name} ${time.padStart(6)} ms ${memory.padStart(4)} MiB`;
  });
  const ratios = others.map(([name, list]) => {
    const ratio = own / median(list.map(({ seconds }) => seconds));
    return `${ratio.toFixed(2)} x ${name}`;
  });
  const goal = aim === undefined ? "" : `  (aim: ${aim})`;
  console.log(`${what.padEnd(44)} ${cells.join("   ")}   ${ratios.join(", ")}${goal}`);
}
