import type { ByteSource } from "../archive/index.ts";

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const ET_EXEC = 2;
const DT_STRTAB = 5;
const DT_RPATH = 15;
const DT_RUNPATH = 29;
const MAX_HEADERS = 4096;
const MAX_DYNAMIC = 1 << 20;
const MAX_STRING = 1 << 16;

/** Reads numbers of the file's own width and byte order. */
interface Reader {
  readonly wide: boolean;
  /** A view of bytes of the file; undefined where they are not in it. */
  view(offset: number, length: number): DataView | undefined;
  u16(view: DataView, at: number): number;
  u32(view: DataView, at: number): number;
  /** An address or a size: 32 or 64 bits. */
  word(view: DataView, at: number): number;
}

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/** Whether a file begins as an ELF file does. */
export function isElf(head: Uint8Array): boolean {
  return head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;
}

/**
 * The entries of DT_RPATH and DT_RUNPATH of an ELF file, 32 or 64 bits, either byte order (System V
 * ABI, "Dynamic Section"). A file that is malformed has none: nothing can load it.
 */
export function elfRunPaths(source: ByteSource): string[] {
  const reader = openReader(source);
  if (reader === undefined) return [];
  const segments = readSegments(reader, source.size);
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  if (dynamic === undefined) return [];
  const { table, paths } = readDynamic(reader, dynamic);
  const offset = fileOffset(segments, table);
  if (offset === undefined) return [];
  const texts = paths.map((at) => readString(reader, offset + at, source.size));
  return texts.flatMap((text) => text.split(":")).filter((path) => path !== "");
}

/** Whether a file is a program in ELF format: one that names its loader, or has a fixed address. */
export function isProgram(source: ByteSource): boolean {
  const reader = openReader(source);
  const header = reader?.view(0, 52);
  if (reader === undefined || header === undefined) return false;
  if (reader.u16(header, 16) === ET_EXEC) return true;
  return readSegments(reader, source.size).some(({ type }) => type === PT_INTERP);
}

function openReader(source: ByteSource): Reader | undefined {
  const ident = source.read(0, Math.min(64, source.size));
  if (ident.length < 52 || !isElf(ident)) return undefined;
  const wide = ident[4] === 2;
  const little = ident[5] === 1;
  return {
    wide,
    view: (offset, length) => {
      if (!(offset >= 0) || offset + length > source.size) return undefined;
      const bytes = source.read(offset, length);
      return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    },
    u16: (view, at) => view.getUint16(at, little),
    u32: (view, at) => view.getUint32(at, little),
    word: (view, at) => (wide ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little)),
  };
}

function readSegments(reader: Reader, size: number): Segment[] {
  const header = reader.view(0, reader.wide ? 64 : 52);
  if (header === undefined) return [];
  const offset = reader.word(header, reader.wide ? 32 : 28);
  const length = reader.u16(header, reader.wide ? 54 : 42);
  const count = Math.min(reader.u16(header, reader.wide ? 56 : 44), MAX_HEADERS);
  if (length < (reader.wide ? 56 : 32) || offset + length * count > size) return [];
  const table = reader.view(offset, length * count);
  if (table === undefined) return [];
  return Array.from({ length: count }, (_, i) => readSegment(reader, table, i * length));
}

function readSegment(reader: Reader, table: DataView, at: number): Segment {
  const step = reader.wide ? 8 : 4;
  return {
    type: reader.u32(table, at),
    offset: reader.word(table, at + step),
    address: reader.word(table, at + 2 * step),
    size: reader.word(table, at + 4 * step),
  };
}

/** The string table's address, and the offsets in it of the paths. */
function readDynamic(reader: Reader, segment: Segment): { table: number; paths: number[] } {
  const step = reader.wide ? 8 : 4;
  const view = reader.view(segment.offset, Math.min(segment.size, MAX_DYNAMIC));
  let table = -1;
  const paths: number[] = [];
  if (view === undefined) return { table, paths };
  for (let at = 0; at + 2 * step <= view.byteLength; at += 2 * step) {
    const tag = reader.word(view, at);
    const value = reader.word(view, at + step);
    if (tag === 0) break;
    if (tag === DT_STRTAB) table = value;
    if (tag === DT_RPATH || tag === DT_RUNPATH) paths.push(value);
  }
  return { table, paths };
}

function fileOffset(segments: readonly Segment[], address: number): number | undefined {
  const segment = segments.find(
    (one) => one.type === PT_LOAD && address >= one.address && address < one.address + one.size,
  );
  return segment === undefined ? undefined : address - segment.address + segment.offset;
}

function readString(reader: Reader, offset: number, size: number): string {
  const view = reader.view(offset, Math.max(0, Math.min(MAX_STRING, size - offset)));
  if (view === undefined) return "";
  const bytes = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  const end = bytes.indexOf(0);
  return end < 0 ? "" : bytes.toString("utf8", 0, end);
}
