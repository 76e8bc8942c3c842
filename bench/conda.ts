// `node bench/conda.ts CHANNELS [TIMES]`: solving over conda's channels, ours against py-rattler and
// @conda-org/rattler, and on two specs conda 24.7 with its classic solver, as whole processes. CHANNELS is a
// folder with conda-forge-harvest in it. All read local files but the npm one, which has them from a server
// on this machine. TIMES (50) is by how much the channel is multiplied to be as large as conda-forge.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { unzstd } from "../src/archive/index.ts";
import { bundleProgram } from "../tools/bundle.ts";
import { type CondaCommand, condaVariables, makeConda } from "../tools/make-conda.ts";
import { makePeers, peerPython } from "../tools/make-peers.ts";
import { multiplyRepodata } from "./multiply-channel.ts";
import { type Job, measure, type Measurement, median, NODE, ROOT, scratch } from "./tools.ts";

const NPM_PEER = "@conda-org/rattler@0.3.5";
const CLASSIC = "conda, classic";
const ROUNDS = 5;
const PYTHON = "python 3.11.*";

const SPECS: Readonly<Record<string, readonly string[]>> = {
  science: ["numpy", "pandas", "scikit-learn"],
  jupyterlab: ["jupyterlab"],
  notebook: ["jupyterlab", "matplotlib-base", "pandas", "statsmodels"],
  dask: ["dask", "distributed", "pyarrow", "xarray"],
  learning: ["scikit-learn", "polars", "statsmodels", "numba"],
  pinned: ["numpy 1.26.*", "pandas 2.1.*", "scipy <1.12"],
  parquet: ["pyarrow", "polars", "dask"],
  geo: ["gdal", "rasterio", "geopandas"],
  web: ["fastapi", "requests", "cryptography"],
  "no answer": ["numpy 2.*", "numba 0.56.*"],
};

/** What is aimed at: ours to theirs, in time and in memory. */
const AIMS: Readonly<Record<string, { readonly time: number; readonly memory?: number }>> = {
  "py-rattler": { time: 2, memory: 1 },
  [NPM_PEER]: { time: 1 / 3 },
};

function unpackChannel(channels: string, folder: string): string {
  for (const subdir of ["linux-64", "noarch"]) {
    const packed = join(channels, "conda-forge-harvest", subdir, "repodata.json.zst");
    mkdirSync(join(folder, subdir), { recursive: true });
    writeFileSync(join(folder, subdir, "repodata.json"), unzstd(readFileSync(packed)));
  }
  return folder;
}

function multiply(channel: string, folder: string, times: number): string {
  mkdirSync(join(folder, "linux-64"), { recursive: true });
  mkdirSync(join(folder, "noarch"), { recursive: true });
  const text = readFileSync(join(channel, "linux-64", "repodata.json"), "utf8");
  multiplyRepodata(text, times, join(folder, "linux-64", "repodata.json"));
  const noarch = readFileSync(join(channel, "noarch", "repodata.json"));
  writeFileSync(join(folder, "noarch", "repodata.json"), noarch);
  return folder;
}

/** Our solver as the launcher starts the command line: bundled, its compiled code kept. */
async function ourProgram(folder: string): Promise<string> {
  const bundle = join(folder, "conda-solve.cjs");
  await bundleProgram(join(ROOT, "bench", "conda-solve.ts"), bundle);
  const start = join(folder, "start.cjs");
  const words = [join(ROOT, "bin", "start.js"), bundle].map((path) => JSON.stringify(path));
  writeFileSync(start, `require(${words[0]})(${words[1]});\n`);
  return start;
}

/** Installs the npm peer; undefined, saying so, where that fails. */
function npmPeer(folder: string): string | undefined {
  const script = join(folder, "npm-solve.mjs");
  const { status } = spawnSync("npm", ["install", "--silent", "--prefix", folder, NPM_PEER]);
  if (status !== 0) {
    console.warn(`${NPM_PEER} could not be installed: without it`);
    return undefined;
  }
  writeFileSync(
    script,
    `import { simpleSolve } from "@conda-org/rattler";
const [channel, ...specs] = process.argv.slice(2);
try {
  const found = await simpleSolve(specs, [channel], ["linux-64", "noarch"], []);
  console.log(\`\${found.length} packages\`);
} catch { console.log("no answer"); }
process.exit(0);
`,
  );
  return script;
}

/** Serves files below a folder from another process. */
function serveFiles(folder: string): Promise<{ readonly url: string; close(): void }> {
  const child = spawn(NODE, [join(ROOT, "bench", "serve-folder.ts"), folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    child.once("exit", () => reject(new Error("bench/serve-folder.ts ended")));
    child.stdout.once("data", (line: Buffer) => {
      resolve({ url: line.toString().trim(), close: () => child.kill() });
    });
  });
}

interface Programs {
  /** Where what ours keeps goes: lists of packages, compiled code. */
  readonly home: string;
  readonly start: string;
  readonly channel: string;
  readonly npm?: { readonly script: string; readonly url: string };
}

type Jobs = Readonly<Record<string, Job>>;

function oursJob({ start, home, channel }: Programs, specs: readonly string[]): Job {
  const argv = [NODE, start, pathToFileURL(channel).href, join(home, "lists"), PYTHON, ...specs];
  return { argv, env: { MACH_NIX_HOME: home } };
}

function jobsOf(programs: Programs, specs: readonly string[]): Jobs {
  const { channel, npm } = programs;
  const script = join(ROOT, "bench", "rattler_solve.py");
  const argv = [peerPython() as string, script, channel, PYTHON, ...specs];
  const npmJob = npm && { argv: [NODE, npm.script, npm.url, PYTHON, ...specs] };
  return {
    ours: oursJob(programs, specs),
    "py-rattler": { argv },
    ...(npmJob === undefined ? {} : { [NPM_PEER]: npmJob }),
  };
}

/** Conda's own program solves and installs nothing; one run takes long enough. */
function classicJob(
  conda: CondaCommand,
  { programs, specs }: { readonly programs: Programs; readonly specs: readonly string[] },
): Job {
  const words = ["create", "-n", "x", "--dry-run", "--json", "--repodata-fn", "repodata.json"];
  const from = ["--override-channels", "-c", pathToFileURL(programs.channel).href];
  return {
    argv: [...conda, ...words, ...from, "python=3.11", ...specs],
    env: condaVariables(programs.home),
  };
}

type Results = Readonly<Record<string, readonly Measurement[]>>;

/** Alternating runs; the first of each is not counted. */
function alternate(jobs: Jobs, before?: () => void): Results {
  const results: Record<string, Measurement[]> = {};
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, job] of Object.entries(jobs)) {
      before?.();
      const [one] = measure([job]);
      if (round > 0 && one !== undefined) (results[name] ??= []).push(one);
    }
  }
  return results;
}

interface Figures {
  readonly cpu: number;
  readonly seconds: number;
  readonly memory: number;
}

function figuresOf(list: readonly Measurement[]): Figures {
  return {
    cpu: median(list.map(({ cpu }) => cpu)),
    seconds: median(list.map(({ seconds }) => seconds)),
    memory: median(list.map(({ peak_kib }) => peak_kib)) / 1024,
  };
}

interface Ratio {
  readonly peer: string;
  readonly cpu: number;
  readonly seconds: number;
  readonly memory: number;
}

/** What a program says that it found. */
function answer([first]: readonly Measurement[]): string {
  const words = first?.output.trim().split("\n").at(-1)?.split(" ") ?? [];
  return words[1] === "packages" ? `${words[0]} packages` : words.slice(0, 2).join(" ");
}

/** Prints what each program took; gives ours to theirs. */
function print(what: string, results: Results): readonly Ratio[] {
  console.log(`\n${what}`);
  const [[, first] = ["", []]] = Object.entries(results);
  const own = figuresOf(first);
  const ratios: Ratio[] = [];
  for (const [name, list] of Object.entries(results)) {
    const { cpu, seconds, memory } = figuresOf(list);
    const cells = [cpu, seconds].map((time) => `${(time * 1000).toFixed(0).padStart(5)} ms`);
    const line = `  ${name.padEnd(26)} ${cells.join(" ")} ${memory.toFixed(0).padStart(4)} MiB  ${answer(list).padEnd(12)}`;
    if (name === "ours") {
      console.log(line);
      continue;
    }
    const ratio = {
      peer: name,
      cpu: own.cpu / cpu,
      seconds: own.seconds / seconds,
      memory: own.memory / memory,
    };
    ratios.push(ratio);
    console.log(`${line}   ${shown(ratio)}`);
  }
  return ratios;
}

function shown({ peer, cpu, seconds, memory }: Ratio): string {
  const aim = AIMS[peer];
  const goal = (value: number | undefined): string =>
    value === undefined ? "" : ` (aim: ${value.toFixed(2).replace(/\.?0+$/, "")})`;
  return [
    `ours: ${cpu.toFixed(2)} x processor${goal(aim?.time)}`,
    `${seconds.toFixed(2)} x elapsed`,
    `${memory.toFixed(2)} x memory${goal(aim?.memory)}`,
  ].join(", ");
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

function printMeans(ratios: readonly Ratio[]): void {
  console.log("\ngeometric means, and the worst");
  for (const [peer, list] of Map.groupBy(ratios, (ratio) => ratio.peer)) {
    const mean = { peer } as Record<string, string | number>;
    const worst = { peer } as Record<string, string | number>;
    for (const key of ["cpu", "seconds", "memory"] as const) {
      const values = list.map((ratio) => ratio[key]);
      mean[key] = geometricMean(values);
      worst[key] = Math.max(...values);
    }
    console.log(`  to ${peer}: ${shown(mean as unknown as Ratio)}`);
    console.log(`  ${" ".repeat(3 + peer.length)} worst: ${shown(worst as unknown as Ratio)}`);
  }
}

const [channels, times = "50"] = process.argv.slice(2);
if (channels === undefined) throw new Error("usage: node bench/conda.ts CHANNELS [TIMES]");
makePeers();
const folder = scratch("conda");
const channel = unpackChannel(channels, join(folder, "harvest"));
const script = npmPeer(folder);
const server = await serveFiles(channel);
const programs: Programs = {
  start: await ourProgram(folder),
  home: join(folder, "home"),
  channel,
  ...(script === undefined ? {} : { npm: { script, url: server.url } }),
};
const bare = figuresOf(
  measure(Array.from({ length: ROUNDS }, () => ({ argv: [NODE, "-e", "0"] }))),
);
console.log(
  "processor time, elapsed time and peak memory of whole processes, medians of alternating runs;\n" +
    `what ours read before it has kept; a bare Node: ${(bare.cpu * 1000).toFixed(0)} ms, ${bare.memory.toFixed(0)} MiB`,
);
const ratios = Object.entries(SPECS).flatMap(([name, specs]) =>
  print(name, alternate(jobsOf(programs, specs))),
);
printMeans(ratios);
server.close();
const conda = makeConda();
for (const name of conda === undefined ? [] : ["science", "web"]) {
  const specs = SPECS[name] ?? [];
  const jobs = [oursJob(programs, specs), classicJob(conda as CondaCommand, { programs, specs })];
  const [own, theirs] = measure(jobs);
  if (own === undefined || theirs === undefined) continue;
  const classic = { ...theirs, output: "" };
  print(`${name}, once, beside conda`, { ours: [own], [CLASSIC]: [classic] });
}
const { npm: _, ...local } = programs;
const large = { ...local, channel: multiply(channel, join(folder, "large"), Number(times)) };
const jobs = jobsOf(large, SPECS["science"] ?? []);
const forget = (): void => rmSync(join(large.home, "lists"), { recursive: true, force: true });
print(`science over ${times} times the channel, read anew`, alternate(jobs, forget));
print(`science over ${times} times the channel, read before`, alternate(jobs));
rmSync(folder, { recursive: true, force: true });
