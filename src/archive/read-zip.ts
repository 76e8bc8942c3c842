import type { ByteSource, ZipEntry, ZipOptions } from "./types.ts";
import { entryRange, locateDirectory } from "./zip-directory.ts";
import { LONGEST_END } from "./zip-end.ts";
import { decodeEntry, type DecodeOptions } from "./zip-entry.ts";

/** Bytes in memory as a source: reading is a view, no copy. */
export function bufferSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
  };
}

/** The entries of a zip file, in its directory's order, checked as `locateDirectory` says. */
export function readZipDirectory(source: ByteSource, options: ZipOptions = {}): ZipEntry[] {
  let from = Math.max(0, source.size - LONGEST_END);
  for (;;) {
    const tail = source.read(from, source.size - from);
    const step = locateDirectory(tail, source.size, options);
    if (step.kind === "entries") return step.entries;
    if (step.from >= from) throw new Error("the zip directory lies behind its own end");
    from = step.from;
  }
}

/** One entry's bytes, unpacked and checked as `decodeEntry` says. */
export function readZipEntry(
  source: ByteSource,
  entry: ZipEntry,
  options: DecodeOptions = {},
): Uint8Array {
  const { offset, length } = entryRange(entry);
  return decodeEntry(source.read(offset, length), entry, options);
}
