import { hash } from "node:crypto";
import { posix } from "node:path";
import {
  type ByteSource,
  readZipDirectory,
  readZipEntry,
  type ZipEntry,
} from "../archive/index.ts";
import { compactJson, UserError } from "../base/index.ts";
import type { FilledFile, Store, StorePath } from "../store/index.ts";
import { checkIdentity, findDistInfo, type Identity } from "./dist-info.ts";
import { parseEntryPoints } from "./entry-points.ts";
import { buildError } from "./errors.ts";
import { openSource } from "./file-source.ts";
import { INFO_FOLDER, type InstalledInfo, installedInfo } from "./installed-info.ts";
import { findNamespaces } from "./namespaces.ts";
import { findRealFolders } from "./real-folders.ts";
import { checkRecordFiles, parseRecord, type RecordLines } from "./record.ts";
import type { EntryPoint, WheelJob, WheelObject } from "./types.ts";
import { type Destination, layOut, type Part } from "./wheel-layout.ts";
import { wheelKey } from "./wheel-key.ts";
import { WHEEL_JSON } from "./wheel-object.ts";
import { type Into, noNotes, type Notes, writeLarge, writeSmall } from "./write-entry.ts";
import { startFilling, writeNew } from "./write-file.ts";

const MAX_TEXT = 64 * 2 ** 20;
/** Bytes of a file that is not held in memory as a whole. */
const LARGE = 2 * 2 ** 20;

/** A wheel whose directory and `.dist-info` were read and found good; nothing is written yet. */
interface OpenWheel {
  readonly source: ByteSource;
  readonly filename: string;
  readonly files: readonly ZipEntry[];
  readonly destinations: ReadonlyMap<string, Destination>;
  readonly distInfo: string;
  readonly identity: Identity;
  readonly record: RecordLines;
  readonly entryPoints: readonly EntryPoint[];
}

/**
 * Unpacks a wheel into the store, unless it is there: `site/`, `scripts/`, `prefix/`, `headers/`, what
 * its `.dist-info` has in an environment in `info/`, and `wheel.json`. Checked before anything becomes an object: the archive, that the wheel is what its
 * file name says, and every file against RECORD. Throws BUILD_ERRORS, ARCHIVE_ERRORS and the store's.
 */
export function unpackWheel(job: WheelJob, store: Pick<Store, "add">): Promise<StorePath> {
  return store.add(wheelKey(job), (folder) => fillFromWheel(job, folder));
}

async function fillFromWheel(job: WheelJob, folder: string): Promise<FilledFile[]> {
  const source = openSource(job.path);
  try {
    const wheel = openWheel(source, job.filename);
    return await writeWheel(wheel, folder);
  } catch (error) {
    throw error instanceof UserError ? named(error, job.filename) : error;
  } finally {
    source.close();
  }
}

/** The error with the wheel's name in front and as its place. */
function named(error: UserError, filename: string): UserError {
  const hint = error.hint === undefined ? {} : { hint: error.hint };
  const { facts, cause } = error;
  const message = error.message.includes(filename)
    ? error.message
    : `${filename}: ${error.message}`;
  return new UserError(error.code, error.exit, message, {
    ...hint,
    facts,
    cause,
    place: { ...error.place, file: filename },
  });
}

function openWheel(source: ByteSource, filename: string): OpenWheel {
  const entries = readZipDirectory(source);
  for (const folder of entries.filter(isFolder)) readZipEntry(source, folder);
  const files = entries.filter((entry) => !isFolder(entry)).sort((a, b) => a.offset - b.offset);
  const names = files.map(({ name }) => name);
  const distInfo = findDistInfo(names);
  const read = (name: string): string | undefined => readText(source, files, `${distInfo}/${name}`);
  const texts = { distInfo, wheel: required(read, "WHEEL"), metadata: required(read, "METADATA") };
  const identity = checkIdentity(filename, texts);
  const record = parseRecord(required(read, "RECORD"), { distInfo });
  checkRecordFiles(names, record, { distInfo });
  const entryPoints = parseEntryPoints(read("entry_points.txt") ?? "");
  const destinations = layOut(names);
  return { source, filename, files, destinations, distInfo, identity, record, entryPoints };
}

function isFolder(entry: ZipEntry): boolean {
  return entry.name.endsWith("/");
}

function readText(
  source: ByteSource,
  files: readonly ZipEntry[],
  name: string,
): string | undefined {
  const entry = files.find((file) => file.name === name);
  if (entry === undefined) return undefined;
  const data = readZipEntry(source, entry, { limit: MAX_TEXT });
  return new TextDecoder().decode(data);
}

function required(read: (name: string) => string | undefined, name: string): string {
  const text = read(name);
  if (text !== undefined) return text;
  throw buildError("wheel-metadata", `the wheel has no ${name} in its .dist-info folder`);
}

async function writeWheel(wheel: OpenWheel, folder: string): Promise<FilledFile[]> {
  const filling = startFilling(folder);
  const notes = noNotes();
  for (const entry of wheel.files) {
    const to = wheel.destinations.get(entry.name) as Destination;
    const file = { entry, to, line: wheel.record.get(entry.name) };
    // Waiting for each of thousands of small files would cost more than writing them.
    if (entry.size > LARGE) await writeLarge(wheel.source, file, { filling, notes });
    else writeSmall(wheel.source, file, { filling, notes });
  }
  const site = pathsOf(wheel, "site");
  const top = topEntries(site).filter((name) => name !== `${wheel.distInfo}/`);
  const info = installedInfo({ ...wheel, recorded: wheel.record.keys(), site, top });
  const into = { filling, notes };
  for (const [name, text] of info.texts) writeText(`${INFO_FOLDER}/${name}`, text, into);
  writeText(WHEEL_JSON, compactJson(describe(wheel, notes, { site, top, info })), into);
  return notes.filled;
}

function writeText(path: string, text: string, { filling, notes }: Into): void {
  const data = Buffer.from(text);
  const file = { path, executable: false };
  writeNew(filling, file, data);
  notes.filled.push({
    ...file,
    sha256: hash("sha256", data, "hex"),
    size: data.length,
    finished: true,
  });
}

function pathsOf({ destinations }: OpenWheel, part: Part): string[] {
  return [...destinations.values()].filter((to) => to.part === part).map(({ path }) => path);
}

interface Placed {
  /** Files in `site/`. */
  readonly site: readonly string[];
  readonly top: readonly string[];
  readonly info: InstalledInfo;
}

function describe(wheel: OpenWheel, notes: Notes, { site, top, info }: Placed): WheelObject {
  const { distInfo } = wheel;
  const namespaces = findNamespaces(site, { sharedInits: notes.sharedInits, distInfo });
  return {
    ...wheel.identity,
    distInfo,
    info: info.info,
    prepared: info.prepared,
    top,
    realFolders: findRealFolders(notes.libraries, {
      folders: new Set(site.flatMap(parents)),
      namespaces: new Set(namespaces),
    }),
    namespaces,
    prefixFiles: pathsOf(wheel, "prefix").sort(),
    headers: pathsOf(wheel, "headers").sort(),
    scripts: notes.scripts.sort((a, b) => (a.name < b.name ? -1 : 1)),
    sourceBytes: sourceBytes(wheel),
    entryPoints: wheel.entryPoints,
  };
}

function sourceBytes({ files, destinations }: OpenWheel): number {
  return files
    .filter(({ name }) => name.endsWith(".py") && destinations.get(name)?.part === "site")
    .reduce((sum, { size }) => sum + size, 0);
}

function topEntries(paths: readonly string[]): string[] {
  const tops = paths.map((path) =>
    path.includes("/") ? path.slice(0, path.indexOf("/") + 1) : path,
  );
  return [...new Set(tops)].sort();
}

function parents(path: string): string[] {
  const found: string[] = [];
  for (let at = posix.dirname(path); at !== "."; at = posix.dirname(at)) found.push(at);
  return found;
}
