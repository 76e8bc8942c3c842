import { checksum } from "./checksum.ts";
import type { Sha256 } from "../base/index.ts";
import {
  CHECKED_FROM,
  FLAG_MISSING,
  FLAG_UNDATED,
  HEAD_CHECKSUM_AT,
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
  readonly sum: number;
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
  const length = START_SIZE + start.readUInt32LE(24);
  return length > 64 * 2 ** 20 ? undefined : length;
}

/** Where the records of a kept file begin, by its start; undefined where that is not one. */
export function recordsPlace(start: Buffer): number | undefined {
  const size = headSize(start);
  return size === undefined ? undefined : size + start.readUInt32LE(28);
}

/** Reads start and head out of a file's first bytes; undefined where they are damaged. */
export function unpackHead(bytes: Buffer): PackHead | undefined {
  const size = headSize(bytes);
  if (size === undefined || bytes.length < size || size < START_SIZE + HEAD_FIXED) return undefined;
  if (checksum(bytes.subarray(CHECKED_FROM, size)) !== bytes.readUInt32LE(HEAD_CHECKSUM_AT))
    return undefined;
  const head = bytes.subarray(START_SIZE, size);
  const count = head.readUInt32LE(4);
  const textAt = HEAD_FIXED + count * ROW_SIZE;
  if (textAt + head.readUInt32LE(0) !== head.length) return undefined;
  const text = head.toString("utf8", textAt);
  const factsEnd = count === 0 ? text.length : text.indexOf("\n");
  const flags = head.readUInt32LE(8);
  return {
    fetchedAt: readFetchedAt(bytes),
    sum: bytes.readUInt32LE(HEAD_CHECKSUM_AT),
    missing: (flags & FLAG_MISSING) !== 0,
    undated: (flags & FLAG_UNDATED) !== 0,
    newest: head.readDoubleLE(16),
    facts: JSON.parse(text.slice(0, factsEnd)) as PackFacts,
    versions: count === 0 ? [] : text.slice(factsEnd + 1).split("\n"),
    rows: head.subarray(HEAD_FIXED, textAt),
    filesAt: size,
    recordsAt: size + bytes.readUInt32LE(28),
  };
}

/** Where in the file the block of version `i` is, and its checksum. */
export function blockPlace(
  { rows, filesAt }: PackHead,
  i: number,
): { readonly at: number; readonly length: number; readonly sum: number } {
  const from = i === 0 ? 0 : rows.readUInt32LE((i - 1) * ROW_SIZE);
  const end = rows.readUInt32LE(i * ROW_SIZE);
  return { at: filesAt + from, length: end - from, sum: rows.readUInt32LE(i * ROW_SIZE + 4) };
}

/** The earliest upload of version `i`; 0 where some file of it has no upload time. */
export function earliestUpload({ rows }: PackHead, i: number): number {
  return rows.readDoubleLE(i * ROW_SIZE + 8);
}

/** The latest upload of version `i`. */
export function latestUpload({ rows }: PackHead, i: number): number {
  return rows.readDoubleLE(i * ROW_SIZE + 16);
}

/** The files of a block, whose checksum has been checked. */
export function unpackFiles(block: Buffer, prefix: string): FileRecord[] {
  const files: FileRecord[] = [];
  for (const line of block.toString("utf8").split("\n")) files.push(unpackFile(line, prefix));
  return files;
}

function unpackFile(line: string, prefix: string): FileRecord {
  const filenameEnd = line.indexOf("\t");
  const pythonEnd = line.indexOf("\t", filenameEnd + 1);
  const yankedEnd = line.indexOf("\t", pythonEnd + 1);
  return new PackedFile(prefix, line.slice(yankedEnd + 1), {
    filename: line.slice(0, filenameEnd),
    requiresPython:
      pythonEnd === filenameEnd + 1 ? undefined : line.slice(filenameEnd + 1, pythonEnd),
    yanked: yankedEnd === pythonEnd + 1 ? false : line.slice(pythonEnd + 2, yankedEnd),
  });
}

/** What choosing among files looks at. */
type Chosen = Pick<FileRecord, "filename" | "yanked"> & {
  readonly requiresPython: string | undefined;
};

/**
 * A file of which only what choosing looks at is decoded; the rest when asked for. What the index
 * does not give reads as undefined, which the contract's optional fields cannot say of getters.
 */
class PackedFile implements FileRecord {
  readonly filename: string;
  readonly kind: "wheel" | "sdist";
  readonly yanked: string | false;
  declare readonly requiresPython?: string;
  private readonly prefix: string;
  private readonly rest: string;
  private fields: readonly string[] | undefined;

  constructor(prefix: string, rest: string, chosen: Chosen) {
    this.filename = chosen.filename;
    this.kind = chosen.filename.endsWith(".whl") ? "wheel" : "sdist";
    this.yanked = chosen.yanked;
    if (chosen.requiresPython !== undefined) this.requiresPython = chosen.requiresPython;
    this.prefix = prefix;
    this.rest = rest;
    this.fields = undefined;
  }

  get sha256(): Sha256 {
    return this.field(0) as Sha256;
  }

  get size(): number {
    return numberOf(this.field(1)) as number;
  }

  get uploadTime(): number {
    return numberOf(this.field(2)) as number;
  }

  get coreMetadata(): Sha256 | true {
    const field = this.field(3);
    return field === "y" ? true : (field as Sha256);
  }

  get url(): string {
    const place = this.field(4) ?? "";
    return place.startsWith("=") ? place.slice(1) : this.prefix + place + this.filename;
  }

  private field(i: number): string | undefined {
    this.fields ??= this.rest.split("\t");
    const field = this.fields[i];
    return field === "" && i !== 4 ? undefined : field;
  }
}

function numberOf(field: string | undefined): number | undefined {
  return field === undefined ? undefined : Number(field);
}
