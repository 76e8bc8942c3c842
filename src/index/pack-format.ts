import { checksum } from "./checksum.ts";

/**
 * The kept answer for one project on one index, a file:
 *
 *     start    32 bytes: magic; fetched at (f64); checksum of those 16; checksum of all from here to
 *              the head's end; head length; files length
 *     head     text length, version count, flags, newest upload; a row for each version;
 *              text: facts (JSON), then the versions, a line each
 *     files    for each version its files, a line each
 *     records  metadata of single files, appended as they are fetched: magic, checksum, length,
 *              payload
 *
 * All numbers are little-endian. The listing is replaced by writing a new file and renaming it; only
 * the fetch time is written in place. Every part is covered by a checksum that is checked before use.
 */
export const MAGIC: Buffer = Buffer.from("mn-pkg2\n", "latin1");
/** Head and files lengths are at 24 and 28. */
export const START_SIZE = 32;
/** Text length (u32), version count (u32), flags (u32), reserved (u32), newest upload (f64). */
export const HEAD_FIXED = 24;
/** End of the files' block (u32), its checksum (u32), earliest and latest upload time (f64 each). */
export const ROW_SIZE = 24;

/** The index has no such project (404). */
export const FLAG_MISSING = 1;
/** Some file has no upload time. */
export const FLAG_UNDATED = 2;

export const RECORD_MAGIC: Buffer = Buffer.from([0x9d, 0x4d, 0xe7, 0x0a]);
export const RECORD_MAGIC_NUMBER = 0x0ae74d9d;
/** Magic, checksum of all from the length on (u32), payload length (u32). */
export const RECORD_HEADER = 12;

/** The start's second checksum, and where what it covers begins. */
export const HEAD_CHECKSUM_AT = 20;
export const CHECKED_FROM = 24;

/** What is kept of an answer besides its files. */
export interface PackFacts {
  /** Where the page came from, after redirects. */
  readonly url: string;
  readonly etag?: string;
  readonly lastModified?: string;
  readonly tracks?: readonly string[];
  /** What all plain file URLs begin with. */
  readonly prefix: string;
}

/** The 16 bytes and their checksum that say when the answer was fetched. */
export function packFetchedAt(fetchedAt: number): Buffer {
  const bytes = Buffer.alloc(20);
  MAGIC.copy(bytes);
  bytes.writeDoubleLE(fetchedAt, 8);
  bytes.writeUInt32LE(checksum(bytes.subarray(0, 16)), 16);
  return bytes;
}

/** When the answer was fetched; 0, so never fresh, where that part is damaged. */
export function readFetchedAt(start: Buffer): number {
  if (start.readUInt32LE(16) !== checksum(start.subarray(0, 16))) return 0;
  const fetchedAt = start.readDoubleLE(8);
  return Number.isFinite(fetchedAt) ? fetchedAt : 0;
}
