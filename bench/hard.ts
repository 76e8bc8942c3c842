// Problems that take searching, mach-nix and uv side by side: `node bench/hard.ts [--runs 5] [--only
// NAME…]`. Everything is local when the clock runs. Times are of whole processes, medians; memory is
// the peak. Where there is no solution, finding that out is what is timed; ours then tries what would help
// by solving changed problems, which uv does not. With --cpu the times are those
// on processors, of use on a busy machine.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { makeWheel } from "../test/build/make-wheel.ts";
import { type Job, measure, type Measurement, OURS, printRow, ROOT, scratch, uv } from "./tools.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "5" },
    only: { type: "string", multiple: true, default: [] },
    date: { type: "string", default: "2026-11-01T00:00:00Z" },
    python: { type: "string", default: "3.11" },
    cpu: { type: "boolean", default: false },
  },
});
const { date, python } = values;
const UV = uv();
const FOLDER = scratch("hard");
const HOME = join(FOLDER, "home");
const UV_CACHE = join(FOLDER, "uv-cache");

interface Problem {
  readonly requirements: readonly string[];
  /** A folder of wheels, instead of the index. */
  readonly wheels?: string;
  /** Some packages have source distributions only. */
  readonly sdists?: boolean;
}

const PROBLEMS: Readonly<Record<string, () => Problem>> = {
  "boto3 with an old urllib3": () => ({ requirements: ["boto3", "urllib3<1.25.4"] }),
  "starlette with an old fastapi": () => ({
    requirements: ["starlette<=0.36.0", "fastapi<=0.115.2"],
  }),
  "celery, kombu, vine": () => ({
    requirements: ["celery<5.3", "kombu<5.3", "vine<5", "redis", "click<8"],
  }),
  "google's protobuf": () => ({
    requirements: ["protobuf<4", "google-cloud-storage", "google-cloud-bigquery", "grpcio-status"],
  }),
  airflow: () => ({ requirements: lines("airflow.txt") }),
  "airflow with ten extras": () => ({
    requirements: [
      "apache-airflow[amazon,celery,cncf.kubernetes,docker,google,http,postgres,redis,sftp,ssh]==2.10.5",
    ],
    sdists: true,
  }),
  "no solution: numba and numpy": () => ({ requirements: ["numpy>=2.4", "numba<0.60"] }),
  "a chain of 2,000": () => ({ requirements: ["link0"], wheels: chainOfWheels(2000) }),
  "pigeons and holes": () => ({ requirements: pigeons(6), wheels: pigeonWheels(6) }),
};

function lines(example: string): readonly string[] {
  const text = readFileSync(join(ROOT, "examples", example), "utf8");
  return text.split("\n").filter((line) => line !== "");
}

function writeWheel(
  folder: string,
  { name, version, requires }: { name: string; version: string; requires: readonly string[] },
): void {
  const needs = requires.map((line) => `Requires-Dist: ${line}\n`).join("");
  const metadata = `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${needs}\n`;
  const bytes = makeWheel({ name, version, metadata });
  writeFileSync(join(folder, `${name}-${version}-py3-none-any.whl`), bytes);
}

function newFolder(name: string): string {
  const folder = join(FOLDER, name);
  mkdirSync(folder);
  return folder;
}

function chainOfWheels(length: number): string {
  const folder = newFolder("chain");
  for (let i = 0; i < length; i++) {
    const requires = i + 1 < length ? [`link${i + 1}`] : [];
    writeWheel(folder, { name: `link${i}`, version: "1.0", requires });
  }
  return folder;
}

function pigeons(holes: number): readonly string[] {
  return Array.from({ length: holes + 1 }, (_, i) => `pigeon${i}`);
}

/** Each pigeon wants a hole, no hole takes two. */
function pigeonWheels(holes: number): string {
  const folder = newFolder("pigeons");
  for (let pigeon = 0; pigeon <= holes; pigeon++) {
    for (let hole = 0; hole < holes; hole++) {
      const requires = [`hole${hole}==${pigeon + 1}`];
      writeWheel(folder, { name: `pigeon${pigeon}`, version: `${hole + 1}`, requires });
      writeWheel(folder, { name: `hole${hole}`, version: `${pigeon + 1}`, requires: [] });
    }
  }
  return folder;
}

let counter = 0;

/** A command whose failure counts as an answer. */
function answered(argv: readonly string[], env: Readonly<Record<string, string>>): Job {
  return { argv: ["/bin/sh", "-c", '"$@" >/dev/null 2>&1 || :', "sh", ...argv], env };
}

function ours(input: string, { wheels, sdists }: Problem, offline: boolean): Job {
  const output = join(FOLDER, `${counter++}.lock`);
  const words = ["lock", "-r", input, "--date", date, "--python", python, "-o", output, "-q"];
  words.push("--providers", sdists === true ? "wheel,sdist" : "wheel");
  if (wheels !== undefined) words.push("--no-index", "--find-links", wheels);
  return answered([...OURS, ...words, ...(offline ? ["--offline"] : [])], { MACH_NIX_HOME: HOME });
}

function theirs(input: string, { wheels, sdists }: Problem, offline: boolean): Job {
  const output = join(FOLDER, `${counter++}.txt`);
  const argv = [UV, "pip", "compile", "-q", "--no-header", "-o", output];
  if (sdists !== true) argv.push("--only-binary", ":all:");
  argv.push("--python-version", python, "--cache-dir", UV_CACHE, input);
  if (wheels !== undefined) argv.push("--no-index", "--find-links", wheels);
  else argv.push("--exclude-newer", date);
  return answered([...argv, ...(offline ? ["--offline"] : [])], {
    UV_NO_PROGRESS: "1",
    UV_NO_CONFIG: "1",
  });
}

function onProcessors(
  results: Readonly<Record<string, readonly Measurement[]>>,
): Record<string, Measurement[]> {
  return Object.fromEntries(
    Object.entries(results).map(([name, list]) => [
      name,
      list.map((one) => ({ ...one, seconds: one.cpu })),
    ]),
  );
}

for (const [name, make] of Object.entries(PROBLEMS)) {
  if (values.only.length > 0 && !values.only.includes(name)) continue;
  const problem = make();
  const input = join(FOLDER, `${counter++}.in`);
  writeFileSync(input, `${problem.requirements.join("\n")}\n`);
  measure([ours(input, problem, false), theirs(input, problem, false)]);
  const results: Record<string, Measurement[]> = { ours: [], uv: [] };
  for (let run = 0; run < Number(values.runs); run++) {
    results["ours"]?.push(measure([ours(input, problem, true)])[0] as Measurement);
    results["uv"]?.push(measure([theirs(input, problem, true)])[0] as Measurement);
  }
  printRow({ what: name, results: values.cpu ? onProcessors(results) : results, aim: 2 });
}
