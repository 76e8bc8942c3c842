import { createZstdDecompress, zstdDecompressSync } from "node:zlib";
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

const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
const LONGEST_HEADER = 18;
const BLOCK_HEADER = 3;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8];
const DICTIONARY_BYTES = [0, 1, 2, 4];

/** A frame that has content. */
interface Frame {
  readonly from: number;
  readonly to: number;
}

/**
 * Unpacks zstd (RFC 8878) in pieces: all frames, skippable ones left out. Node's own decompressor ends
 * silently after the first frame, so frames are found by their blocks' sizes and handed to it one by
 * one. Throws `compressed-damaged` and `compressed-too-large`.
 */
export async function* streamZstd(
  source: ByteSource,
  options: UnpackOptions = {},
): AsyncGenerator<Uint8Array, void> {
  const counter = new UnpackCounter(source.size, options);
  for (const { from, to } of frames(source, options)) {
    const pieces = sourcePieces(source, from, to);
    const decompress = createZstdDecompress({ chunkSize: 1 << 18 });
    for await (const piece of transformed(pieces, decompress, options)) {
      counter.count(piece.length);
      yield piece;
    }
  }
}

/** The same of bytes in memory, as one. */
export function unzstd(packed: Uint8Array, options: UnpackOptions = {}): Buffer {
  const counter = new UnpackCounter(packed.length, options);
  const parts: Uint8Array[] = [];
  for (const { from, to } of frames(bufferSource(packed), options)) {
    const part = unpackFrame(packed.subarray(from, to), { counter, options });
    counter.count(part.length);
    parts.push(part);
  }
  return joinPieces(parts);
}

function unpackFrame(
  frame: Uint8Array,
  { counter, options }: { readonly counter: UnpackCounter; readonly options: UnpackOptions },
): Buffer {
  try {
    return zstdDecompressSync(frame, { maxOutputLength: Math.min(counter.left + 1, 2 ** 32) });
  } catch (cause) {
    if ((cause as { code?: string }).code === "ERR_BUFFER_TOO_LARGE") counter.count(Infinity);
    throw damaged("cannot be unpacked: it is damaged", options, cause);
  }
}

/** The frames with content, in order; together with skippable ones they are the whole file. */
function* frames(source: ByteSource, options: UnpackOptions): Generator<Frame> {
  if (source.size === 0) throw damaged("is empty, no zstd file", options);
  for (let at = 0; at < source.size;) {
    const head = asBuffer(source.read(at, Math.min(LONGEST_HEADER, source.size - at)));
    const magic = head.length < 8 ? 0 : head.readUInt32LE(0);
    const isSkippable = (magic & 0xfffffff0) >>> 0 === SKIPPABLE;
    if (magic !== MAGIC && !isSkippable) throw damaged("is no zstd file", options);
    const to = isSkippable
      ? at + 8 + head.readUInt32LE(4)
      : frameEnd(source, { at, descriptor: head[4] as number }, options);
    if (to > source.size) throw damaged("is cut short", options);
    if (!isSkippable) yield { from: at, to };
    at = to;
  }
}

/** Where a frame ends (RFC 8878, 3.1.1): after its header, its blocks and its checksum. */
function frameEnd(
  source: ByteSource,
  { at, descriptor }: { readonly at: number; readonly descriptor: number },
  options: UnpackOptions,
): number {
  const isSingle = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >> 6;
  const sizeBytes = sizeFlag === 0 && isSingle ? 1 : (CONTENT_SIZE_BYTES[sizeFlag] as number);
  const dictionary = DICTIONARY_BYTES[descriptor & 3] as number;
  let end = at + 5 + (isSingle ? 0 : 1) + dictionary + sizeBytes;
  for (let last = false; !last;) {
    if (end + BLOCK_HEADER > source.size) throw damaged("is cut short", options);
    const header = asBuffer(source.read(end, BLOCK_HEADER)).readUIntLE(0, BLOCK_HEADER);
    last = (header & 1) === 1;
    const isRun = ((header >> 1) & 3) === 1;
    end += BLOCK_HEADER + (isRun ? 1 : header >> 3);
  }
  return end + ((descriptor & 4) === 0 ? 0 : 4);
}
