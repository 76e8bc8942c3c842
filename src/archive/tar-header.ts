import { archiveError } from "./errors.ts";
import { quoted } from "./tar-tree.ts";

export const BLOCK = 512;

/** What a header block says, as it stands there. */
export interface RawHeader {
  readonly name: string;
  readonly mode: number;
  /** Bytes of data. */
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** The character that says what the entry is. */
  readonly type: string;
  readonly target: string;
}

/** Whether a block holds nothing but zeros: two of them end an archive. */
export function isZeroBlock(block: Buffer): boolean {
  return block.every((byte) => byte === 0);
}

/** Whether the block's checksum is right, so that it is a header (POSIX 1003.1, pax, "ustar"). */
export function hasChecksum(block: Buffer): boolean {
  const stated = readOctal(block.subarray(148, 156));
  if (stated === undefined) return false;
  let [unsigned, signed] = [8 * 32, 8 * 32];
  for (let i = 0; i < BLOCK; i++) {
    if (i === 148) i = 156;
    const byte = block[i] as number;
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  // Old programs summed signed characters.
  return stated === unsigned || stated === signed;
}

/** Reads a header whose checksum is right. Its texts are not checked yet. Throws `tar-damaged` and `tar-ambiguous`. */
export function readHeader(block: Buffer): RawHeader {
  const name = readName(block);
  return {
    name,
    mode: (readNumber(block.subarray(100, 108)) ?? 0) & 0o7777,
    size: sizeOf(block, name),
    mtime: readNumber(block.subarray(136, 148)) ?? 0,
    type: block[156] === 0 ? "0" : String.fromCharCode(block[156] as number),
    target: readText(block.subarray(157, 257)),
  };
}

function readName(block: Buffer): string {
  const name = readText(block.subarray(0, 100));
  if (block[345] === 0) return name;
  // Before ustar, and in GNU's own format, other things stand there; Python takes them for a prefix.
  if (block.toString("latin1", 257, 263) !== "ustar\0")
    throw archiveError(
      "tar-ambiguous",
      `the tar entry ${quoted(name)} has a prefix that its format has not`,
    );
  return `${readText(block.subarray(345, 500))}/${name}`;
}

function sizeOf(block: Buffer, name: string): number {
  const size = readNumber(block.subarray(124, 136));
  if (size !== undefined && size >= 0 && Number.isSafeInteger(size)) return size;
  throw archiveError("tar-damaged", `the tar entry ${quoted(name)} has a size that is none`);
}

/** Text up to its first NUL; what is not UTF-8 becomes U+FFFD, which no checked name has. */
export function readText(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? field.length : end);
}

function readOctal(field: Buffer): number | undefined {
  const text = field.toString("latin1").split("\0", 1)[0] as string;
  const digits = text.trim();
  if (digits === "") return 0;
  return /^[0-7]{1,12}$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

/** Octal digits, or GNU's base 256 for what these cannot say. */
function readNumber(field: Buffer): number | undefined {
  const first = field[0] as number;
  if (first !== 0x80 && first !== 0xff) return readOctal(field);
  let value = first === 0xff ? -1 : 0;
  for (const byte of field.subarray(1)) value = value * 256 + byte;
  return value;
}
