import { type ByteReader, Malformed, type TextPool } from "./byte-reader.ts";
import { FILENAME, REQUIRES_PYTHON, TIME, UNREAD, YANKED } from "./encode-facts.ts";
import type { SdistFacts } from "./project-data.ts";
import { readRuns } from "./read-pools.ts";

type Facts = { -readonly [K in keyof SdistFacts]: SdistFacts[K] };

/** What encodeFacts wrote: facts file by file; undefined where nothing is known of one. */
export function readFacts(reader: ByteReader): readonly (SdistFacts | undefined)[] {
  const texts = reader.texts();
  const bits = readRuns(reader, fileCount(reader));
  const files = bits.map((bit): Facts | undefined =>
    bit === 0 ? undefined : bit & UNREAD ? { isUnread: true } : {},
  );
  readTimes(reader, bits, files);
  const fields = [
    [YANKED, "yanked"],
    [FILENAME, "filename"],
    [REQUIRES_PYTHON, "requiresPython"],
  ] as const;
  for (const [bit, field] of fields) {
    for (const [i, own] of bits.entries()) {
      if (own & bit) (files[i] as Facts)[field] = textOf(texts, reader.number());
    }
  }
  return files;
}

/** No project has more files, and runs could claim any number. */
const MOST_FILES = 10_000_000;

function fileCount(reader: ByteReader): number {
  const count = reader.number();
  if (count > MOST_FILES) throw new Malformed("a count too large");
  return count;
}

function readTimes(
  reader: ByteReader,
  bits: readonly number[],
  files: readonly (Facts | undefined)[],
): void {
  let time = 0;
  for (const [i, own] of bits.entries()) {
    if ((own & TIME) === 0) continue;
    const value = reader.number();
    time += value % 2 === 1 ? -(value - 1) / 2 : value / 2;
    (files[i] as Facts).uploadTime = time;
  }
}

function textOf(texts: TextPool, i: number): string {
  return texts.get(i);
}
