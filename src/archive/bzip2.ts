import { BitReader } from "./bit-reader.ts";
import { Bzip2Block, readBlock } from "./bzip2-block.ts";
import { asBuffer, damaged, joinPieces, UnpackCounter, type UnpackOptions } from "./compressed.ts";
import { bufferSource } from "./read-zip.ts";
import type { ByteSource } from "./types.ts";

const BLOCK = 0x314159;
const BLOCK_REST = 0x265359;
const END = 0x177245;
const END_REST = 0x385090;
const LEVEL_BYTES = 100_000;

/**
 * Unpacks bzip2 in pieces: all streams, one after the other, every checksum checked. What follows a
 * stream and begins no other ends the file, as for Python's bz2. Throws `compressed-damaged` and
 * `compressed-too-large`.
 */
export function* streamBzip2(
  source: ByteSource,
  options: UnpackOptions = {},
): Generator<Uint8Array, void> {
  const counter = new UnpackCounter(source.size, options);
  let level = streamLevel(source, 0);
  if (level === 0) throw damaged("is no bzip2 file", options);
  for (let at = 0; level > 0; level = streamLevel(source, at)) {
    const bits = new BitReader(source, at + 4);
    for (const piece of blocks(bits, level * LEVEL_BYTES, options)) {
      counter.count(piece.length);
      yield piece;
    }
    at = bits.align();
  }
}

/** The same of bytes in memory, as one. */
export function bunzip2(packed: Uint8Array, options: UnpackOptions = {}): Buffer {
  return joinPieces(streamBzip2(bufferSource(packed), options));
}

/** 1 to 9, or 0 where no stream begins. */
function streamLevel(source: ByteSource, at: number): number {
  if (at + 4 > source.size) return 0;
  const match = /^BZh([1-9])$/.exec(asBuffer(source.read(at, 4)).toString("latin1"));
  return Number(match?.[1] ?? 0);
}

/** The blocks of one stream. */
function* blocks(
  bits: BitReader,
  size: number,
  options: UnpackOptions,
): Generator<Uint8Array, void> {
  let combined = 0;
  const block = new Bzip2Block(size);
  for (;;) {
    const [first, rest] = [bits.read(24), bits.read(24)];
    const crc = bits.word();
    if (bits.ended) throw damaged("is cut short", options);
    if (first === END && rest === END_REST) {
      if (crc !== combined) throw damaged("does not have the checksum that it gives", options);
      return;
    }
    if (first !== BLOCK || rest !== BLOCK_REST) throw damaged("is damaged", options);
    const problem = readBlock(bits, block);
    if (bits.ended) throw damaged("is cut short", options);
    if (problem !== undefined) throw damaged(problem, options);
    combined = (((combined << 1) | (combined >>> 31)) ^ crc) >>> 0;
    yield* block.pieces();
    if (block.crc !== crc) throw damaged("does not have the checksum that it gives", options);
  }
}
