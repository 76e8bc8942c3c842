import { archiveError } from "./errors.ts";

const END_SIZE = 22;
const END_SIGNATURE = 0x06054b50;
const LOCATOR_SIZE = 20;
const LOCATOR_SIGNATURE = 0x07064b50;
const END64_SIZE = 56;
const END64_SIGNATURE = 0x06064b50;
const MAX_COMMENT = 0xffff;

/** Bytes at a file's end that are sure to hold the records that say where the directory is. */
export const LONGEST_END: number = END64_SIZE + LOCATOR_SIZE + END_SIZE + MAX_COMMENT;

/** Where the central directory lies and what it claims to hold. */
export interface DirectoryPlace {
  readonly offset: number;
  readonly size: number;
  readonly entries: number;
}

/** A file's last bytes; `base` is the offset of the first of them in the file. */
export interface Tail {
  readonly bytes: Buffer;
  readonly base: number;
}

/**
 * Reads the end of central directory record, and zip64's where there is one (APPNOTE 4.3.14 to
 * 4.3.16). The comment must reach to the file's last byte and hold no second such record, the
 * directory must end where these records begin, and both records must agree. A number is the offset
 * that the tail would have to begin at to tell. Throws `zip-damaged` and `zip-unsupported`.
 */
export function findDirectory(tail: Tail): DirectoryPlace | number {
  const at = findEnd(tail);
  if (at < 0) return endNotFound(tail);
  const { bytes, base } = tail;
  const locatorAt = at - LOCATOR_SIZE;
  if (locatorAt < 0 && base > 0) return Math.max(0, base + at - LOCATOR_SIZE - END64_SIZE);
  const short = readEnd(bytes, at);
  if (locatorAt < 0 || bytes.readUInt32LE(locatorAt) !== LOCATOR_SIGNATURE) {
    return checkPlace(short, base + at);
  }
  const end64At = readLocator(bytes, locatorAt);
  if (end64At + END64_SIZE !== base + locatorAt) {
    throw archiveError("zip-damaged", "the zip64 record does not end where its locator begins");
  }
  if (end64At < base) return end64At;
  return checkPlace(agreed(short, readEnd64(bytes, end64At - base)), end64At);
}

function endNotFound({ base, bytes }: Tail): number {
  const reach = Math.max(0, base + bytes.length - LONGEST_END);
  if (base > reach) return reach;
  throw archiveError("zip-damaged", "this is not a zip file: it has no end of central directory", {
    hint: "The download may be incomplete, or not be a wheel at all.",
  });
}

function findEnd({ bytes }: Tail): number {
  const lowest = Math.max(0, bytes.length - END_SIZE - MAX_COMMENT);
  for (let at = bytes.length - END_SIZE; at >= lowest; at--) {
    if (bytes[at] !== 0x50 || bytes.readUInt32LE(at) !== END_SIGNATURE) continue;
    if (at + END_SIZE + bytes.readUInt16LE(at + 20) === bytes.length) return at;
    throw archiveError(
      "zip-damaged",
      "bytes follow the zip archive, or its comment holds a second end of central directory",
    );
  }
  return -1;
}

function readEnd(bytes: Buffer, at: number): DirectoryPlace {
  const entries = bytes.readUInt16LE(at + 10);
  checkDisks([bytes.readUInt16LE(at + 4), bytes.readUInt16LE(at + 6)], 0xffff);
  checkDiskEntries(bytes.readUInt16LE(at + 8), entries);
  return { entries, size: bytes.readUInt32LE(at + 12), offset: bytes.readUInt32LE(at + 16) };
}

function readLocator(bytes: Buffer, at: number): number {
  checkDisks([bytes.readUInt32LE(at + 4)], 0);
  if (bytes.readUInt32LE(at + 16) > 1) throw severalDisks();
  return readSize(bytes, at + 8);
}

function readEnd64(bytes: Buffer, at: number): DirectoryPlace {
  if (bytes.readUInt32LE(at) !== END64_SIGNATURE || readSize(bytes, at + 4) !== END64_SIZE - 12) {
    throw archiveError("zip-damaged", "the zip64 end of central directory is malformed");
  }
  const entries = readSize(bytes, at + 32);
  checkDisks([bytes.readUInt32LE(at + 16), bytes.readUInt32LE(at + 20)], 0);
  checkDiskEntries(readSize(bytes, at + 24), entries);
  return { entries, size: readSize(bytes, at + 40), offset: readSize(bytes, at + 48) };
}

function checkDisks(disks: readonly number[], alsoAllowed: number): void {
  if (disks.some((disk) => disk !== 0 && disk !== alsoAllowed)) throw severalDisks();
}

function severalDisks(): Error {
  return archiveError("zip-unsupported", "the zip archive is split over several disks");
}

function checkDiskEntries(onDisk: number, entries: number): void {
  if (onDisk === entries) return;
  throw archiveError("zip-damaged", `the zip directory has ${onDisk} or ${entries} entries`);
}

function agreed(short: DirectoryPlace, long: DirectoryPlace): DirectoryPlace {
  const same =
    (short.entries === 0xffff || short.entries === long.entries) &&
    (short.size === 0xffffffff || short.size === long.size) &&
    (short.offset === 0xffffffff || short.offset === long.offset);
  if (same) return long;
  throw archiveError(
    "zip-mismatch",
    "the zip and zip64 ends of the directory contradict each other",
  );
}

function checkPlace(place: DirectoryPlace, end: number): DirectoryPlace {
  if (place.offset + place.size === end) return place;
  throw archiveError(
    "zip-damaged",
    `the zip directory should end at ${end} but ends at ${place.offset + place.size}: ` +
      "something was put before it, or it was cut",
  );
}

/** A 64-bit size; what no file can have is a lie. */
export function readSize(bytes: Buffer, at: number): number {
  const high = bytes.readUInt32LE(at + 4);
  if (high > 0x1fffff) throw archiveError("zip-damaged", "a size in the zip file is impossible");
  return high * 0x1_0000_0000 + bytes.readUInt32LE(at);
}
