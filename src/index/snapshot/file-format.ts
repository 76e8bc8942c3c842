import { crc32 } from "node:zlib";

/**
 * An index file, all numbers little-endian:
 *
 *     header    64 bytes: magic; format version (u32); facts' length (u32) and CRC (u32); reserved
 *               (u32); the file's length and the facts' offset (f64 each); zeros; CRC of all of it
 *     tables    blocks, then pages, then a root and a dictionary, for each table
 *     facts     JSON: what the file holds, where its tables are
 *
 * A table gives a payload for a key. Its blocks hold some 32 KiB of keys and payloads in the order
 * of the keys, each a zstd frame with the table's dictionary; a page lists blocks, the root lists
 * pages, each by first key, with length and CRC. Every byte is covered by a CRC that its referrer has.
 */
export const MAGIC: Buffer = Buffer.from("mnindex\n", "latin1");
export const FORMAT_VERSION = 1;
export const HEADER_SIZE = 64;

/** Bytes of keys and payloads after which a block is closed. */
export const BLOCK_SIZE = 32_768;
/** Blocks of a page. */
export const PAGE_BLOCKS = 128;

/** A part of the file. */
export interface Extent {
  readonly offset: number;
  readonly length: number;
  readonly crc: number;
}

export interface TableFacts {
  readonly entries: number;
  readonly root: Extent;
  /** Absent where blocks are compressed without one. */
  readonly dictionary?: Extent;
}

/** What an index file says of itself. */
export interface IndexFacts {
  /**
   * Releases of projects; the addresses and hashes of their files; or, a delta, the projects that have
   * changed since another file was made.
   */
  readonly kind: "releases" | "files" | "delta";
  /** Milliseconds since 1970: what the data is as of. */
  readonly date: number;
  /** Where the data comes from, in words. */
  readonly source: string;
  /** The Pythons under which source distributions were tried, as `27` and `310`, oldest first. */
  readonly pythons: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  readonly tables: Readonly<Record<string, TableFacts>>;
  /** SHA-256 of all bytes between header and facts. */
  readonly contents: string;
  /** Of a delta: the digest (`contents`) of the file that it goes on top of. */
  readonly upon?: string;
  /** The index's serial up to which every change is in here or below. */
  readonly serial?: number;
}

export interface Header {
  readonly version: number;
  readonly fileLength: number;
  readonly facts: Extent;
}

const CRC_AT = HEADER_SIZE - 4;

export function packHeader({ fileLength, facts }: Omit<Header, "version">): Buffer {
  const header = Buffer.alloc(HEADER_SIZE);
  MAGIC.copy(header);
  header.writeUInt32LE(FORMAT_VERSION, 8);
  header.writeUInt32LE(facts.length, 12);
  header.writeUInt32LE(facts.crc, 16);
  header.writeDoubleLE(fileLength, 24);
  header.writeDoubleLE(facts.offset, 32);
  header.writeUInt32LE(crc32(header.subarray(0, CRC_AT)), CRC_AT);
  return header;
}

/** The header's values, or which of its marks is wrong. */
export function unpackHeader(header: Buffer): Header | "foreign" | "damaged" {
  if (header.length < MAGIC.length || !header.subarray(0, MAGIC.length).equals(MAGIC)) {
    return "foreign";
  }
  if (header.length < HEADER_SIZE) return "damaged";
  if (header.readUInt32LE(CRC_AT) !== crc32(header.subarray(0, CRC_AT))) return "damaged";
  return {
    version: header.readUInt32LE(8),
    fileLength: header.readDoubleLE(24),
    facts: {
      offset: header.readDoubleLE(32),
      length: header.readUInt32LE(12),
      crc: header.readUInt32LE(16),
    },
  };
}
