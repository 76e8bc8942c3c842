import { asBuffer } from "./compressed.ts";
import type { ByteSource, ZipEntry } from "./types.ts";
import { checkRest, readLocalHeader } from "./zip-entry.ts";

/** Header, name and extra field at their longest. */
const LONGEST_HEADER = 30 + 2 * 0xffff;

/**
 * The bytes of an entry that is stored as it is, as a source of its own; undefined for one that is
 * compressed. Its CRC-32 is not checked. Throws `zip-mismatch` and `zip-damaged`.
 */
export function storedEntrySource(source: ByteSource, entry: ZipEntry): ByteSource | undefined {
  if (entry.method !== 0) return undefined;
  const { offset, end, size } = entry;
  const head = asBuffer(source.read(offset, Math.min(LONGEST_HEADER, end - offset)));
  const { from, described } = readLocalHeader(head, entry);
  const begin = offset + from;
  checkRest(asBuffer(source.read(begin + size, end - begin - size)), entry, { described });
  return {
    size,
    read: (at, length) => {
      if (at + length > size) throw new Error("read behind the end of a zip entry");
      return source.read(begin + at, length);
    },
  };
}
