import type { BitReader } from "./bit-reader.ts";

/*
 * A block of bzip2: the bytes, runs of four and more shortened, sorted by Burrows and Wheeler's
 * transform, moved to front, runs of zeros counted in base two, coded by Huffman with up to six codes,
 * a choice among them every 50 symbols. (There is no specification; bzip2 1.0.8 is the reference.)
 */

const GROUP = 50;
const MAX_CODES = 6;
const MAX_BITS = 20;
const PIECE = 1 << 18;
/** The longest run that one byte stands for. */
const LONGEST_RUN = 255;

let crcTable: Uint32Array | undefined;

/** Of bzip2's CRC-32, which is that of Ethernet with its bits in the other order. */
function tableOfCrc(): Uint32Array {
  if (crcTable !== undefined) return crcTable;
  crcTable = new Uint32Array(256);
  for (let i = 0; i < 256; i++) {
    let value = i << 24;
    for (let bit = 0; bit < 8; bit++) value = value < 0 ? (value << 1) ^ 0x04c11db7 : value << 1;
    crcTable[i] = value >>> 0;
  }
  return crcTable;
}

/** A block's sorted bytes, and the order in which to read them. */
export class Bzip2Block {
  /** The lower eight bits a byte, above them where the next one is. */
  readonly table: Uint32Array;
  size = 0;
  start = 0;
  /** Of the bytes that `pieces` gave, once they all were given. */
  crc = 0;

  constructor(capacity: number) {
    this.table = new Uint32Array(capacity);
  }

  /** Undoes the transform: gives each place the place that follows it. */
  link(counts: Uint32Array): void {
    const { table, size } = this;
    for (let value = 0, sum = 0; value < 256; value++) {
      const count = counts[value] as number;
      counts[value] = sum;
      sum += count;
    }
    for (let i = 0; i < size; i++) {
      const value = (table[i] as number) & 0xff;
      const at = counts[value] as number;
      counts[value] = at + 1;
      (table[at] as number) |= i << 8;
    }
  }

  /** The block's bytes, their runs as long as they were. */
  *pieces(): Generator<Uint8Array, void> {
    const state = { next: this.start, left: this.size, previous: -1, run: 0, crc: 0xffffffff };
    while (state.left > 0) yield this.#fill(state);
    this.crc = ~state.crc >>> 0;
  }

  #fill(state: {
    next: number;
    left: number;
    previous: number;
    run: number;
    crc: number;
  }): Uint8Array {
    const { table } = this;
    const crcs = tableOfCrc();
    const out = new Uint8Array(PIECE + LONGEST_RUN);
    let { next, left, previous, run, crc } = state;
    let at = 0;
    for (; left > 0 && at < PIECE; left--) {
      next = table[next >>> 8] as number;
      const byte = next & 0xff;
      if (run === 4) {
        for (let copies = byte; copies > 0; copies--) {
          out[at++] = previous;
          crc = (crc << 8) ^ (crcs[(crc >>> 24) ^ previous] as number);
        }
        run = 0;
        previous = -1;
        continue;
      }
      run = byte === previous ? run + 1 : 1;
      previous = byte;
      out[at++] = byte;
      crc = (crc << 8) ^ (crcs[(crc >>> 24) ^ byte] as number);
    }
    Object.assign(state, { next, left, previous, run, crc });
    return out.subarray(0, at);
  }
}

/** One Huffman code: for each length the first symbol that is longer, and symbols in order. */
interface Code {
  readonly limit: Int32Array;
  readonly base: Int32Array;
  readonly symbols: Uint16Array;
  readonly shortest: number;
}

/** Reads a block behind its checksum. Gives what is wrong with it, if anything is. */
export function readBlock(bits: BitReader, block: Bzip2Block): string | undefined {
  if (bits.read(1) === 1) return "is of bzip2 before 0.9.5, which nobody writes";
  const origin = bits.read(24);
  const bytes = readUsed(bits);
  const codeCount = bits.read(3);
  const selectorCount = bits.read(15);
  if (bytes.length === 0 || codeCount < 2 || codeCount > MAX_CODES || selectorCount === 0)
    return "is damaged";
  const selectors = readSelectors(bits, selectorCount, codeCount);
  if (selectors === undefined) return "is damaged";
  const codes: Code[] = [];
  for (let i = 0; i < codeCount; i++) {
    const code = readCode(bits, bytes.length + 2);
    if (code === undefined) return "is damaged";
    codes.push(code);
  }
  const counts = new Uint32Array(256);
  if (!readSymbols(bits, block, { bytes, codes, selectors, counts })) return "is damaged";
  if (origin >= block.size) return "is damaged";
  block.link(counts);
  block.start = block.table[origin] as number;
  return undefined;
}

/** The byte values that occur, ascending. */
function readUsed(bits: BitReader): number[] {
  const ranges = bits.read(16);
  const used: number[] = [];
  for (let range = 0; range < 16; range++) {
    if ((ranges & (0x8000 >> range)) === 0) continue;
    const values = bits.read(16);
    for (let i = 0; i < 16; i++) if ((values & (0x8000 >> i)) !== 0) used.push(range * 16 + i);
  }
  return used;
}

function readSelectors(bits: BitReader, count: number, codes: number): Uint8Array | undefined {
  const order = [0, 1, 2, 3, 4, 5];
  const selectors = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    let place = 0;
    while (bits.read(1) === 1) if (++place >= codes) return undefined;
    const [chosen] = order.splice(place, 1) as [number];
    order.unshift(chosen);
    selectors[i] = chosen;
  }
  return selectors;
}

function readCode(bits: BitReader, count: number): Code | undefined {
  const lengths = new Uint8Array(count);
  let length = bits.read(5);
  for (let i = 0; i < count; i++) {
    while (length >= 1 && length <= MAX_BITS && bits.read(1) === 1)
      length += bits.read(1) === 0 ? 1 : -1;
    if (length < 1 || length > MAX_BITS) return undefined;
    lengths[i] = length;
  }
  return makeCode(lengths);
}

/** Codes of one length follow each other, in the order of their symbols, after all shorter ones. */
function makeCode(lengths: Uint8Array): Code {
  const counts = new Int32Array(MAX_BITS + 2);
  for (const length of lengths) (counts[length] as number)++;
  const symbols = new Uint16Array(lengths.length);
  let filled = 0;
  for (let length = 1; length <= MAX_BITS; length++)
    for (let i = 0; i < lengths.length; i++) if (lengths[i] === length) symbols[filled++] = i;
  // Compared with MAX_BITS bits at once, so limits are shifted to that length.
  const limit = new Int32Array(MAX_BITS + 2);
  const base = new Int32Array(MAX_BITS + 2);
  let code = 0;
  let before = 0;
  for (let length = 1; length <= MAX_BITS; length++) {
    base[length] = before - code;
    const count = counts[length] as number;
    code += count;
    before += count;
    limit[length] = code << (MAX_BITS - length);
    code <<= 1;
  }
  const shortest = Math.min(...lengths);
  return { limit, base, symbols, shortest };
}

interface Coding {
  readonly bytes: readonly number[];
  readonly codes: readonly Code[];
  readonly selectors: Uint8Array;
  /** Counts each byte value. */
  readonly counts: Uint32Array;
}

/** Fills the block's table with sorted bytes; false where the data is wrong. */
function readSymbols(bits: BitReader, block: Bzip2Block, coding: Coding): boolean {
  const { codes, selectors, counts } = coding;
  const { table } = block;
  const order = Uint8Array.from(coding.bytes);
  const end = order.length + 1;
  let [size, run, weight, group, left] = [0, 0, 1, 0, 0];
  let code = codes[0] as Code;
  for (;;) {
    if (left-- === 0) {
      if (group >= selectors.length || bits.ended) return false;
      code = codes[selectors[group++] as number] as Code;
      left = GROUP - 1;
    }
    const seen = bits.peek(MAX_BITS);
    let length = code.shortest;
    while (length <= MAX_BITS && seen >= (code.limit[length] as number)) length++;
    if (length > MAX_BITS) return false;
    bits.skip(length);
    const place = (seen >>> (MAX_BITS - length)) + (code.base[length] as number);
    const symbol = code.symbols[place] as number;
    if (symbol <= 1) {
      run += weight << symbol;
      weight <<= 1;
      if (run > table.length) return false;
      continue;
    }
    if (run > 0) {
      if (size + run > table.length) return false;
      const byte = order[0] as number;
      table.fill(byte, size, size + run);
      (counts[byte] as number) += run;
      size += run;
      [run, weight] = [0, 1];
    }
    if (symbol === end) break;
    if (size >= table.length) return false;
    const byte = order[symbol - 1] as number;
    for (let i = symbol - 1; i > 0; i--) order[i] = order[i - 1] as number;
    order[0] = byte;
    (counts[byte] as number)++;
    table[size++] = byte;
  }
  block.size = size;
  return true;
}
