import type { ByteSource } from "../archive/index.ts";

const MAGIC_64 = 0xfeedfacf;
const FAT_MAGIC = 0xcafebabe;
const LC_RPATH = 0x8000001c;
const LC_LOAD_DYLIB = 0xc;
const HEADER_SIZE = 32;
/** More than any real fat file or header has. */
const MAX_PARTS = 16;
const MAX_COMMANDS = 4096;
const MAX_HEADER = 1 << 18;

/**
 * The run paths and libraries of a Mach-O file, of 64 bits or fat (`mach-o/loader.h`, `mach-o/fat.h`).
 * Any other file, and a malformed one, has none.
 */
export function machRunPaths(file: ByteSource): string[] {
  const head = readPart(file, 0);
  if (head.length < HEADER_SIZE) return [];
  if (head.readUInt32LE(0) === MAGIC_64) return partRunPaths(head);
  if (head.readUInt32BE(0) !== FAT_MAGIC) return [];
  const count = Math.min(head.readUInt32BE(4), MAX_PARTS);
  const found: string[] = [];
  for (let at = 8; at + 20 <= Math.min(head.length, 8 + count * 20); at += 20) {
    found.push(...partRunPaths(readPart(file, head.readUInt32BE(at + 8))));
  }
  return found;
}

/** What can hold the load commands that begin at an offset. */
function readPart(file: ByteSource, offset: number): Buffer {
  const bytes = file.read(offset, Math.max(0, Math.min(MAX_HEADER, file.size - offset)));
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function partRunPaths(part: Buffer): string[] {
  if (part.length < HEADER_SIZE || part.readUInt32LE(0) !== MAGIC_64) return [];
  const found: string[] = [];
  let left = Math.min(part.readUInt32LE(16), MAX_COMMANDS);
  for (let at = HEADER_SIZE; left > 0 && at + 12 <= part.length; left--) {
    const kind = part.readUInt32LE(at);
    const size = part.readUInt32LE(at + 4);
    if (size < 8) break;
    const command = part.subarray(at, at + size);
    if (kind === LC_RPATH || kind === LC_LOAD_DYLIB) found.push(readPath(command));
    at += size;
  }
  return found;
}

function readPath(command: Buffer): string {
  const text = command.length < 12 ? command : command.subarray(command.readUInt32LE(8));
  const end = text.indexOf(0);
  return text.toString("utf8", 0, end < 0 ? text.length : end);
}
