import { ByteWriter } from "./byte-writer.ts";
import { shared } from "./encode-sdists.ts";
import { Pool, TextLists, writeRuns } from "./pools.ts";
import type { FailedRelease } from "./project-data.ts";

/**
 * The source distributions of a project that gave no metadata: texts and lists of texts, sets (list
 * of Pythons × 2 + 1 if they share a text, then the texts), rows as runs of sets.
 */
export function encodeFailures(releases: readonly FailedRelease[]): Buffer {
  const lists = new TextLists();
  const sets = new Pool<readonly number[]>();
  const rows = releases.map(({ pythons }) => {
    const names = lists.list(pythons.map(([python]) => python));
    const set = shared(
      names,
      pythons.map(([, text]) => lists.text(text)),
    );
    return sets.add(set.join(), set);
  });
  const writer = new ByteWriter();
  lists.write(writer);
  writer.number(sets.items.length);
  for (const set of sets.items) for (const value of set) writer.number(value);
  writeRuns(writer, rows);
  return writer.take();
}
