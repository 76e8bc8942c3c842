// `node bench/conda.ts CHANNELS [TIMES]`: solving over conda's channels, ours against py-rattler and
// @conda-org/rattler, and on two specs conda 24.7 with its classic solver, as whole processes. CHANNELS is a
// folder with conda-forge-harvest in it. All read local files but the npm one, which has them from a server
// on this machine. TIMES (50) is by how much the channel is multiplied to be as large as conda-forge.
import { spawnSync } from "node:child_process";
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { unzstd } from "../src/archive/index.ts";
import { type CondaCommand, condaVariables, makeConda } from "../tools/make-conda.ts";
import { makePeers, peerPython } from "../tools/make-peers.ts";
import { multiplyRepodata } from "./multiply-channel.ts";
import { type Job, measure, type Measurement, NODE, printRow, ROOT, scratch } from "./tools.ts";

const NPM_PEER = "@conda-org/rattler@0.3.5";
const ROUNDS = 5;

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

async function bundle(folder: string): Promise<string> {
  const outfile = join(folder, "conda-solve.mjs");
  await build({
    entryPoints: [join(ROOT, "bench", "conda-solve.ts")],
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    outfile,
    logLevel: "error",
  });
  return outfile;
}

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

/** Serves files below a folder; a process of its own would be fairer, but not by much. */
function serveFiles(folder: string): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    const path = join(folder, new URL(request.url ?? "/", "http://x").pathname);
    if (!path.startsWith(folder) || !existsSync(path)) response.writeHead(404).end();
    else createReadStream(path).pipe(response);
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      resolve({ url: `http://127.0.0.1:${port}`, close: () => server.close() });
    });
  });
}

interface Programs {
  readonly ours: string;
  readonly cache: string;
  readonly channel: string;
}

function oursJob({ ours, cache, channel }: Programs, specs: readonly string[]): Job {
  const argv = [NODE, ours, pathToFileURL(channel).href, cache, "python 3.11.*", ...specs];
  return { argv, env: { NODE_COMPILE_CACHE: join(cache, "compiled") } };
}

function rattlerJob({ channel }: Programs, specs: readonly string[]): Job {
  const script = join(ROOT, "bench", "rattler_solve.py");
  return { argv: [peerPython() as string, script, channel, "python 3.11.*", ...specs] };
}

/** Conda's own program solves and installs nothing; one run takes long enough. */
function classicJob(
  conda: CondaCommand,
  {
    programs: { channel },
    specs,
    folder: home,
  }: { readonly programs: Programs; readonly specs: readonly string[]; readonly folder: string },
): Job {
  const words = ["create", "-n", "x", "--dry-run", "--json", "--repodata-fn", "repodata.json"];
  const from = ["--override-channels", "-c", pathToFileURL(channel).href];
  return {
    argv: [...conda, ...words, ...from, "python=3.11", ...specs],
    env: condaVariables(home),
  };
}

/** Alternating runs; the first of each is not counted. */
function alternate(
  jobs: Readonly<Record<string, Job>>,
  rounds: number,
): Record<string, Measurement[]> {
  const results: Record<string, Measurement[]> = {};
  for (let round = 0; round <= rounds; round++) {
    for (const [name, job] of Object.entries(jobs)) {
      const [one] = measure([job]);
      if (round > 0 && one !== undefined) (results[name] ??= []).push(one);
    }
  }
  return results;
}

function answers(results: Readonly<Record<string, readonly Measurement[]>>): string {
  return Object.values(results)
    .map((list) => list[0]?.output.trim().split(" ")[0])
    .join("/");
}

const [channels, times = "50"] = process.argv.slice(2);
if (channels === undefined) throw new Error("usage: node bench/conda.ts CHANNELS [TIMES]");
makePeers();
const folder = scratch("conda");
const ours = await bundle(folder);
const channel = unpackChannel(channels, join(folder, "harvest"));
const programs = { ours, cache: join(folder, "cache"), channel };
const npm = npmPeer(folder);
console.log(
  "medians of whole processes, what was read before kept by us; packages as each found them",
);
for (const [name, specs] of Object.entries(SPECS)) {
  const jobs = { ours: oursJob(programs, specs), "py-rattler": rattlerJob(programs, specs) };
  const results = alternate(jobs, ROUNDS);
  printRow({ what: `${name} (${answers(results)})`, results, aim: 2 });
}
if (npm !== undefined) {
  const { spawn } = await import("node:child_process");
  const server = await serveFiles(join(folder, "harvest"));
  for (const name of ["science", "jupyterlab"]) {
    const specs = SPECS[name] ?? [];
    const started = performance.now();
    const child = spawn(NODE, [npm, server.url, "python 3.11.*", ...specs], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (piece: Buffer) => (output += piece.toString()));
    await new Promise((resolve) => child.on("close", resolve));
    const own = measure([oursJob(programs, specs)])[0]?.seconds ?? 0;
    const theirs = (performance.now() - started) / 1000 - own;
    console.log(
      `${name}: @conda-org/rattler ${(theirs * 1000).toFixed(0)} ms (${output.trim()}), ours ${(own / theirs).toFixed(2)} x of it  (aim: 0.33)`,
    );
  }
  server.close();
}
const conda = makeConda();
for (const name of conda === undefined ? [] : ["science", "web"]) {
  const specs = SPECS[name] ?? [];
  const [own, theirs] = measure([
    oursJob(programs, specs),
    classicJob(conda as CondaCommand, { programs, specs, folder }),
  ]);
  if (own === undefined || theirs === undefined) continue;
  const megabytes = (theirs.peak_kib / 1024).toFixed(0);
  console.log(
    `${name}: conda with its classic solver ${theirs.seconds.toFixed(1)} s, ${theirs.cpu.toFixed(1)} s of processor, ${megabytes} MB; ours ${(own.cpu / theirs.cpu).toFixed(3)} x of its processor time`,
  );
}
const large = { ...programs, channel: multiply(channel, join(folder, "large"), Number(times)) };
const science = SPECS["science"] ?? [];
const first = { ours: [] as Measurement[], "py-rattler": [] as Measurement[] };
for (let round = 0; round < 3; round++) {
  rmSync(large.cache, { recursive: true, force: true });
  first.ours.push(...measure([oursJob(large, science)]));
  first["py-rattler"].push(...measure([rattlerJob(large, science)]));
}
printRow({ what: `${times} times the channel, read anew`, results: first, aim: 2 });
const jobs = { ours: oursJob(large, science), "py-rattler": rattlerJob(large, science) };
printRow({
  what: `${times} times the channel, read before`,
  results: alternate(jobs, ROUNDS),
  aim: 2,
});
rmSync(folder, { recursive: true, force: true });
