// How often does running setup.py give what pypi-deps-db has for the same release? Draws small releases by
// a seed, gets them from the index that is configured for pip, runs each setup.py shut in, and prints a
// line for each difference and the share that is equal.
//
//     node bench/setup-py.ts BUCKETS --python PATH --setuptools FOLDER [--count 200] [--cache DIR]
//
// BUCKETS is a folder with sdist/XX.json files, the more the better. --setuptools is a folder that holds an
// unpacked setuptools wheel; pypi-deps-db's own was one before 58.
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { mapBounded, normalizeName, silent } from "../src/base/index.ts";
import { observeSetup, openSandbox, unpackSdist } from "../src/build/index.ts";
import {
  bestSdist,
  type BucketFiles,
  bucketFiles,
  type FileRecord,
  openLiveIndex,
  type SdistMetadata,
} from "../src/index/index.ts";
import { openClient } from "../src/project/open-client.ts";
import { readIndexSettings } from "../src/project/index-settings.ts";
import { openSession } from "../src/project/index.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: "string", default: "python3.9" },
    setuptools: { type: "string", default: "." },
    count: { type: "string", default: "200" },
    cache: { type: "string", default: join(tmpdir(), "mach-nix-bench-setup-py") },
    seed: { type: "string", default: "20230907" },
  },
});

/** Bytes: what is small. */
const SMALL = 150_000;
const KEYS = ["39", "310"];

interface Drawn {
  readonly name: string;
  readonly version: string;
  readonly expected: SdistMetadata;
}

/** All releases that have metadata under one of the Pythons, in an order that the seed alone decides. */
function draw(files: BucketFiles): readonly Drawn[] {
  const folder = join(resolve(positionals[0] ?? "."), "sdist");
  const found: (Drawn & { readonly key: string })[] = [];
  for (const name of readdirSync(folder)) {
    const text = readFileSync(join(folder, name), "utf8");
    for (const project of files.readBucket(text, { kind: "sdist", fault: () => undefined })) {
      if (project.kind !== "sdist") continue;
      const releases = project.releases.flatMap(({ version, pythons }) => {
        const own = pythons.find(([python]) => python === KEYS[0]);
        return own === undefined ? [] : [{ name: project.name, version, expected: own[1] }];
      });
      const release = releases.sort((a, b) => order(a) - order(b))[0];
      if (release !== undefined) found.push({ ...release, key: hash(release.name) });
    }
  }
  return found.sort((a, b) => (a.key < b.key ? -1 : 1));
}

function hash(text: string): string {
  return createHash("sha256").update(`${values.seed} ${text}`).digest("hex");
}

function order({ name, version }: { readonly name: string; readonly version: string }): number {
  return Number.parseInt(hash(`${name} ${version}`).slice(0, 12), 16);
}

/** The same for records that ask for the same, in one spelling. */
function canonical(files: BucketFiles, metadata: SdistMetadata): Record<string, unknown> {
  const extras = Object.create(null) as Record<string, readonly string[]>;
  for (const [key, list] of metadata.extrasRequire ?? []) extras[key] = list;
  const normal = files.setupMetadata({
    install_requires: metadata.installRequires ?? [],
    setup_requires: metadata.setupRequires ?? [],
    tests_require: metadata.testsRequire ?? [],
    extras_require: extras,
    python_requires: metadata.pythonRequires ?? [],
  });
  const once = (list: readonly string[] = []): readonly string[] => [...new Set(list)].toSorted();
  return {
    install: once(normal.installRequires),
    setup: once(normal.setupRequires),
    tests: once(normal.testsRequire),
    python: once(
      normal.pythonRequires?.flatMap((text) => text.split(",").map((one) => one.trim())),
    ),
    extras: Object.fromEntries(
      (normal.extrasRequire ?? [])
        .map(([key, list]) => [key, once(list)])
        .filter(([, list]) => list?.length !== 0),
    ),
  };
}

const files = await bucketFiles();
const session = openSession({
  env: process.env,
  cwd: process.cwd(),
  report: silent,
  options: {},
  now: Date.now,
});
const settings = readIndexSettings(session, { settings: {} });
const client = openClient(session, settings);
const cache = resolve(values.cache);
mkdirSync(join(cache, "files"), { recursive: true });
const index = openLiveIndex({
  client,
  configuration: { ...settings.configuration, findLinks: [] },
  cacheDirectory: cache,
  date: Date.now(),
  now: Date.now,
  report: silent,
  maxAge: 86_400_000,
});

async function download(file: FileRecord): Promise<string> {
  const path = join(cache, "files", file.filename);
  if (existsSync(path)) return path;
  await setTimeout(100);
  const { sha256, url } = file;
  await client.download(url, { path, ...(sha256 !== undefined && { sha256 }) });
  return path;
}

async function findFile({ name, version }: Drawn): Promise<FileRecord | undefined> {
  const record = await index.project(normalizeName(name));
  const key = files.versionKey(version);
  const i = record?.versions.findIndex((text) => files.versionKey(text) === key) ?? -1;
  const file = i < 0 ? undefined : bestSdist(record?.files(i) ?? []);
  return file?.size !== undefined && file.size <= SMALL ? file : undefined;
}

const sandbox = await openSandbox({ python: values.python });
const scratch = mkdtempSync(join(tmpdir(), "setup-py-"));

async function extract(file: FileRecord): Promise<unknown> {
  const folder = mkdtempSync(join(scratch, "run-"));
  mkdirSync(join(folder, "work"));
  try {
    const path = await download(file);
    const { filename } = file;
    const source = await unpackSdist(path, { filename, into: join(folder, "work") });
    const modules = [resolve(values.setuptools)];
    const answer = await observeSetup({ sandbox, python: values.python, folder, source, modules });
    return "setup" in answer ? canonical(files, files.setupMetadata(answer.setup)) : answer.error;
  } catch (error) {
    return String(error);
  } finally {
    await sandbox.remove(folder);
  }
}

const wanted = Number(values.count);
const drawn = draw(files);
const chosen: { readonly release: Drawn; readonly file: FileRecord }[] = [];
for (let at = 0; chosen.length < wanted && at < drawn.length; at += 20) {
  const batch = drawn.slice(at, at + 20);
  const found = await mapBounded(batch, 4, findFile);
  for (const [i, file] of found.entries()) {
    if (file !== undefined && chosen.length < wanted)
      chosen.push({ release: batch[i] as Drawn, file });
  }
}
const lines = await mapBounded(chosen, 2, async ({ release, file }) => {
  const expected = canonical(files, release.expected);
  const found = await extract(file);
  const same = JSON.stringify(expected) === JSON.stringify(found);
  return same ? "" : JSON.stringify({ file: file.filename, expected, found });
});
const different = lines.filter((line) => line !== "");
for (const line of different) console.log(line);
writeFileSync(join(cache, "differences.ndjson"), different.join("\n"));
const equal = chosen.length - different.length;
console.log(`${equal} of ${chosen.length} equal (${((100 * equal) / chosen.length).toFixed(1)} %)`);
index.close();
client.close();
await sandbox.remove(scratch);
