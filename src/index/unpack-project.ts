import { crc32 } from "node:zlib";
import type { Sha256 } from "../base/index.ts";
import {
  FLAG_MISSING,
  FLAG_UNDATED,
  HEAD_FIXED,
  MAGIC,
  type PackFacts,
  readFetchedAt,
  ROW_SIZE,
  START_SIZE,
} from "./pack-format.ts";
import type { FileRecord } from "./types.ts";

/** The head of a kept answer, checked; files are read when asked for. */
export interface PackHead {
  readonly fetchedAt: number;
  /** The head's checksum, by which listings are told apart. */
  readonly crc: number;
  readonly missing: boolean;
  readonly undated: boolean;
  /** Newest upload time of any file, 0 where none is known. */
  readonly newest: number;
  readonly facts: PackFacts;
  /** Newest first. */
  readonly versions: readonly string[];
  readonly rows: Buffer;
  /** Where the files' blocks begin, and where the metadata records do. */
  readonly filesAt: number;
  readonly recordsAt: number;
}

/** How many bytes start and head take together, or undefined where the start is not one. */
export function headSize(start: Buffer): number | undefined {
  if (start.length < START_SIZE || !start.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const length = START_SIZE + start.readUInt32LE(20);
  return length > 64 * 2 ** 20 ? undefined : length;
}

/** Reads start and head out of a file's first bytes; undefined where they are damaged. */
export function unpackHead(bytes: Buffer): PackHead | undefined {
  const size = headSize(bytes);
  if (size === undefined || bytes.length < size || size < START_SIZE + HEAD_FIXED) return undefined;
  const head = bytes.subarray(START_SIZE, size);
  if (crc32(head, crc32(bytes.subarray(20, 28))) !== bytes.readUInt32LE(28)) return undefined;
  const count = head.readUInt32LE(4);
  const textAt = HEAD_FIXED + count * ROW_SIZE;
  if (textAt + head.readUInt32LE(0) !== head.length) return undefined;
  const [facts, ...versions] = head.toString("utf8", textAt).split("\n") as [string, ...string[]];
  const flags = head.readUInt32LE(8);
  return {
    fetchedAt: readFetchedAt(bytes),
    crc: bytes.readUInt32LE(28),
    missing: (flags & FLAG_MISSING) !== 0,
    undated: (flags & FLAG_UNDATED) !== 0,
    newest: head.readDoubleLE(16),
    facts: JSON.parse(facts) as PackFacts,
    versions,
    rows: head.subarray(HEAD_FIXED, textAt),
    filesAt: size,
    recordsAt: size + bytes.readUInt32LE(24),
  };
}

/** Where in the file the block of version `i` is, and its CRC. */
export function blockPlace(
  { rows, filesAt }: PackHead,
  i: number,
): { readonly at: number; readonly length: number; readonly crc: number } {
  const from = i === 0 ? 0 : rows.readUInt32LE((i - 1) * ROW_SIZE);
  const end = rows.readUInt32LE(i * ROW_SIZE);
  return { at: filesAt + from, length: end - from, crc: rows.readUInt32LE(i * ROW_SIZE + 4) };
}

/** The earliest upload of version `i`; 0 where some file of it has no upload time. */
export function earliestUpload({ rows }: PackHead, i: number): number {
  return rows.readDoubleLE(i * ROW_SIZE + 8);
}

/** The latest upload of version `i`. */
export function latestUpload({ rows }: PackHead, i: number): number {
  return rows.readDoubleLE(i * ROW_SIZE + 16);
}

/** The files of a block, whose CRC has been checked. */
export function unpackFiles(block: Buffer, prefix: string): FileRecord[] {
  const files: FileRecord[] = [];
  for (const line of block.toString("utf8").split("\n")) files.push(unpackFile(line, prefix));
  return files;
}

function unpackFile(line: string, prefix: string): FileRecord {
  const fields = line.split("\t");
  const filename = fields[0] as string;
  const place = fields[1] as string;
  const file: { -readonly [K in keyof FileRecord]: FileRecord[K] } = {
    filename,
    kind: filename.endsWith(".whl") ? "wheel" : "sdist",
    url: place.startsWith("=") ? place.slice(1) : prefix + place + filename,
    yanked: fields[6] === "" ? false : (fields[6] as string).slice(1),
  };
  if (fields[2] !== "") file.sha256 = fields[2] as Sha256;
  if (fields[3] !== "") file.size = Number.parseInt(fields[3] as string, 36);
  if (fields[4] !== "") file.uploadTime = Number.parseInt(fields[4] as string, 36);
  if (fields[5] !== "") file.requiresPython = fields[5] as string;
  if (fields[7] !== "") file.coreMetadata = fields[7] === "y" ? true : (fields[7] as Sha256);
  return file;
}
