import { crc32, createInflateRaw, inflateRawSync } from "node:zlib";
import {
  asBuffer,
  damaged,
  joinPieces,
  sourcePieces,
  transformed,
  UnpackCounter,
  type UnpackOptions,
} from "./compressed.ts";
import { bufferSource } from "./read-zip.ts";
import type { ByteSource } from "./types.ts";

/** Fixed header, then extra field, name and comment at lengths that files have. */
const LONGEST_HEADER = 10 + 2 + 0xffff + 2 * 4096 + 2;
const TRAILER = 8;
const FLAGS = { text: 1, headerCrc: 2, extra: 4, name: 8, comment: 16 } as const;
const RESERVED = 0xe0;

/**
 * Unpacks gzip (RFC 1952) in pieces: all members, one after the other, CRC-32 and size of each
 * checked after its last piece. Zeros after a member are padding; anything else that begins no member
 * ends the file, as for Python's tarfile. Throws `compressed-damaged` and `compressed-too-large`.
 */
export async function* streamGzip(
  source: ByteSource,
  options: UnpackOptions = {},
): AsyncGenerator<Uint8Array, void> {
  const counter = new UnpackCounter(source.size, options);
  for (let at: number | undefined = 0; at !== undefined;) {
    const from: number = at + memberHeader(source, at, options);
    const inflate = createInflateRaw({ chunkSize: 1 << 18 });
    const sum = { crc: 0, size: 0 };
    for await (const piece of transformed(
      sourcePieces(source, from, source.size),
      inflate,
      options,
    )) {
      counter.count(piece.length);
      sum.crc = crc32(piece, sum.crc);
      sum.size += piece.length;
      yield piece;
    }
    at = memberEnd(source, { at: from + inflate.bytesWritten, ...sum }, options);
  }
}

/** The same of bytes in memory, as one. */
export function gunzip(packed: Uint8Array, options: UnpackOptions = {}): Buffer {
  const source = bufferSource(packed);
  const counter = new UnpackCounter(source.size, options);
  const members: Uint8Array[] = [];
  for (let at: number | undefined = 0; at !== undefined;) {
    const from: number = at + memberHeader(source, at, options);
    const { buffer, consumed } = inflateMember(packed.subarray(from), { counter, options });
    counter.count(buffer.length);
    members.push(buffer);
    const end = { at: from + consumed, crc: crc32(buffer), size: buffer.length };
    at = memberEnd(source, end, options);
  }
  return joinPieces(members);
}

function inflateMember(
  packed: Uint8Array,
  { counter, options }: { readonly counter: UnpackCounter; readonly options: UnpackOptions },
): { buffer: Buffer; consumed: number } {
  const maxOutputLength = Math.min(counter.left + 1, 2 ** 32);
  try {
    const result = inflateRawSync(packed, { info: true, maxOutputLength }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    return { buffer: result.buffer, consumed: result.engine.bytesWritten };
  } catch (cause) {
    if ((cause as { code?: string }).code === "ERR_BUFFER_TOO_LARGE") counter.count(Infinity);
    throw damaged("cannot be unpacked: it is cut short or damaged", options, cause);
  }
}

/** The length of a member's header (RFC 1952, 2.3). */
function memberHeader(source: ByteSource, at: number, options: UnpackOptions): number {
  const head = asBuffer(source.read(at, Math.min(LONGEST_HEADER, source.size - at)));
  if (head.length < 10 || head.readUInt16BE(0) !== 0x1f8b || head[2] !== 8)
    throw damaged("is no gzip file", options);
  const flags = head[3] as number;
  if ((flags & RESERVED) !== 0) throw damaged("uses something unknown of gzip", options);
  let end = 10;
  if ((flags & FLAGS.extra) !== 0)
    end += 2 + (end + 2 <= head.length ? head.readUInt16LE(end) : Infinity);
  for (const flag of [FLAGS.name, FLAGS.comment])
    if ((flags & flag) !== 0) end = head.indexOf(0, end) < 0 ? Infinity : head.indexOf(0, end) + 1;
  if ((flags & FLAGS.headerCrc) !== 0) end += 2;
  if (end > head.length) throw damaged("is cut short in its gzip header", options);
  return end;
}

interface MemberEnd {
  /** Where the trailer is. */
  readonly at: number;
  readonly crc: number;
  readonly size: number;
}

/** Checks a member's trailer; gives where the next member begins, or undefined at the end. */
function memberEnd(
  source: ByteSource,
  { at, crc, size }: MemberEnd,
  options: UnpackOptions,
): number | undefined {
  if (at + TRAILER > source.size) throw damaged("is cut short", options);
  const trailer = asBuffer(source.read(at, TRAILER));
  if (trailer.readUInt32LE(0) !== crc || trailer.readUInt32LE(4) !== size % 2 ** 32)
    throw damaged("does not have the CRC-32 or the size that it gives", options);
  for (const piece of sourcePieces(source, at + TRAILER, source.size)) {
    const zeros = piece.findIndex((byte) => byte !== 0);
    at += zeros < 0 ? piece.length : zeros;
    if (zeros >= 0) break;
  }
  const next = at + TRAILER;
  const begins = next + 2 <= source.size && asBuffer(source.read(next, 2)).readUInt16BE(0);
  return begins === 0x1f8b ? next : undefined;
}
