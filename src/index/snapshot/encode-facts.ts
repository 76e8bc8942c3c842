import { ByteWriter } from "./byte-writer.ts";
import { Pool, writeRuns } from "./pools.ts";
import type { FileFacts, SdistFacts } from "./project-data.ts";

/** Bits of what is known of a file. */
export const TIME = 1;
export const YANKED = 2;
export const UNREAD = 4;
export const FILENAME = 8;
export const REQUIRES_PYTHON = 16;

/**
 * What an index says of files, those of a version after the other (its wheels, then its source
 * distribution), in the order of their rows:
 *
 *     texts
 *     number of files, runs of their bits
 *     for each bit, for each file that has it: a time as its distance from the one before (in
 *     milliseconds, × 2, + 1 where it is earlier), or a text
 *
 * Undefined where nothing is known of any.
 */
export function encodeFacts(files: readonly (SdistFacts | undefined)[]): Buffer | undefined {
  const bits = files.map(bitsOf);
  if (bits.every((bit) => bit === 0)) return undefined;
  const texts = new Pool<string>();
  const columns = new ByteWriter();
  let before = 0;
  for (const file of files) {
    if (file?.uploadTime === undefined) continue;
    const distance = file.uploadTime - before;
    columns.number(Math.abs(distance) * 2 + (distance < 0 ? 1 : 0));
    before = file.uploadTime;
  }
  for (const field of ["yanked", "filename", "requiresPython"] as const) {
    for (const file of files) {
      const text = file?.[field];
      if (text !== undefined) columns.number(texts.add(text, text));
    }
  }
  const writer = new ByteWriter();
  writer.texts(texts.items);
  writer.number(files.length);
  writeRuns(writer, bits);
  writer.raw(columns.take());
  return writer.take();
}

function bitsOf(file: SdistFacts | undefined): number {
  if (file === undefined) return 0;
  return (
    (file.uploadTime === undefined ? 0 : TIME) +
    (file.yanked === undefined ? 0 : YANKED) +
    (file.isUnread === undefined ? 0 : UNREAD) +
    (file.filename === undefined ? 0 : FILENAME) +
    (file.requiresPython === undefined ? 0 : REQUIRES_PYTHON)
  );
}

/** Facts, or undefined where they say nothing: so that equal knowledge is equal. */
export function knownFacts<T extends FileFacts>(facts: T): T | undefined {
  return bitsOf(facts) === 0 ? undefined : facts;
}
