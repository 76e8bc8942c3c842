import { closeSync, fstatSync, openSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import { normalizeName } from "../../base/index.ts";
import type { Runs } from "./scan-repodata.ts";

/**
 * The kept list of a channel's folder: the text of its repodata.json as it came, then tables that
 * say where the records of each name stand, then where the tables are.
 *
 *     text · tables · f64 start of the tables · u32 their length · u32 their CRC-32 · mark
 *     tables: u32 length of facts · facts (JSON) · u32 names · u32 runs · u32 length of their texts
 *             u32 × (names + 1) start of each name's text · u32 × (names + 1) its first run
 *             (f64 start, u32 length) × runs · texts
 *
 * Names are sorted by their normal form, then as they are.
 */
const MARK = Buffer.from("mnconda1");
const FOOTER = 24;
const RUN = 12;
/** Room for records that is asked for at first. */
const ROOM = 1 << 16;
const NOTHING = Buffer.alloc(0);

/** What is noted with the tables. */
export interface FolderFacts {
  /** What was read: its URL. */
  readonly source: string;
  /** What tells this content from another: an ETag, or size and time of a local file. */
  readonly etag?: string;
  readonly lastModified?: string;
  /** A local file that is the text, which then does not stand before the tables. */
  readonly text?: string;
  /** The object `info`. */
  readonly info?: unknown;
}

/** A kept list being written: pieces of text, then the tables; it appears whole or not at all. */
export class FolderWriter {
  private readonly path: string;
  private readonly temporary: string;
  private readonly file: number;
  private size = 0;

  constructor(path: string) {
    this.path = path;
    this.temporary = `${path}.${process.pid}.tmp`;
    this.file = openSync(this.temporary, "w", 0o644);
  }

  write(piece: Uint8Array): void {
    for (let at = 0; at < piece.length;) at += writeSync(this.file, piece, at);
    this.size += piece.length;
  }

  finish(runs: Runs, facts: FolderFacts): void {
    const tables = packTables(runs, facts);
    const footer = Buffer.alloc(FOOTER);
    footer.writeDoubleLE(this.size, 0);
    footer.writeUInt32LE(tables.length, 8);
    footer.writeUInt32LE(crc32(tables), 12);
    MARK.copy(footer, 16);
    this.write(tables);
    this.write(footer);
    closeSync(this.file);
    renameSync(this.temporary, this.path);
  }

  /** Takes back what was written. */
  abandon(): void {
    closeSync(this.file);
    rmSync(this.temporary, { force: true });
  }
}

function packTables(runs: Runs, facts: FolderFacts): Buffer {
  const names = [...runs.keys()]
    .map((name) => ({ name, key: normalizeName(name) as string }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.name < b.name ? -1 : 1));
  const head = Buffer.from(JSON.stringify(facts));
  const texts = Buffer.from(names.map(({ name }) => name).join(""));
  let runCount = 0;
  for (const list of runs.values()) runCount += list.length / 2;
  const size = 16 + head.length + 8 * (names.length + 1) + RUN * runCount + texts.length;
  const tables = Buffer.alloc(size);
  let at = tables.writeUInt32LE(head.length, 0);
  at += head.copy(tables, at);
  for (const count of [names.length, runCount, texts.length]) at = tables.writeUInt32LE(count, at);
  const firstRunAt = at + 4 * (names.length + 1);
  const runsAt = firstRunAt + 4 * (names.length + 1);
  let text = 0;
  let run = 0;
  for (const [i, { name }] of names.entries()) {
    tables.writeUInt32LE(text, at + 4 * i);
    tables.writeUInt32LE(run, firstRunAt + 4 * i);
    text += Buffer.byteLength(name);
    const list = runs.get(name) as number[];
    for (let k = 0; k < list.length; k += 2, run++) {
      const start = list[k] as number;
      tables.writeDoubleLE(start, runsAt + RUN * run);
      tables.writeUInt32LE((list[k + 1] as number) - start, runsAt + RUN * run + 8);
    }
  }
  tables.writeUInt32LE(text, at + 4 * names.length);
  tables.writeUInt32LE(run, firstRunAt + 4 * names.length);
  texts.copy(tables, runsAt + RUN * runCount);
  return tables;
}

/** The normal form of a name, which most names are already. */
function keyOf(name: string): string {
  return IRREGULAR.test(name) ? normalizeName(name) : name;
}

/** Capitals, points, underscores, dashes that follow each other. */
const IRREGULAR = /[A-Z._]|--/;

/** Where something stands in the text, in bytes. */
export interface Span {
  readonly start: number;
  readonly length: number;
}

/** A kept list, open for reading. */
export class FolderFile {
  readonly facts: FolderFacts;
  /** When it was last found to be current, in milliseconds since 1970. */
  readonly checkedAt: number;
  /** The file that has the text, and its handle; -1 when it was closed. */
  private readonly path: string;
  private file: number;
  private readonly tables: Buffer;
  private readonly count: number;
  private readonly textAt: number;
  private readonly firstRunAt: number;
  private readonly runsAt: number;
  private readonly textsAt: number;
  private room: Buffer = NOTHING;

  constructor(opened: { path: string; file: number; tables: Buffer; checkedAt: number }) {
    const { tables } = opened;
    this.file = opened.file;
    this.tables = tables;
    this.checkedAt = opened.checkedAt;
    const head = tables.readUInt32LE(0);
    this.facts = JSON.parse(tables.toString("utf8", 4, 4 + head)) as FolderFacts;
    this.path = this.facts.text ?? opened.path;
    if (this.facts.text !== undefined) {
      const own = opened.file;
      this.file = openSync(this.path, "r");
      closeSync(own);
    }
    this.count = tables.readUInt32LE(4 + head);
    this.textAt = 16 + head;
    this.firstRunAt = this.textAt + 4 * (this.count + 1);
    this.runsAt = this.firstRunAt + 4 * (this.count + 1);
    this.textsAt = this.runsAt + RUN * tables.readUInt32LE(8 + head);
  }

  /** Where the records of a name stand, each run as the members of an object. */
  runs(name: string): readonly Span[] {
    const i = this.find(name);
    if (i < 0) return [];
    const runs: Span[] = [];
    const end = this.number(this.firstRunAt + 4 * (i + 1));
    for (let run = this.number(this.firstRunAt + 4 * i); run < end; run++) {
      const at = this.runsAt + RUN * run;
      const start = this.tables.readDoubleLE(at);
      runs.push({ start, length: this.number(at + 8) });
    }
    return runs;
  }

  /** A part of the text, which is overwritten by the next one. It can be read after closing, too. */
  read({ start, length }: Span): Buffer {
    if (this.room.length < length) this.room = Buffer.allocUnsafeSlow(Math.max(2 * length, ROOM));
    const file = this.file < 0 ? openSync(this.path, "r") : this.file;
    try {
      for (let at = 0; at < length;) {
        const got = readSync(file, this.room, at, length - at, start + at);
        if (got === 0) throw new RangeError("the file is too short");
        at += got;
      }
    } finally {
      if (this.file < 0) closeSync(file);
    }
    return this.room.subarray(0, length);
  }

  /** The names with a normal form. */
  namesLike(normalized: string): readonly string[] {
    const names: string[] = [];
    for (let i = this.lowerBound(normalized); i < this.count; i++) {
      const name = this.name(i);
      if (keyOf(name) !== normalized) break;
      names.push(name);
    }
    return names;
  }

  names(): readonly string[] {
    return Array.from({ length: this.count }, (_, i) => this.name(i));
  }

  private find(name: string): number {
    const key = keyOf(name);
    for (let i = this.lowerBound(key); i < this.count; i++) {
      const found = this.name(i);
      if (found === name) return i;
      if (keyOf(found) !== key) break;
    }
    return -1;
  }

  /** The first name whose normal form is not before `key`. */
  private lowerBound(key: string): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (keyOf(this.name(middle)) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private name(i: number): string {
    const from = this.number(this.textAt + 4 * i);
    const to = this.number(this.textAt + 4 * i + 4);
    return this.tables.toString("utf8", this.textsAt + from, this.textsAt + to);
  }

  /** As `readUInt32LE`, which makes an object of most numbers while it is not compiled. */
  private number(at: number): number {
    const { tables } = this;
    const low = (tables[at] as number) | ((tables[at + 1] as number) << 8);
    const high = (tables[at + 2] as number) | ((tables[at + 3] as number) << 8);
    return high < 0x8000 ? low | (high << 16) : low + high * 0x10000;
  }

  close(): void {
    if (this.file < 0) return;
    closeSync(this.file);
    this.file = -1;
    this.room = NOTHING;
  }
}

/** Opens a kept list; undefined where there is none, or one that is not whole. */
export function openFolderFile(path: string): FolderFile | undefined {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return undefined;
  }
  try {
    const { size, mtimeMs } = fstatSync(file);
    const tables = readTables(file, size);
    if (tables !== undefined) return new FolderFile({ path, file, tables, checkedAt: mtimeMs });
  } catch {
    // Not whole: as if it were not there.
  }
  closeSync(file);
  return undefined;
}

function readTables(file: number, size: number): Buffer | undefined {
  if (size < FOOTER) return undefined;
  const footer = Buffer.alloc(FOOTER);
  readSync(file, footer, 0, FOOTER, size - FOOTER);
  const start = footer.readDoubleLE(0);
  const length = footer.readUInt32LE(8);
  if (!footer.subarray(16).equals(MARK) || start + length + FOOTER !== size) return undefined;
  const tables = Buffer.allocUnsafe(length);
  readSync(file, tables, 0, length, start);
  return crc32(tables) === footer.readUInt32LE(12) ? tables : undefined;
}
