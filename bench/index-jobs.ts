// What the benchmarks of index files share: look-ups and resolutions as whole processes, without the network.
import { existsSync } from "node:fs";
import { measure, type Measurement, median, OURS } from "./tools.ts";

const RUNS = 7;

export function line(what: string, value: string): void {
  console.log(`${what.padEnd(48)} ${value}`);
}

/** Median time of processes from start to end, their median time on processors, peak memory. */
export function figures(list: readonly Measurement[]): string {
  const time = milliseconds(list.map(({ seconds }) => seconds));
  const processor = milliseconds(list.map(({ cpu }) => cpu));
  const memory = (Math.max(...list.map(({ peak_kib }) => peak_kib)) / 1024).toFixed(0);
  return `${time} ms (processor ${processor} ms) ${memory.padStart(5)} MiB`;
}

function milliseconds(seconds: readonly number[]): string {
  return (median(seconds) * 1000).toFixed(0).padStart(6);
}

interface Around {
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
}

/** `index show numpy`. */
export function showing(file: string, env: Around["env"]): string {
  return repeated([...OURS, "index", "show", "numpy", "--index", file], env);
}

/** A lock for Python 3.9, sdists allowed, with no result of an earlier resolution. */
export function resolution(packages: readonly string[], { file, env }: Around): string {
  const names = packages.flatMap((name) => ["-p", name]);
  const where = ["--python", "3.9", "--platform", "linux-x86_64", "--date", "2023-09-07"];
  const from = ["--providers", "wheel,sdist", "--index", file, "--offline"];
  const script = 'out=$(mktemp -d) && "$@" -o "$out/lock" 2>/dev/null; rm -r "$out"';
  return repeated(["sh", "-c", script, "sh", ...OURS, "lock", ...names, ...where, ...from], env);
}

function repeated(argv: readonly string[], env: Around["env"]): string {
  const cut = existsSync("/usr/bin/unshare") ? ["unshare", "-rn"] : [];
  const job = { argv: [...cut, ...argv], env };
  return figures(measure(Array.from({ length: RUNS }, () => job)));
}
