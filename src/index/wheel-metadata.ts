import { normalizeName, type PackageName, UserError } from "../base/index.ts";
import { decodeEntry, entryRange, locateDirectory, type ZipEntry } from "../archive/index.ts";
import type { HttpClient } from "../http/index.ts";
import { checkHash, METADATA_LIMIT } from "./check-hash.ts";
import { indexError } from "./errors.ts";
import { readCoreMetadata } from "./core-metadata.ts";
import type { FileRecord, MetadataFailure, ReleaseMetadata } from "./types.ts";

/** A server without ranges may send a wheel of this size as a whole. */
const WHOLE_LIMIT = 512 * 2 ** 20;

/** Bytes of a file from `start` to its end. */
interface Tail {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly totalSize: number;
}

/**
 * A wheel's metadata out of the wheel itself, by range requests: one for its last bytes, which
 * mostly hold the zip's directory and METADATA both, and others where they do not. A wheel that
 * cannot be read is a failure; throws UserError for network and integrity failures.
 */
export async function readWheelMetadata(
  client: HttpClient,
  file: FileRecord,
  name: PackageName,
): Promise<ReleaseMetadata | MetadataFailure> {
  const tail = await fetchTail(client, file);
  const fetchRange = (start: number, end: number): Promise<Uint8Array> =>
    fetchPart(client, file, { start, end });
  try {
    return await metadataOf(tail, { file, name, fetchRange });
  } catch (error) {
    if (error instanceof UserError && error.code.startsWith("zip-")) {
      return { failure: error.message };
    }
    throw error;
  }
}

interface Surrounding {
  readonly file: FileRecord;
  readonly name: PackageName;
  readonly fetchRange: (start: number, end: number) => Promise<Uint8Array>;
}

async function metadataOf(
  first: Tail,
  { file, name, fetchRange }: Surrounding,
): Promise<ReleaseMetadata | MetadataFailure> {
  let tail = first;
  let step = locateDirectory(tail.bytes, tail.totalSize, { file: file.filename });
  while (step.kind === "need") {
    if (step.from >= tail.start) return { failure: "its zip directory cannot be found" };
    const before = await fetchRange(step.from, tail.start);
    tail = { ...tail, bytes: Buffer.concat([before, tail.bytes]), start: step.from };
    step = locateDirectory(tail.bytes, tail.totalSize, { file: file.filename });
  }
  const entry = metadataEntry(step.entries, name);
  if (entry === undefined) return { failure: `it has no .dist-info/METADATA of ${name}` };
  const { offset, length } = entryRange(entry);
  const packed =
    offset >= tail.start
      ? tail.bytes.subarray(offset - tail.start, offset - tail.start + length)
      : await fetchRange(offset, offset + length);
  const text = decodeEntry(packed, entry, { limit: METADATA_LIMIT, file: file.filename });
  return readCoreMetadata(Buffer.from(text).toString("utf8"), name);
}

/** `<name>-<version>.dist-info/METADATA` of this project; others may be vendored deeper. */
export function metadataEntry(
  entries: readonly ZipEntry[],
  name: PackageName,
): ZipEntry | undefined {
  return entries.find((entry) => {
    const stem = /^([^/]+)\.dist-info\/METADATA$/.exec(entry.name)?.[1];
    return stem !== undefined && normalizeName(stem.slice(0, stem.lastIndexOf("-"))) === name;
  });
}

/**
 * How much of a wheel's end to ask for at first: METADATA and the directory are there, and the
 * directory grows with the number of files.
 */
export function tailLength(size: number | undefined): number {
  if (size === undefined) return 32 * 1024;
  return Math.min(size, 24 * 1024 + Math.min(size >> 6, 232 * 1024));
}

async function fetchTail(client: HttpClient, file: FileRecord): Promise<Tail> {
  const length = tailLength(file.size);
  const part =
    file.size === undefined ? { last: length } : { start: file.size - length, end: file.size };
  const { bytes, start, totalSize, whole } = await client.range(file.url, part, {
    what: `the metadata of ${file.filename}`,
    wholeLimit: WHOLE_LIMIT,
  });
  checkSize(file, totalSize);
  if (whole) checkHash(file, bytes);
  return { bytes, start, totalSize };
}

async function fetchPart(
  client: HttpClient,
  file: FileRecord,
  part: { readonly start: number; readonly end: number },
): Promise<Uint8Array> {
  const { bytes, whole } = await client.range(file.url, part, {
    what: `the metadata of ${file.filename}`,
    wholeLimit: WHOLE_LIMIT,
  });
  return whole ? bytes.subarray(part.start, part.end) : bytes;
}

function checkSize({ filename, size, url }: FileRecord, found: number): void {
  if (size === undefined || size === found) return;
  throw indexError("index-wrong-hash", `${filename} has ${found} bytes; the index says ${size}.`, {
    place: { url },
  });
}
