import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { checksum } from "./checksum.ts";
import { RECORD_HEADER } from "./pack-format.ts";
import { readRecord, scanRecords, type ToldMetadata } from "./metadata-records.ts";
import type { FileRecord, MetadataFailure, ReleaseMetadata } from "./types.ts";
import { blockPlace, headSize, type PackHead, unpackFiles, unpackHead } from "./unpack-project.ts";

/** Enough for the head of most projects. */
const FIRST_READ = 8192;
/** Files kept open at once, over all indexes of the process; further ones are read whole. */
const OPEN_LIMIT = 400;
let openFiles = 0;

/** Bytes that a checksum shows to be damaged: what is kept is then fetched anew. */
export class DamagedFile extends Error {}

/** A kept answer, open for reading. */
export class KeptProject {
  readonly head: PackHead;
  private file: number | undefined;
  /** The file's first bytes; all of them where it is not kept open. */
  private readonly first: Buffer;
  private recordBytes: Buffer | undefined;
  private records: Map<string, number> | undefined;
  private readonly told: ToldMetadata = new Map();
  private readonly added = new Map<string, ReleaseMetadata | MetadataFailure>();

  constructor(head: PackHead, first: Buffer, file: number | undefined) {
    this.head = head;
    this.first = first;
    this.file = file;
    if (file !== undefined) openFiles += 1;
  }

  /** Whether the file is held open for later reading. */
  get isOpen(): boolean {
    return this.file !== undefined;
  }

  /** The files of version `i`. Throws DamagedFile. */
  files(i: number): FileRecord[] {
    const { at, length, sum } = blockPlace(this.head, i);
    const block = this.read(at, length);
    if (checksum(block) !== sum) throw new DamagedFile();
    return unpackFiles(block, this.head.facts.prefix);
  }

  /** What is known of a file's metadata. */
  metadata(key: string): ReleaseMetadata | MetadataFailure | undefined {
    const added = this.added.get(key);
    if (added !== undefined) return added;
    this.recordBytes ??= this.readRecords();
    this.records ??= scanRecords(this.recordBytes);
    const at = this.records.get(key);
    return at === undefined ? undefined : readRecord(this.recordBytes, at, this.told);
  }

  /** Makes metadata known in this process; writing it is another's task. */
  add(key: string, metadata: ReleaseMetadata | MetadataFailure): void {
    this.added.set(key, metadata);
  }

  private readRecords(): Buffer {
    const { recordsAt } = this.head;
    const size = this.size();
    return size - recordsAt < RECORD_HEADER
      ? Buffer.alloc(0)
      : this.read(recordsAt, size - recordsAt);
  }

  close(): void {
    if (this.file === undefined) return;
    closeSync(this.file);
    this.file = undefined;
    openFiles -= 1;
  }

  private size(): number {
    return this.file === undefined ? this.first.length : fstatSync(this.file).size;
  }

  private read(at: number, length: number): Buffer {
    if (at + length <= this.first.length) return this.first.subarray(at, at + length);
    if (this.file === undefined) throw new DamagedFile();
    return readExactly(this.file, at, length);
  }
}

/** A kept answer that is in memory as a whole. */
export function keptFromBytes(bytes: Buffer): KeptProject | undefined {
  const head = unpackHead(bytes);
  return head === undefined ? undefined : new KeptProject(head, bytes, undefined);
}

/** Opens the kept answer at `path`; undefined where there is none, or none that can be used. */
export function openKept(path: string): KeptProject | undefined {
  let file: number | undefined;
  let kept: KeptProject | undefined;
  try {
    file = openSync(path, "r");
    kept = readKept(file);
  } catch {
    kept = undefined;
  }
  if (file !== undefined && kept?.isOpen !== true) closeSync(file);
  return kept;
}

/** Reads what there is to read at first; a file shorter than its listing is refused here. */
function readKept(file: number): KeptProject | undefined {
  const { size } = fstatSync(file);
  const keepOpen = openFiles < OPEN_LIMIT && size > FIRST_READ;
  let first = readExactly(file, 0, keepOpen ? FIRST_READ : size);
  const needed = headSize(first);
  if (needed === undefined) return undefined;
  if (needed > first.length) {
    first = Buffer.concat([first, readExactly(file, first.length, needed - first.length)]);
  }
  const head = unpackHead(first);
  if (head === undefined || head.recordsAt > size) return undefined;
  return new KeptProject(head, first, keepOpen ? file : undefined);
}

function readExactly(file: number, at: number, length: number): Buffer {
  if (length > 2 ** 31) throw new DamagedFile();
  const bytes = room(length);
  if (readSync(file, bytes, 0, length, at) !== length) throw new DamagedFile();
  return bytes;
}

const CHUNK = 2 ** 18;
let chunk = Buffer.alloc(0);
let used = 0;

/** Memory for a short text comes out of a large piece: a buffer of its own each would cost more than reading. */
function room(length: number): Buffer {
  if (length > CHUNK / 4) return Buffer.allocUnsafe(length);
  if (used + length > chunk.length) {
    chunk = Buffer.allocUnsafeSlow(CHUNK);
    used = 0;
  }
  used += length;
  return chunk.subarray(used - length, used);
}
