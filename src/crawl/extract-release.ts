import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { type PackageName, UserError } from "../base/index.ts";
import { observeSetup, type Sandbox, type SetupAnswer, unpackSdist } from "../build/index.ts";
import {
  type BucketFiles,
  type FileRecord,
  type MetadataBuilder,
  type PackageIndex,
  type SdistFiles,
  type SdistMetadata,
  sdistReading,
} from "../index/index.ts";
import { normalizeFailure } from "./normalize-failure.ts";
import type { Setuptools } from "./setuptools.ts";
import type { CrawlPython } from "./types.ts";

/** What is needed to find out what a release needs. */
export interface Extractor {
  readonly files: BucketFiles;
  readonly index: PackageIndex;
  readonly setuptools: Setuptools;
  readonly sandbox: () => Promise<Sandbox>;
  readonly setupSeconds: number;
  /** Builds what only a build tells. */
  readonly build: MetadataBuilder | undefined;
  /** A folder of this extraction's own, made when it is needed, and removed. */
  readonly folder: string;
}

export interface ReleaseFile {
  readonly name: PackageName;
  readonly version: string;
  readonly file: FileRecord;
  /** On this machine, verified. */
  readonly path: string;
}

/** Metadata, or why there is none, by Python. */
export interface Extracted {
  readonly metadata: Record<string, SdistMetadata>;
  readonly failures: Record<string, string>;
}

/**
 * What a source distribution needs under each of some Pythons: as its files say for all of them, else
 * as its setup.py says when it is run under each, shut in. Throws the errors of the sandbox and of the
 * network; all else is a reason for failure.
 */
export async function extractRelease(
  release: ReleaseFile,
  pythons: readonly CrawlPython[],
  extractor: Extractor,
): Promise<Extracted> {
  const { name, file, path } = release;
  const reading = await sdistReading();
  const source = { filename: file.filename, content: path };
  const found = await reading.readStaticSdistMetadata({ ...source, name });
  if (found !== "needs-build") {
    const same: Found =
      "failure" in found
        ? {
            failure: normalizeFailure(`ArchiveError: ${found.failure}`, {
              version: release.version,
              paths: [],
            }),
          }
        : { metadata: extractor.files.coreAsSetup(found) };
    return each(pythons, () => same);
  }
  const files = await reading.readSdistFiles(source);
  const decider = await deciderOf(files);
  return each(pythons, (python) => {
    const reason = `BackendError: only a build by ${decider} tells what it needs`;
    return decider === undefined
      ? runUnder(release, python, extractor)
      : built(release, python, { extractor, reason });
  });
}

/** What decides in place of `setup()`'s arguments; undefined where these do. */
async function deciderOf(files: SdistFiles | undefined): Promise<string | undefined> {
  if (files === undefined) return undefined;
  const setup = files.get("setup.py");
  if (setup !== undefined) return REPLACING.exec(setup)?.[1];
  const pyproject = files.get("pyproject.toml");
  const { readBuildSystem, readTomlTables } = await sdistReading();
  const tables = pyproject === undefined ? undefined : await readTomlTables(pyproject);
  const system = tables === undefined ? undefined : readBuildSystem(tables);
  return system?.backend ?? "an unknown backend";
}

/** Plugins of setuptools that bring the dependencies from elsewhere: `setup(pbr=True)`. */
const REPLACING =
  /\b(pbr|d2to1|setupmeta)\s*=\s*True\b|setup_requires\s*=\s*\[?\s*["'](setupmeta)\b/;

type Found = { readonly metadata: SdistMetadata } | { readonly failure: string };

/** What a build prepares; the reason given, where there is none. */
async function built(
  { name, version, file, path }: ReleaseFile,
  { release: python }: CrawlPython,
  { extractor, reason }: { readonly extractor: Extractor; readonly reason: string },
): Promise<Found> {
  const { build, files } = extractor;
  if (build === undefined) return { failure: reason };
  const found = await build({ name, version, file, path, python });
  if (!("failure" in found)) return { metadata: files.coreAsSetup(found) };
  return { failure: normalizeFailure(`BuildError: ${found.failure}`, { version, paths: [] }) };
}

/** Runs setup.py; where that fails, a build may do. */
async function runUnder(
  release: ReleaseFile,
  python: CrawlPython,
  extractor: Extractor,
): Promise<Found> {
  const answer = await observed(release, python, extractor);
  if ("setup" in answer) return { metadata: extractor.files.setupMetadata(answer.setup) };
  const failed = { failure: answer.error };
  if (extractor.build === undefined) return failed;
  const found = await built(release, python, { extractor, reason: answer.error });
  return "failure" in found ? failed : found;
}

/** Runs setup.py in a tree of its own: it may change what it finds. */
async function observed(
  { version, file, path }: ReleaseFile,
  python: CrawlPython,
  { folder, sandbox: open, setuptools, index, setupSeconds }: Extractor,
): Promise<SetupAnswer | { readonly error: string }> {
  const modules = [await setuptools.for(python, index)];
  const sandbox = await open();
  const into = join(folder, "work");
  mkdirSync(into, { recursive: true });
  try {
    const { filename } = file;
    const source = await unpackSdist(path, { filename, into, limit: UNPACKED });
    const limits = { seconds: setupSeconds };
    const job = { sandbox, python: python.path, folder, source, modules, limits };
    const answer = await observeSetup(job);
    if ("setup" in answer) return answer;
    const paths = [...modules, folder, installationOf(python.path)];
    const surroundings = { version, paths, source: sandbox.inside(folder) };
    return { error: normalizeFailure(answer.error, surroundings) };
  } catch (error) {
    if (!(error instanceof UserError) || !isArchives(error)) throw error;
    return { error: normalizeFailure(`ArchiveError: ${error.message}`, { version, paths: [] }) };
  } finally {
    await sandbox.remove(folder);
  }
}

const UNPACKED = 2 * 2 ** 30;

/** Above its `bin`. */
function installationOf(python: string): string {
  return dirname(dirname(python));
}

function isArchives({ code }: UserError): boolean {
  return /^(?:tar|zip|compressed)-|^build-sdist-/.test(code);
}

async function each(
  pythons: readonly CrawlPython[],
  find: (python: CrawlPython) => Found | Promise<Found>,
): Promise<Extracted> {
  const result: Extracted = { metadata: {}, failures: {} };
  for (const python of pythons) {
    const found = await find(python);
    if ("metadata" in found) result.metadata[python.key] = found.metadata;
    else result.failures[python.key] = found.failure;
  }
  return result;
}
