import { hash } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { compactJson, type Json, UserError } from "../base/index.ts";
import type { FilledFile, Store, StorePath } from "../store/index.ts";
import { readCondaArchive } from "./conda-archive.ts";
import { type CondaPath, readEntryPoints, readIndex, readNoarch, readPaths } from "./conda-info.ts";
import { condaFilename, condaKey } from "./conda-key.ts";
import { layOutConda } from "./conda-layout.ts";
import { CONDA_FILES, CONDA_JSON, CONDA_PATHS, type CondaObject } from "./conda-object.ts";
import { CondaWriter, type Written } from "./conda-writer.ts";
import { uncompiledBytes } from "./compiled-sources.ts";
import { buildError } from "./errors.ts";
import { openSource } from "./file-source.ts";
import type { WheelJob } from "./types.ts";
import { startFilling, writeNew } from "./write-file.ts";

/**
 * Unpacks a conda package (`.conda` or `.tar.bz2`) into the store, unless it is there: its files as they
 * are, prefixes in them untouched, and `conda.json`. Checked before anything becomes an object: the
 * archive, that the package is what its file name says, and every file against `info/paths.json`.
 * Throws BUILD_ERRORS, ARCHIVE_ERRORS and the store's.
 */
export function unpackCondaPackage(job: WheelJob, store: Pick<Store, "add">): Promise<StorePath> {
  return store.add(condaKey(job), (folder) => fillFromPackage(job, folder));
}

async function fillFromPackage(job: WheelJob, folder: string): Promise<FilledFile[]> {
  const filename = condaFilename(job.filename);
  const source = openSource(job.path);
  try {
    const writer = new CondaWriter(folder);
    await readCondaArchive(source, filename, writer);
    writer.finish();
    const index = readIndex(writer.info, filename);
    const listed = readPaths(writer.info);
    checkPaths(listed, writer.files);
    const paths = listed.filter(({ path }) => writer.files.get(path)?.kind !== "stale");
    removeUnlisted(paths, { writer, folder });
    makeFolders(paths, folder);
    const noarch = readNoarch(writer.info, index);
    const object: CondaObject = {
      name: index.name,
      version: index.version,
      build: index.build,
      ...(noarch !== undefined && { noarch }),
      index,
      ...layOutConda(paths, writer.files),
      entryPoints: noarch === "python" ? readEntryPoints(writer.info) : [],
      sourceBytes: uncompiledBytes(writer.files, noarch === "python"),
    };
    const texts = [
      [CONDA_JSON, compactJson(object as unknown as Json)],
      [CONDA_PATHS, compactJson(recordedPaths(paths, writer.files))],
    ] as const;
    return [...writer.filled(), ...texts.map(([path, text]) => writeText(folder, path, text))];
  } catch (error) {
    throw error instanceof UserError ? named(error, filename) : error;
  } finally {
    source.close();
  }
}

/** The error with the package's name in front and as its place. */
function named(error: UserError, filename: string): UserError {
  const { code, exit, facts, cause, hint, place } = error;
  const message = error.message.includes(filename)
    ? error.message
    : `${filename}: ${error.message}`;
  return new UserError(code, exit, message, {
    ...(hint !== undefined && { hint }),
    facts,
    cause,
    place: { ...place, file: filename },
  });
}

function mismatch(what: string, path: string): Error {
  return buildError("conda-mismatch", `${path} ${what}`, { facts: { entry: path } });
}

/** Each file must be there once, of the size and the hash that the package itself gives. */
function checkPaths(paths: readonly CondaPath[], files: ReadonlyMap<string, Written>): void {
  const seen = new Set<string>();
  for (const { path, kind, sha256, size } of paths) {
    if (seen.has(path)) throw mismatch("is listed twice", path);
    seen.add(path);
    const file = files.get(path);
    if (kind === "directory") checkFolder(path, file);
    else if (file === undefined) throw mismatch("is listed and is not in the package", path);
    else if (kind === "hardlink" && file.kind !== "link") {
      if (size !== undefined && size !== file.size)
        throw mismatch(`has ${file.size} bytes, and ${size} are stated`, path);
      if (sha256 !== undefined && sha256 !== file.sha256)
        throw mismatch(`has the sha256 ${file.sha256}, and ${sha256} is stated`, path);
    }
  }
}

const FOLDER = /^(?!\/)(?:(?!\.{1,2}(?:\/|$))[^/\\]+(?:\/|$))+$/;

function checkFolder(path: string, file: Written | undefined): void {
  // eslint-disable-next-line no-control-regex
  const isSafe = FOLDER.test(path) && !/[\u0000-\u001f\u007f]/.test(path);
  if (file === undefined && isSafe) return;
  throw mismatch("is listed as a folder and cannot be one", path);
}

/** What the package does not list, no installer would install. */
function removeUnlisted(
  paths: readonly CondaPath[],
  { writer, folder }: { readonly writer: CondaWriter; readonly folder: string },
): void {
  const listed = new Set(paths.map(({ path }) => path));
  for (const path of writer.files.keys()) {
    if (listed.has(path)) continue;
    rmSync(`${folder}/${CONDA_FILES}/${path}`, { force: true });
    writer.files.delete(path);
  }
}

function makeFolders(paths: readonly CondaPath[], folder: string): void {
  for (const { path, kind } of paths)
    if (kind === "directory") mkdirSync(`${folder}/${CONDA_FILES}/${path}`, { recursive: true });
}

/** What `conda-meta` says of the files, but for what depends on the environment. */
function recordedPaths(
  paths: readonly CondaPath[],
  files: ReadonlyMap<string, Written>,
): Record<string, Json> {
  const sorted = [...paths].sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    files: sorted.filter(({ kind }) => kind !== "directory").map(({ path }) => path),
    paths_data: {
      paths_version: 1,
      paths: sorted.map(({ path, kind, noLink, prefix, sha256, size }) => ({
        _path: path,
        path_type: files.get(path)?.kind === "link" ? "softlink" : kind,
        ...(noLink && { no_link: true }),
        ...(prefix && { file_mode: prefix.mode, prefix_placeholder: prefix.placeholder }),
        ...(sha256 !== undefined && { sha256, ...inPrefix(files.get(path)) }),
        ...(size !== undefined && { size_in_bytes: size }),
      })),
    },
  };
}

function inPrefix(file: Written | undefined): Record<string, Json> {
  return file?.storedSha256 === undefined ? {} : { sha256_in_prefix: file.storedSha256 };
}

function writeText(folder: string, path: string, text: string): FilledFile {
  const data = Buffer.from(text);
  const file = { path, executable: false };
  writeNew(startFilling(folder), file, data);
  return { ...file, sha256: hash("sha256", data, "hex"), size: data.length, finished: true };
}
