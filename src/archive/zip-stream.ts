import { Readable } from "node:stream";
import { crc32, createInflateRaw } from "node:zlib";
import { archiveError } from "./errors.ts";
import type { ByteSource, ZipEntry } from "./types.ts";
import {
  checkCrc,
  checkLimit,
  checkRest,
  type DecodeOptions,
  readLocalHeader,
} from "./zip-entry.ts";

/** Header, name and extra field at their longest. */
const LONGEST_HEADER = 30 + 2 * 0xffff;
const PIECE = 1 << 18;

/**
 * As `readZipEntry`, but in pieces, for entries that are too large to be held in memory. Size, CRC-32
 * and the stream's end are known only after the last piece: what was done with the others must be
 * undone if this throws.
 */
export async function* streamZipEntry(
  source: ByteSource,
  entry: ZipEntry,
  { limit = Infinity }: DecodeOptions = {},
): AsyncGenerator<Uint8Array, void> {
  checkLimit(entry, limit);
  const { offset, end } = entry;
  const head = asBuffer(source.read(offset, Math.min(LONGEST_HEADER, end - offset)));
  const { from, described } = readLocalHeader(head, entry);
  const dataEnd = offset + from + entry.compressedSize;
  checkRest(asBuffer(source.read(dataEnd, end - dataEnd)), entry, { described });
  const packed = pieces(source, offset + from, dataEnd);
  let crc = 0;
  let size = 0;
  for await (const piece of entry.method === 0 ? packed : inflated(packed, entry)) {
    size += piece.length;
    if (size > entry.size) {
      throw archiveError(
        "zip-too-large",
        `the zip entry ${entry.name} unpacks to more than it declares`,
      );
    }
    crc = crc32(piece, crc);
    yield piece;
  }
  if (size < entry.size) throw endsWrong(entry);
  checkCrc(entry, crc);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function* pieces(source: ByteSource, from: number, to: number): Generator<Uint8Array> {
  for (let at = from; at < to; at += PIECE) yield source.read(at, Math.min(PIECE, to - at));
}

async function* inflated(
  packed: Iterable<Uint8Array>,
  entry: ZipEntry,
): AsyncGenerator<Uint8Array, void> {
  const inflate = createInflateRaw({ chunkSize: PIECE });
  try {
    for await (const piece of Readable.from(packed).pipe(inflate)) yield piece as Uint8Array;
  } catch (cause) {
    throw archiveError("zip-checksum", `the zip entry ${entry.name} is no valid deflate stream`, {
      cause,
    });
  }
  if (inflate.bytesWritten !== entry.compressedSize) throw endsWrong(entry);
}

function endsWrong({ name }: ZipEntry): Error {
  return archiveError(
    "zip-checksum",
    `the zip entry ${name} ends before or after its compressed data`,
  );
}
