// `node bench/build.ts [RUNS]`: ten source distributions, each built and installed by mach-nix (shut in),
// uv and pip. What they are built with is in every tool's cache; the sdists themselves are new each time:
// the same files, packed anew with another time stamp. From the index that is configured for pip.
// Beside the time that passes it gives the time on processors, which a busy machine changes least.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { type Job, measure, type Measurement, OURS, printRow, scratch, uv } from "./tools.ts";

const RUNS = Number(process.argv[2] ?? 3);
/** With each kind of backend, two of them with C; none has dependencies. */
const SDISTS = [
  "docopt==0.6.2",
  "mccabe==0.6.1",
  "pyyaml==6.0.2",
  "markupsafe==3.0.2",
  "simplejson==3.19.3",
  "tomli==2.2.1",
  "pathspec==0.12.1",
  "iniconfig==2.0.0",
  "poetry-core==2.0.1",
  "pluggy==1.5.0",
];

const folder = scratch("build");
const UV = uv();
const python = spawnSync("python3", ["-c", "import sys; print(sys._base_executable)"], {
  encoding: "utf8",
}).stdout.trim();
const CACHES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "mach-nix": { MACH_NIX_HOME: join(folder, "home") },
  uv: { UV_CACHE_DIR: join(folder, "uv-cache"), UV_LINK_MODE: "hardlink" },
  pip: { PIP_CACHE_DIR: join(folder, "pip-cache"), PIP_DISABLE_PIP_VERSION_CHECK: "1" },
};

/** The sdist's file, as the index has it. */
function download(requirement: string): string {
  const into = join(folder, "sdists", requirement);
  mkdirSync(into, { recursive: true });
  const flags = ["--no-deps", "--no-binary", ":all:", "--quiet", "--dest", into];
  spawnSync(python, ["-m", "pip", "download", ...flags, requirement], { stdio: "inherit" });
  const name = readdirSync(into).find((one) => one.endsWith(".tar.gz"));
  if (name === undefined) throw new Error(`${requirement} could not be downloaded`);
  return join(into, name);
}

let copies = 0;
/** The same sdist as a file that no tool has seen. */
function anew(file: string): string {
  const into = join(folder, "copies", String((copies += 1)));
  mkdirSync(into, { recursive: true });
  const packed = gzipSync(gunzipSync(readFileSync(file)));
  // The time stamp in gzip's header.
  packed.writeUInt32LE(copies + (Date.now() >>> 8), 4);
  const path = join(into, basename(file));
  writeFileSync(path, packed);
  return path;
}

function jobs(file: string): Readonly<Record<string, Job>> {
  const target = join(folder, "environments", String((copies += 1)));
  mkdirSync(target, { recursive: true });
  const at = (tool: string): string => join(target, tool);
  const install = `"$0" -m venv "$1" && "$1/bin/python" -m pip install -q --no-deps "$2"`;
  const uvInstall = `"$0" venv -q --python "$3" "$1" && "$0" pip install -q --no-deps --python "$1/bin/python" "$2"`;
  return {
    "mach-nix": {
      argv: [...OURS, "env", at("ours"), "-p", anew(file), "--python", python, "--quiet"],
    },
    uv: { argv: ["sh", "-c", uvInstall, UV, at("uv"), anew(file), python] },
    pip: { argv: ["sh", "-c", install, python, at("pip"), anew(file)] },
  };
}

function time(tool: string, job: Job): Measurement {
  const [result] = measure([{ ...job, env: { ...CACHES[tool] } }]);
  return result as Measurement;
}

/** What the times of a job are counted in. */
const UNITS = ["seconds", "cpu"] as const;
type Unit = (typeof UNITS)[number];

function best(list: readonly Measurement[], unit: Unit): number {
  return Math.min(...list.map((result) => result[unit]));
}

const totals: Record<string, Record<Unit, number>> = {};
for (const requirement of SDISTS) {
  const file = download(requirement);
  const results: Record<string, Measurement[]> = {};
  for (let run = -1; run < RUNS; run += 1) {
    for (const [tool, job] of Object.entries(jobs(file))) {
      const result = time(tool, job);
      if (run >= 0) (results[tool] ??= []).push(result);
    }
  }
  printRow({ what: requirement, results, aim: 1.2 });
  const { "mach-nix": ours = [], uv: theirs = [], pip = [] } = results;
  const cells = [ours, theirs, pip].map((list) => `${(best(list, "cpu") * 1000).toFixed(0)} ms`);
  const ratio = (best(ours, "cpu") / best(theirs, "cpu")).toFixed(2);
  console.log(`${"".padEnd(44)} on processors: ${cells.join(", ")}   ${ratio} x uv`);
  for (const [tool, list] of Object.entries(results)) {
    const total = (totals[tool] ??= { seconds: 0, cpu: 0 });
    for (const unit of UNITS) total[unit] += best(list, unit);
  }
}
for (const [tool, { seconds, cpu }] of Object.entries(totals))
  console.log(
    `${tool.padEnd(10)} ${seconds.toFixed(2)} s for all ten, the best run of each; ${cpu.toFixed(2)} s on processors`,
  );
const ratios = UNITS.map((unit) => {
  const [ours, theirs] = [totals["mach-nix"], totals["uv"]];
  return ((ours?.[unit] ?? 0) / (theirs?.[unit] ?? 1)).toFixed(2);
});
console.log(`mach-nix to uv: ${ratios[0]}, on processors ${ratios[1]}  (aim: 1.2)`);
