/**
 * The resolver alone, over records in memory. `capture CASE FILE` resolves a case (or requirements) with the live
 * index (INDEX_URL names it, CACHE a folder for its answers) and keeps what was asked; `run FILE`
 * prints how long the first resolution of the process took, the compiler being cold, and the
 * median of later ones.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { normalizeName, silent } from "../src/base/index.ts";
import type {
  FileRecord,
  MetadataFailure,
  PackageIndex,
  ProjectRecord,
  ReleaseMetadata,
} from "../src/index/index.ts";
import { parseRequirement } from "../src/requirement/index.ts";
import { explainConflict, resolve, type ResolveInput } from "../src/resolve/index.ts";
import { parsePlatform, parsePythonVersion } from "../src/target/index.ts";

const CASES: Readonly<Record<string, readonly string[]>> = {
  requests: ["requests"],
  jupyterlab: ["jupyterlab"],
  web: "django celery djangorestframework psycopg2-binary gunicorn redis sentry-sdk boto3".split(
    " ",
  ),
  data: "numpy pandas scipy scikit-learn matplotlib seaborn jupyter statsmodels plotly dask[complete]".split(
    " ",
  ),
  airflow: ["apache-airflow[celery,google,amazon]"],
  torch: "transformers datasets accelerate torch".split(" "),
};

interface Capture {
  readonly requirements: readonly string[];
  readonly date: number;
  readonly projects: Record<
    string,
    { versions: readonly string[]; files: Record<number, readonly FileRecord[]> }
  >;
  readonly metadata: Record<string, ReleaseMetadata | MetadataFailure>;
}

function inputOf(requirements: readonly string[], index: PackageIndex, date: number): ResolveInput {
  return {
    requirements: requirements.map((line) => parseRequirement(line)),
    constraints: [],
    target: { python: parsePythonVersion("3.11"), platform: parsePlatform("linux-x86_64") },
    index,
    providers: { _default: ["wheel"] },
    preferences: new Map(),
    prereleases: false,
    date,
    report: silent,
  };
}

/** An index that notes all that is answered. */
function recording(index: PackageIndex, capture: Capture): PackageIndex {
  return {
    async project(name) {
      const record = await index.project(name);
      if (record === undefined) return undefined;
      const files: Record<number, readonly FileRecord[]> = {};
      capture.projects[name] = { versions: record.versions, files };
      return {
        ...record,
        name: record.name,
        source: record.source,
        versions: record.versions,
        dated: record.dated,
        files: (i) => (files[i] ??= record.files(i)),
      };
    },
    async metadata(name, file) {
      return (capture.metadata[file.filename] = await index.metadata(name, file));
    },
    prefetch: (name) => index.prefetch(name),
    close: () => index.close(),
  };
}

function replaying({ projects, metadata }: Capture): PackageIndex {
  const records = new Map<string, ProjectRecord>();
  for (const [name, { versions, files }] of Object.entries(projects)) {
    records.set(name, {
      name: normalizeName(name),
      source: "",
      versions,
      dated: true,
      files: (i) => files[i] ?? [],
    });
  }
  const known = new Map(Object.entries(metadata));
  return {
    project: (name) => records.get(name),
    metadata: (_, { filename }) => known.get(filename) ?? { failure: "not captured" },
    prefetch: () => undefined,
    close: () => undefined,
  };
}

async function capture(name: string, file: string): Promise<void> {
  const { createClient, settingsFromEnvironment } = await import("../src/http/index.ts");
  const { openLiveIndex } = await import("../src/index/index.ts");
  const date = Date.parse(process.env["DATE"] ?? "2026-11-01T00:00:00Z");
  const result: Capture = {
    requirements: CASES[name] ?? name.split(" "),
    date,
    projects: {},
    metadata: {},
  };
  const client = createClient({
    ...settingsFromEnvironment(process.env, {}),
    userAgent: "mach-nix-bench",
  });
  const index = openLiveIndex({
    client,
    configuration: { indexUrl: process.env["INDEX_URL"] ?? "", extraIndexUrls: [], findLinks: [] },
    cacheDirectory: process.env["CACHE"] ?? "",
    date,
    now: Date.now,
    report: silent,
  });
  const start = performance.now();
  const answer = await resolve(inputOf(result.requirements, recording(index, result), date));
  const text =
    answer.kind === "conflict"
      ? explainConflict(answer)
      : answer.pins.map((pin) => `${pin.name}==${pin.version}`).join("\n");
  console.error(`${name}: ${(performance.now() - start).toFixed(0)} ms`);
  console.log(text);
  writeFileSync(file, JSON.stringify(result));
  index.close();
  client.close();
}

async function run(file: string): Promise<void> {
  const captured = JSON.parse(readFileSync(file, "utf8")) as Capture;
  const times: number[] = [];
  const processorTimes: number[] = [];
  let size = 0;
  for (let i = 0; i < 15; i++) {
    const before = process.cpuUsage();
    const start = performance.now();
    const answer = await resolve(
      inputOf(captured.requirements, replaying(captured), captured.date),
    );
    times.push(performance.now() - start);
    const used = process.cpuUsage(before);
    processorTimes.push((used.user + used.system) / 1000);
    size = answer.kind === "resolution" ? answer.pins.length : 0;
  }
  const later = times.slice(1).toSorted((a, b) => a - b);
  const [cold = 0] = times;
  const [processor = 0] = processorTimes;
  console.log(
    `${size} pins: first ${cold.toFixed(1)} ms (${processor.toFixed(1)} of the processor), later ${(later[7] ?? 0).toFixed(1)} ms`,
  );
}

const [command, first = "", second = ""] = process.argv.slice(2);
await (command === "capture" ? capture(first, second) : run(first));
