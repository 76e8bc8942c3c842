import { UserError, type UserErrorOptions } from "../base/index.ts";
import { archiveError } from "./errors.ts";
import type { ByteRange, DirectoryStep, ZipEntry, ZipLimits, ZipOptions } from "./types.ts";
import { type DirectoryPlace, findDirectory } from "./zip-end.ts";
import { readExtra } from "./zip-extra.ts";
import { checkName, checkTree } from "./zip-name.ts";

const HEADER_SIZE = 46;
const HEADER_SIGNATURE = 0x02014b50;
const LOCAL_SIZE = 30;
/** Deflate's speed hints, data descriptor, UTF-8 name (APPNOTE 4.4.4); all else is refused. */
const KNOWN_FLAGS = 0x080e;
const UTF8 = 0x0800;
const TYPE = 0o170000;
const TYPE_FILE = 0o100000;
const TYPE_FOLDER = 0o040000;

/** What a wheel may ask for; the largest real ones have 30,000 files, 5 GB and a ratio of 40. */
export const ZIP_LIMITS: ZipLimits = {
  entries: 500_000,
  directory: 128 * 2 ** 20,
  total: 64 * 2 ** 30,
  ratio: 200,
  ratioFrom: 32 * 2 ** 20,
};

/** The entry before the extent of its data is known. */
type OpenEntry = { -readonly [K in keyof ZipEntry]: ZipEntry[K] };

/**
 * Reads the directory out of a file's last bytes: either its entries, in the directory's order, or
 * the offset from which on the file's bytes are needed; then call again with those. A tail of some
 * kilobytes mostly does. Everything that needs no look at the entries themselves is checked: names,
 * duplicates, overlaps, gaps, counts, limits. Throws the errors of ARCHIVE_ERRORS.
 */
export function locateDirectory(
  tail: Uint8Array,
  totalSize: number,
  options: ZipOptions = {},
): DirectoryStep {
  return withFile(options.file, () => {
    const bytes = Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength);
    const base = totalSize - bytes.length;
    const place = findDirectory({ bytes, base });
    if (typeof place === "number") return { kind: "need", from: place };
    const limits = { ...ZIP_LIMITS, ...options.limits };
    checkPlaceLimits(place, limits);
    if (place.offset < base) return { kind: "need", from: place.offset };
    const from = place.offset - base;
    const entries = readHeaders(bytes.subarray(from, from + place.size), place.entries);
    checkTree(entries.map(({ name }) => name));
    layOut(entries, place.offset);
    checkTotal(entries, totalSize, limits);
    return { kind: "entries", entries };
  });
}

/** The part of the file that holds an entry with its local header: what `decodeEntry` takes. */
export function entryRange(entry: ZipEntry): ByteRange {
  return { offset: entry.offset, length: entry.end - entry.offset };
}

/** Runs a step; its errors get the archive's name. */
export function withFile<T>(file: string | undefined, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (file === undefined || !(error instanceof UserError)) throw error;
    const options: UserErrorOptions = { place: { file }, facts: error.facts, cause: error.cause };
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    throw new UserError(error.code, error.exit, `${file}: ${error.message}`, {
      ...options,
      ...hint,
    });
  }
}

function checkPlaceLimits(place: DirectoryPlace, limits: ZipLimits): void {
  if (place.entries > limits.entries || place.size > limits.directory) {
    throw archiveError("zip-too-large", `the zip file has ${place.entries} entries`);
  }
  if (place.entries * HEADER_SIZE > place.size) {
    throw archiveError(
      "zip-damaged",
      `the zip directory is too small for ${place.entries} entries`,
    );
  }
}

function readHeaders(directory: Buffer, count: number): OpenEntry[] {
  const entries: OpenEntry[] = [];
  let at = 0;
  while (at < directory.length) {
    const end = headerEnd(directory, at);
    entries.push(readHeader(directory.subarray(at, end)));
    at = end;
  }
  if (entries.length === count) return entries;
  throw archiveError(
    "zip-damaged",
    `the zip directory should have ${count} entries but has ${entries.length}`,
  );
}

function headerEnd(directory: Buffer, at: number): number {
  if (at + HEADER_SIZE > directory.length || directory.readUInt32LE(at) !== HEADER_SIGNATURE) {
    throw archiveError("zip-damaged", "the zip directory has something that is no entry");
  }
  const variable =
    directory.readUInt16LE(at + 28) +
    directory.readUInt16LE(at + 30) +
    directory.readUInt16LE(at + 32);
  const end = at + HEADER_SIZE + variable;
  if (end > directory.length) throw archiveError("zip-damaged", "the zip directory is cut short");
  return end;
}

function readHeader(header: Buffer): OpenEntry {
  const nameEnd = HEADER_SIZE + header.readUInt16LE(28);
  const extraEnd = nameEnd + header.readUInt16LE(30);
  const flags = header.readUInt16LE(8);
  const name = readName(header.subarray(HEADER_SIZE, nameEnd), flags);
  checkFlags(flags, name);
  const sizes = {
    size: header.readUInt32LE(24),
    compressedSize: header.readUInt32LE(20),
    offset: header.readUInt32LE(42),
  };
  readExtra(header.subarray(nameEnd, extraEnd), sizes, name);
  checkDisk(header.readUInt16LE(34), name);
  const mode = header.readUInt16LE(40);
  checkType(mode, name);
  const method = checkMethod(header.readUInt16LE(10), sizes, name);
  return { name, method, flags, crc: header.readUInt32LE(16), mode, end: 0, ...sizes };
}

function readName(bytes: Buffer, flags: number): string {
  const name = bytes.toString("utf8");
  checkName(name);
  if (name.length !== bytes.length && (flags & UTF8) === 0) {
    throw archiveError(
      "zip-unsafe-name",
      `the zip entry ${JSON.stringify(name)} does not say in which encoding its name is`,
    );
  }
  return name;
}

function checkFlags(flags: number, name: string): void {
  if ((flags & ~KNOWN_FLAGS) === 0) return;
  const what =
    (flags & 0x2041) === 0 ? `has unknown flags (0x${flags.toString(16)})` : "is encrypted";
  throw archiveError("zip-unsupported", `the zip entry ${name} ${what}`);
}

function checkDisk(disk: number, name: string): void {
  if (disk === 0) return;
  throw archiveError("zip-unsupported", `the zip entry ${name} is said to be on another disk`);
}

function checkType(mode: number, name: string): void {
  const type = mode & TYPE;
  const folder = name.endsWith("/");
  if (type === 0 || type === (folder ? TYPE_FOLDER : TYPE_FILE)) return;
  if (type === TYPE_FILE || type === TYPE_FOLDER) {
    throw archiveError(
      "zip-mismatch",
      `the zip entry ${name} is a file by one sign, a folder by another`,
    );
  }
  const what = type === 0o120000 ? "a symbolic link" : "a special file";
  throw archiveError("zip-unsupported", `the zip entry ${name} is ${what}`);
}

function checkMethod(method: number, { size, compressedSize }: SizePair, name: string): 0 | 8 {
  if (method !== 0 && method !== 8) {
    throw archiveError(
      "zip-unsupported",
      `the zip entry ${name} uses compression method ${method}`,
    );
  }
  const stored = method === 0 && size !== compressedSize;
  if (stored || (name.endsWith("/") && size !== 0)) {
    throw archiveError("zip-damaged", `the zip entry ${name} has an impossible size`);
  }
  return method;
}

interface SizePair {
  readonly size: number;
  readonly compressedSize: number;
}

/** The entries must fill the file from its first byte to the directory, without gap or overlap. */
function layOut(entries: readonly OpenEntry[], directoryOffset: number): void {
  const byOffset = [...entries].sort((a, b) => a.offset - b.offset);
  const first = byOffset[0]?.offset ?? directoryOffset;
  if (first !== 0) {
    throw archiveError("zip-damaged", "bytes that no entry owns come before the first entry");
  }
  byOffset.forEach((entry, i) => {
    entry.end = byOffset[i + 1]?.offset ?? directoryOffset;
    const least = LOCAL_SIZE + Buffer.byteLength(entry.name) + entry.compressedSize;
    if (entry.end - entry.offset >= least) return;
    throw archiveError("zip-damaged", `the zip entry ${entry.name} overlaps what follows it`);
  });
}

function checkTotal(entries: readonly ZipEntry[], fileSize: number, limits: ZipLimits): void {
  let total = 0;
  for (const { size } of entries) total += size;
  const bomb = total > limits.ratioFrom && total > fileSize * limits.ratio;
  if (total <= limits.total && !bomb) return;
  throw archiveError(
    "zip-too-large",
    `the zip file of ${fileSize} bytes claims to unpack to ${total} bytes`,
  );
}
