import { crc32 } from "node:zlib";
import { archiveError } from "./errors.ts";
import { inflateExactly } from "./inflate.ts";
import type { ZipEntry } from "./types.ts";
import { withFile } from "./zip-directory.ts";
import { readSize } from "./zip-end.ts";
import { readExtra } from "./zip-extra.ts";

const LOCAL_SIZE = 30;
const LOCAL_SIGNATURE = 0x04034b50;
const DESCRIPTOR_SIGNATURE = 0x08074b50;
const HAS_DESCRIPTOR = 0x0008;
const DESCRIPTOR_LENGTHS = [12, 16, 20, 24];
const NO_DESCRIPTOR = [0];

export interface DecodeOptions {
  /** Bytes, unpacked; more is refused before anything is unpacked. */
  readonly limit?: number;
  /** The archive's name or URL, for messages. */
  readonly file?: string;
}

/**
 * Unpacks one entry from the bytes of its `entryRange`. The local header must say what the
 * directory says, header, data and descriptor must fill the range to its last byte, and size and
 * CRC-32 must hold. Throws `zip-mismatch`, `zip-damaged`, `zip-checksum` and `zip-too-large`. A
 * stored entry's bytes are a view of those given.
 */
export function decodeEntry(
  range: Uint8Array,
  entry: ZipEntry,
  { limit = Infinity, file }: DecodeOptions = {},
): Uint8Array {
  return withFile(file, () => {
    const bytes = Buffer.from(range.buffer, range.byteOffset, range.byteLength);
    checkLimit(entry, limit);
    checkLength(bytes, entry);
    const { from, described } = readLocalHeader(bytes, entry);
    checkRest(bytes.subarray(from + entry.compressedSize), entry, { described });
    const packed = bytes.subarray(from, from + entry.compressedSize);
    const data = entry.method === 0 ? packed : inflateExactly(packed, entry);
    checkCrc(entry, crc32(data));
    return data;
  });
}

/** Throws `zip-too-large`. */
export function checkLimit(entry: ZipEntry, limit: number): void {
  if (entry.size <= limit) return;
  throw archiveError("zip-too-large", `the zip entry ${entry.name} has ${entry.size} bytes`);
}

/** Throws `zip-checksum`. */
export function checkCrc(entry: ZipEntry, crc: number): void {
  if (crc === entry.crc) return;
  throw archiveError("zip-checksum", `the zip entry ${entry.name} does not have its CRC-32`);
}

function checkLength(bytes: Buffer, entry: ZipEntry): void {
  const length = entry.end - entry.offset;
  if (bytes.length === length) return;
  throw archiveError("zip-damaged", `of the zip entry ${entry.name} ${length} bytes are needed`);
}

export interface LocalHeader {
  /** Where the data begins. */
  readonly from: number;
  /** Whether a descriptor follows the data. The directory's flag for it may differ: it matters here. */
  readonly described: boolean;
}

/** Checks the local header, which `bytes` begin with, against the directory. */
export function readLocalHeader(bytes: Buffer, entry: ZipEntry): LocalHeader {
  if (bytes.length < LOCAL_SIZE || bytes.readUInt32LE(0) !== LOCAL_SIGNATURE) {
    throw archiveError(
      "zip-damaged",
      `the zip entry ${entry.name} is not where the directory says`,
    );
  }
  const flags = bytes.readUInt16LE(6);
  const nameEnd = LOCAL_SIZE + bytes.readUInt16LE(26);
  const extraEnd = nameEnd + bytes.readUInt16LE(28);
  if (extraEnd + entry.compressedSize > entry.end - entry.offset) {
    throw archiveError("zip-damaged", `the zip entry ${entry.name} overlaps what follows it`);
  }
  const same =
    (flags & ~HAS_DESCRIPTOR) === (entry.flags & ~HAS_DESCRIPTOR) &&
    bytes.readUInt16LE(8) === entry.method &&
    bytes.toString("utf8", LOCAL_SIZE, nameEnd) === entry.name &&
    sameSizes(bytes, bytes.subarray(nameEnd, extraEnd), entry);
  if (same) return { from: extraEnd, described: (flags & HAS_DESCRIPTOR) !== 0 };
  throw archiveError(
    "zip-mismatch",
    `the zip entry ${entry.name} is described otherwise in the directory than at its data`,
  );
}

function sameSizes(header: Buffer, extra: Buffer, entry: ZipEntry): boolean {
  const crc = header.readUInt32LE(14);
  const sizes = {
    compressedSize: header.readUInt32LE(18),
    size: header.readUInt32LE(22),
    offset: 0,
  };
  readExtra(extra, sizes, entry.name);
  const later = (header.readUInt16LE(6) & HAS_DESCRIPTOR) !== 0;
  return (
    (crc === entry.crc || (later && crc === 0)) &&
    (sizes.compressedSize === entry.compressedSize || (later && sizes.compressedSize === 0)) &&
    (sizes.size === entry.size || (later && sizes.size === 0))
  );
}

/**
 * After the data comes nothing, or the descriptor (APPNOTE 4.3.9): an optional signature, CRC-32 and
 * the two sizes of four or eight bytes. Its length tells which; it must end where the entry ends.
 */
export function checkRest(
  rest: Buffer,
  entry: ZipEntry,
  { described }: { described: boolean },
): void {
  const lengths = described ? DESCRIPTOR_LENGTHS : NO_DESCRIPTOR;
  if (!lengths.includes(rest.length)) {
    throw archiveError(
      "zip-damaged",
      `bytes that no entry owns follow the zip entry ${entry.name}`,
    );
  }
  if (described) checkDescriptor(rest, entry);
}

function checkDescriptor(rest: Buffer, entry: ZipEntry): void {
  const signed = rest.length === 16 || rest.length === 24;
  const at = signed ? 4 : 0;
  const wide = rest.length >= 20;
  const compressedSize = wide ? readSize(rest, at + 4) : rest.readUInt32LE(at + 4);
  const size = wide ? readSize(rest, at + 12) : rest.readUInt32LE(at + 8);
  const same =
    (!signed || rest.readUInt32LE(0) === DESCRIPTOR_SIGNATURE) &&
    rest.readUInt32LE(at) === entry.crc &&
    compressedSize === entry.compressedSize &&
    size === entry.size;
  if (same) return;
  throw archiveError("zip-mismatch", `the zip entry ${entry.name} has a descriptor that differs`);
}
