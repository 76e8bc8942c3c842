// mach-nix, uv and pip side by side in one run: `node bench/run.ts [--runs 5] [--only NAME…]`.
// Sets are the examples. Times are of whole processes, medians; memory is the peak.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  type Job,
  measure,
  type Measurement,
  NODE,
  OURS,
  printRow,
  ROOT,
  scratch,
  uv,
} from "./tools.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "5" },
    only: { type: "string", multiple: true, default: [] },
    date: { type: "string", default: "2026-11-20T00:00:00Z" },
    python: { type: "string", default: "3.11" },
  },
});
const RUNS = Number(values.runs);
const { date, python } = values;
const UV = uv();
const FOLDER = scratch("run");

const SETS: Readonly<Record<string, readonly string[]>> = {
  requests: ["requests"],
  jupyterlab: exampleLines("jupyterlab"),
  data: exampleLines("data"),
  airflow: exampleLines("airflow"),
};

function exampleLines(name: string): readonly string[] {
  const text = readFileSync(join(ROOT, "examples", `${name}.txt`), "utf8");
  return text.split("\n").filter((line) => line !== "");
}

let counter = 0;

/** A path that was never used before. */
function fresh(name: string): string {
  return join(FOLDER, `${String(counter++)}-${name}`);
}

function inputFile(name: string): string {
  const path = join(FOLDER, `${name}.in`);
  writeFileSync(path, `${(SETS[name] as readonly string[]).join("\n")}\n`);
  return path;
}

/** Runs the programs in turn, so that a slow moment of the machine meets all of them. */
function compare(
  jobs: Readonly<Record<string, () => Job>>,
  runs = RUNS,
): Record<string, Measurement[]> {
  const results: Record<string, Measurement[]> = {};
  for (let i = 0; i < runs; i++) {
    for (const [name, job] of Object.entries(jobs)) {
      (results[name] ??= []).push(measure([job()])[0] as Measurement);
    }
  }
  return results;
}

const HOME = join(FOLDER, "home");
const UV_CACHE = join(FOLDER, "uv-cache");
const UV_ENV = { UV_NO_PROGRESS: "1", UV_NO_CONFIG: "1" };

function ourLock(set: string, given: { home?: string; offline?: boolean; output?: string }): Job {
  const { home = HOME, offline = false, output = fresh("lock") } = given;
  const words = [
    "lock",
    "-r",
    inputFile(set),
    "--date",
    date,
    "--python",
    python,
    "-o",
    output,
    "-q",
  ];
  return {
    argv: [...OURS, ...words, ...(offline ? ["--offline"] : [])],
    env: { MACH_NIX_HOME: home },
  };
}

function uvCompile(
  set: string,
  given: { cache?: string; offline?: boolean; output?: string },
): Job {
  const { cache = UV_CACHE, offline = false, output = fresh("pins") } = given;
  const argv = [UV, "pip", "compile", "-q", "--no-header", "--only-binary", ":all:"];
  argv.push("--exclude-newer", date, "--python-version", python, "--generate-hashes", "-o", output);
  argv.push("--cache-dir", cache, inputFile(set), ...(offline ? ["--offline"] : []));
  return { argv, env: UV_ENV };
}

function benchResolve(set: string): void {
  measure([ourLock(set, {}), uvCompile(set, {})]);
  const local = compare({
    ours: () => ourLock(set, { offline: true }),
    uv: () => uvCompile(set, { offline: true }),
  });
  printRow({
    what: `${set}: resolve, all local`,
    results: local,
    aim: set === "requests" ? 1.5 : 1,
  });
  const output = fresh("lock");
  measure([ourLock(set, { output })]);
  const unchanged = compare({
    ours: () => ourLock(set, { output }),
    node: () => ({ argv: [NODE, "-e", "0"] }),
  });
  printRow({ what: `${set}: lock again, nothing changed`, results: unchanged });
}

function benchResolveCold(set: string): void {
  const results = compare(
    {
      ours: () => ourLock(set, { home: fresh("home") }),
      uv: () => uvCompile(set, { cache: fresh("cache") }),
    },
    set === "airflow" ? 1 : RUNS,
  );
  printRow({ what: `${set}: resolve, nothing local`, results, aim: 1.2 });
}

/** A directory with only what `sync` needs. */
function lockedDirectory(set: string): string {
  const directory = fresh("env");
  mkdirSync(directory);
  const lock = join(FOLDER, `${set}.lock`);
  copyFileSync(lock, join(directory, "mach-nix.lock"));
  return directory;
}

function ourSync(set: string, compile: string): Job {
  const words = ["sync", lockedDirectory(set), "--compile", compile, "-q"];
  return { argv: [...OURS, ...words], env: { MACH_NIX_HOME: HOME } };
}

/** Makes an environment and fills it: two commands of uv, as its users do. */
function uvInstall(
  set: string,
  given: { cache?: string; compile?: boolean; directory?: string },
): Job {
  const { cache = UV_CACHE, compile = false, directory = fresh("venv") } = given;
  const flags = compile ? "--compile-bytecode" : "";
  const script = `"$1" venv -q --python ${python} "$2" && "$1" pip install -q --no-deps ${flags} --python "$2/bin/python" -r "$3"`;
  return {
    argv: ["/bin/sh", "-c", script, "sh", UV, directory, join(FOLDER, `${set}.pins`)],
    env: { ...UV_ENV, UV_CACHE_DIR: cache },
  };
}

function benchEnvironment(set: string): void {
  measure([
    ourLock(set, { output: join(FOLDER, `${set}.lock`) }),
    uvCompile(set, { output: join(FOLDER, `${set}.pins`) }),
  ]);
  measure([ourSync(set, "now"), uvInstall(set, {})]);
  const plain = compare({ ours: () => ourSync(set, "never"), uv: () => uvInstall(set, {}) });
  printRow({ what: `${set}: environment, store filled`, results: plain, aim: 0.2 });
  const compiled = compare({
    ours: () => ourSync(set, "now"),
    uv: () => uvInstall(set, { compile: true }),
  });
  printRow({ what: `${set}: the same, with bytecode`, results: compiled, aim: 0.02 });
}

function coldInstall(set: string): Job {
  const argv = [
    ...OURS,
    "env",
    fresh("env"),
    "-r",
    inputFile(set),
    "--date",
    date,
    "--python",
    python,
  ];
  return { argv: [...argv, "--compile", "never", "-q"], env: { MACH_NIX_HOME: fresh("home") } };
}

function uvColdInstall(set: string): Job {
  const script = `"$1" venv -q --python ${python} "$2" && "$1" pip install -q --only-binary :all: --exclude-newer ${date} --python "$2/bin/python" -r "$3"`;
  return {
    argv: ["/bin/sh", "-c", script, "sh", UV, fresh("venv"), inputFile(set)],
    env: { ...UV_ENV, UV_CACHE_DIR: fresh("cache") },
  };
}

function pipInstall(set: string): Job {
  const script = `python3 -m venv "$1" && "$1/bin/python" -m pip install -q --no-cache-dir --no-compile --only-binary :all: -r "$2"`;
  return { argv: ["/bin/sh", "-c", script, "sh", fresh("pip"), inputFile(set)] };
}

function benchCold(set: string): void {
  const results = compare({ ours: () => coldInstall(set), uv: () => uvColdInstall(set) });
  printRow({ what: `${set}: install, nothing local`, results, aim: 1.2 });
}

function benchPip(set: string): void {
  const results = compare({ ours: () => coldInstall(set), pip: () => pipInstall(set) }, 1);
  printRow({ what: `${set}: install, nothing local`, results });
}

/** The first import in a new environment: uv's has no bytecode unless asked for, ours is shared. */
function benchImport(): void {
  const jobs = {
    ours: () => {
      const job = ourSync("data", "now");
      measure([job]);
      return firstImport(job.argv[OURS.length + 1] as string);
    },
    uv: () => {
      const directory = fresh("venv");
      measure([uvInstall("data", { directory })]);
      return firstImport(directory);
    },
  };
  printRow({ what: "data: first `import pandas`", results: compare(jobs) });
}

function firstImport(directory: string): Job {
  return { argv: [join(directory, "bin", "python"), "-c", "import pandas"] };
}

/** What does nothing: starting, as each command does, beside Node and uv. */
function benchStart(): void {
  for (const words of [["--version"], ["lock", "--help"]]) {
    const ours = (): Job => ({ argv: [...OURS, ...words], env: { MACH_NIX_HOME: HOME } });
    // So often until the compiled code is kept as it will stay.
    measure(Array.from({ length: 5 }, ours));
    const others = {
      node: (): Job => ({ argv: [NODE, "-e", "0"] }),
      uv: (): Job => ({ argv: [UV, "--version"], env: UV_ENV }),
    };
    printRow({ what: `start: ${words.join(" ")}`, results: compare({ ours, ...others }) });
  }
}

const BENCHMARKS: Readonly<Record<string, () => void>> = {
  start: benchStart,
  "resolve-requests": () => benchResolve("requests"),
  "resolve-jupyterlab": () => benchResolve("jupyterlab"),
  "resolve-data": () => benchResolve("data"),
  "environment-jupyterlab": () => benchEnvironment("jupyterlab"),
  "environment-data": () => benchEnvironment("data"),
  import: benchImport,
  "cold-requests": () => benchResolveCold("requests"),
  "cold-jupyterlab": () => benchResolveCold("jupyterlab"),
  "cold-data": () => benchResolveCold("data"),
  "install-jupyterlab": () => benchCold("jupyterlab"),
  "install-data": () => benchCold("data"),
  "pip-requests": () => benchPip("requests"),
  "pip-jupyterlab": () => benchPip("jupyterlab"),
  "cold-airflow": () => benchResolveCold("airflow"),
  "resolve-airflow": () => benchResolve("airflow"),
};

console.log(`medians of ${RUNS} runs, as of ${date}, Python ${python}; in ${FOLDER}`);
for (const [name, run] of Object.entries(BENCHMARKS)) {
  if (values.only.length === 0 || values.only.includes(name)) run();
}
