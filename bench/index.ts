// `node bench/index.ts DATA`: the index file against the data it is made of. DATA is a folder with a
// pypi-deps-db archive (pypi-deps-db-*.tar.zst) and perhaps sdist-errors.tar.zst, whole or in part.
// Prints import time, peak memory and size; compares every record with the JSON; times look-ups and
// resolutions as whole processes with the network cut, beside the original's figures and uv's.
import { spawn } from "node:child_process";
import { globSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { figures, line, resolution, showing } from "./index-jobs.ts";
import { measure, NODE, OURS, ROOT, scratch, uv } from "./tools.ts";

const RUNS = 7;

/** Measured for the original on this data, on a machine with two cores: seconds, MB. */
const ORIGINAL: Readonly<Record<string, readonly [number, number]>> = {
  jupyterlab: [9.6, 1200],
  "flask sqlalchemy celery redis gunicorn": [5.3, 413],
  requests: [0.5, 124],
};

/** The reader of the comparison: it shares no code with the importer. */
function plain(folder: string, bucket: Readonly<Record<string, unknown>>): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, project] of Object.entries(bucket)) {
    const flat = folder === "wheel" ? plainWheels(project) : plainVersions(project);
    found.set(name, JSON.stringify(sorted(flat)));
  }
  return found;
}

type Table = Record<string, unknown>;

function plainVersions(project: unknown): Table {
  const versions = project as Table;
  const result = Object.create(null) as Table;
  for (const [version, own] of Object.entries(versions)) {
    const pythons = (typeof own === "string" ? versions[own] : own) as Table;
    const records = Object.create(null) as Table;
    for (const [python, value] of Object.entries(pythons)) {
      records[python] = typeof value === "string" ? (pythons[value] ?? value) : value;
    }
    result[version] = records;
  }
  return result;
}

function plainWheels(project: unknown): Table {
  const result = Object.create(null) as Table;
  for (const [tag, value] of Object.entries(project as Table)) {
    const versions = value as Table;
    for (const [version, files] of Object.entries(versions)) {
      for (const [file, own] of Object.entries(files as Table)) {
        const [of = "", ...rest] = typeof own === "string" ? own.split("@") : [];
        const record = typeof own === "string" ? (versions[of] as Table)[rest.join("@")] : own;
        result[JSON.stringify([tag, version, file])] = record;
      }
    }
  }
  return result;
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, sorted(item)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Compares every record of the data with the export of the index made of it. */
function compareAll(checkout: string, exported: string): void {
  let projects = 0;
  let different = 0;
  for (const folder of ["sdist", "wheel", "sdist-errors"]) {
    for (const path of globSync(`${folder}/*.json`, { cwd: checkout })) {
      const theirs = plain(folder, JSON.parse(readFileSync(join(checkout, path), "utf8")) as Table);
      const ours = plain(folder, JSON.parse(readFileSync(join(exported, path), "utf8")) as Table);
      for (const [name, text] of theirs) if (ours.get(name) !== text) different++;
      if (ours.size !== theirs.size) different++;
      projects += theirs.size;
    }
  }
  line("records compared with the JSON", `${projects} entries, ${different} different`);
  if (different > 0) process.exitCode = 1;
}

async function unpack(archives: readonly string[], folder: string): Promise<void> {
  for (const archive of archives) {
    await new Promise<void>((done, fail) => {
      const tar = spawn("sh", [
        "-c",
        'zstd -dc --long=27 "$0" | tar xf - -C "$1"',
        archive,
        folder,
      ]);
      tar.on("close", (code) => (code === 0 ? done() : fail(new Error(`tar ended with ${code}`))));
    });
  }
}

async function main(data: string): Promise<void> {
  const [archive, ...others] = [
    ...globSync("pypi-deps-db*.tar.zst", { cwd: data }),
    ...globSync("sdist-errors*.tar.zst", { cwd: data }),
  ].map((name) => join(data, name));
  if (archive === undefined) throw new Error(`${data} has no pypi-deps-db archive`);
  const folder = scratch("index");
  const file = join(folder, "pypi.index");
  const env = { MACH_NIX_HOME: join(folder, "home") };
  const withOthers = others.flatMap((path) => ["--with", path]);
  const only = measure([{ argv: [...OURS, "index", "import", archive, "-o", file], env }]);
  line("import without failures", `${figures(only)}, ${statSync(file).size} bytes`);
  const all = measure([
    { argv: [...OURS, "index", "import", archive, ...withOthers, "-o", file], env },
  ]);
  line("import with failures", `${figures(all)}, ${statSync(file).size} bytes`);
  line("verify", figures(measure([{ argv: [...OURS, "index", "verify", file], env }])));
  const exported = join(folder, "exported");
  line(
    "export",
    figures(measure([{ argv: [...OURS, "index", "export", file, "-o", exported], env }])),
  );
  await unpack([archive, ...others], folder);
  compareAll(folder, exported);
  const again = join(folder, "again.index");
  measure([{ argv: [...OURS, "index", "import", exported, "-o", again], env }]);
  line(
    "import of the export",
    readFileSync(again).equals(readFileSync(file)) ? "the same bytes" : "OTHER BYTES",
  );
  line("index show numpy", showing(file, env));
  for (const [packages, [seconds, megabytes]] of Object.entries(ORIGINAL)) {
    const time = resolution(packages.split(" "), { file, env });
    line(packages, `${time}   (the original: ${seconds} s, ${megabytes} MB)`);
    line("  read of the index file", bytesRead(packages.split(" "), file));
    compareUv(packages.split(" "), folder);
  }
  rmSync(folder, { recursive: true });
}

/** How much of the index file a resolution reads, by counting. */
function bytesRead(names: readonly string[], file: string): string {
  const script = join(ROOT, "bench", "count-reads.ts");
  const [run] = measure([{ argv: [NODE, script, file, ...names] }]);
  return `${run?.output.trim()} of ${statSync(file).size} bytes`;
}

/** What uv takes for the same names from its own cache and the live index; today's releases. */
function compareUv(names: readonly string[], folder: string): void {
  const cache = join(folder, "uv-cache");
  const job = {
    argv: [
      "sh",
      "-c",
      'printf "%s\\n" $1 | "$0" pip compile -q --python-version 3.9 -',
      uv(),
      names.join(" "),
    ],
    env: { UV_CACHE_DIR: cache },
  };
  try {
    line("  uv, nothing cached", figures(measure([job])));
    line("  uv, cached", figures(measure(Array.from({ length: RUNS }, () => job))));
  } catch (error) {
    line("  uv", `not measured: ${(error as Error).message.split("\n")[0]}`);
  }
}

const [data] = process.argv.slice(2);
if (data === undefined) throw new Error("usage: node bench/index.ts DATA");
await main(data);
