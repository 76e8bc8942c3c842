// What the benchmarks of setup.py share: releases are drawn by a seed, their source distributions had from the
// index that is configured for pip, and each setup.py is run shut in.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { mapBounded, normalizeName, silent } from "../src/base/index.ts";
import {
  observeSetup,
  openSandbox,
  type Sandbox,
  type SetupAnswer,
  unpackSdist,
} from "../src/build/index.ts";
import {
  bestSdist,
  type BucketFiles,
  bucketFiles,
  type FileRecord,
  openLiveIndex,
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
/** pypi-deps-db's name of the Python that setup.py is run under. */
const KEY = "39";

export const files: BucketFiles = await bucketFiles();
export const cache: string = resolve(values.cache);

/** A release, and what pypi-deps-db has of it. */
export interface Drawn<T> {
  readonly name: string;
  readonly version: string;
  readonly expected: T;
}

interface Bucket<T> {
  readonly kind: string;
  readonly name: string;
  readonly releases: readonly { version: string; pythons: readonly (readonly [string, T])[] }[];
}

/** A release of each project, in an order that the seed alone decides, from a folder of buckets. */
export function draw<T>(
  kind: "sdist" | "sdist-errors",
  isWanted: (expected: T) => boolean,
): readonly Drawn<T>[] {
  const folder = join(resolve(positionals[0] ?? "."), kind);
  const found: (Drawn<T> & { readonly key: string })[] = [];
  for (const file of readdirSync(folder)) {
    const text = readFileSync(join(folder, file), "utf8");
    for (const project of files.readBucket(text, { kind, fault: () => undefined })) {
      const { name, releases } = project as unknown as Bucket<T>;
      const drawn = releases.flatMap(({ version, pythons }) => {
        const own = pythons.find(([python]) => python === KEY);
        return own === undefined || !isWanted(own[1]) ? [] : [{ name, version, expected: own[1] }];
      });
      const release = drawn.sort((a, b) => order(a) - order(b))[0];
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

const session = openSession({
  env: process.env,
  cwd: process.cwd(),
  report: silent,
  options: {},
  now: Date.now,
});
const settings = readIndexSettings(session, { settings: {} });
const client = openClient(session, settings);
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

async function findFile({ name, version }: Drawn<unknown>): Promise<FileRecord | undefined> {
  const record = await index.project(normalizeName(name));
  const key = files.versionKey(version);
  const i = record?.versions.findIndex((text) => files.versionKey(text) === key) ?? -1;
  const file = i < 0 ? undefined : bestSdist(record?.files(i) ?? []);
  return file?.size !== undefined && file.size <= SMALL ? file : undefined;
}

const sandbox: Sandbox = await openSandbox({ python: values.python });
const scratch = mkdtempSync(join(tmpdir(), "setup-py-"));

/** What running a release's setup.py gives, and the places that its texts may name. */
export interface Ran {
  readonly answer: SetupAnswer;
  readonly paths: readonly string[];
  /** The folder above its source. */
  readonly source: string;
}

/** Runs a release's setup.py shut in. Throws what fails besides. */
export async function run(file: FileRecord): Promise<Ran> {
  const folder = mkdtempSync(join(scratch, "run-"));
  mkdirSync(join(folder, "work"));
  try {
    const path = await download(file);
    const { filename } = file;
    const root = await unpackSdist(path, { filename, into: join(folder, "work") });
    const modules = [resolve(values.setuptools)];
    const { python } = values;
    const answer = await observeSetup({ sandbox, python, folder, source: root, modules });
    const paths = [...modules, folder, dirname(dirname(values.python))];
    return { answer, paths, source: sandbox.inside(folder) };
  } finally {
    await sandbox.remove(folder);
  }
}

/** Of the releases drawn, as many as are wanted whose source distribution is there and small. */
export async function choose<T>(
  drawn: readonly Drawn<T>[],
): Promise<readonly { readonly release: Drawn<T>; readonly file: FileRecord }[]> {
  const wanted = Number(values.count);
  const chosen: { readonly release: Drawn<T>; readonly file: FileRecord }[] = [];
  for (let at = 0; chosen.length < wanted && at < drawn.length; at += 20) {
    const batch = drawn.slice(at, at + 20);
    const found = await mapBounded(batch, 4, findFile);
    for (const [i, file] of found.entries()) {
      if (file !== undefined && chosen.length < wanted)
        chosen.push({ release: batch[i] as Drawn<T>, file });
    }
  }
  return chosen;
}

/** Ends what was opened. */
export async function close(): Promise<void> {
  index.close();
  client.close();
  await sandbox.remove(scratch);
}
