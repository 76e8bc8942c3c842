import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type PackageName, UserError } from "../base/index.ts";
import { observeSetup, type Sandbox, type SetupAnswer, unpackSdist } from "../build/index.ts";
import {
  type BucketFiles,
  type FileRecord,
  type PackageIndex,
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
    if ("failure" in found) return all(pythons, { failure: `ArchiveError: ${found.failure}` });
    return all(pythons, { metadata: extractor.files.coreAsSetup(found) });
  }
  const files = await reading.readSdistFiles(source);
  if (files !== undefined && !files.has("setup.py")) {
    const system = await backendOf(files.get("pyproject.toml"));
    return all(pythons, { failure: `BackendError: only a build by ${system} tells what it needs` });
  }
  return runUnderEach(release, pythons, extractor);
}

async function backendOf(pyproject: string | undefined): Promise<string> {
  const { readBuildSystem, readTomlTables } = await sdistReading();
  const tables = pyproject === undefined ? undefined : await readTomlTables(pyproject);
  const system = tables === undefined ? undefined : readBuildSystem(tables);
  return system?.backend ?? "an unknown backend";
}

async function runUnderEach(
  release: ReleaseFile,
  pythons: readonly CrawlPython[],
  extractor: Extractor,
): Promise<Extracted> {
  const { files } = extractor;
  const result: Extracted = { metadata: {}, failures: {} };
  for (const python of pythons) {
    const answer = await runUnder(release, python, extractor);
    if ("setup" in answer) result.metadata[python.key] = files.setupMetadata(answer.setup);
    else result.failures[python.key] = answer.error;
  }
  return result;
}

/** Runs setup.py in a tree of its own: it may change what it finds. */
async function runUnder(
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
    const paths = [sandbox.inside(folder), folder];
    return { error: normalizeFailure(answer.error, { version, paths }) };
  } catch (error) {
    if (!(error instanceof UserError) || !isArchives(error)) throw error;
    return { error: normalizeFailure(`ArchiveError: ${error.message}`, { version, paths: [] }) };
  } finally {
    await sandbox.remove(folder);
  }
}

const UNPACKED = 2 * 2 ** 30;

function isArchives({ code }: UserError): boolean {
  return /^(?:tar|zip|compressed)-|^build-sdist-/.test(code);
}

function all(
  pythons: readonly CrawlPython[],
  found: { readonly metadata: SdistMetadata } | { readonly failure: string },
): Extracted {
  const result: Extracted = { metadata: {}, failures: {} };
  for (const { key } of pythons) {
    if ("metadata" in found) result.metadata[key] = found.metadata;
    else result.failures[key] = found.failure;
  }
  return result;
}
