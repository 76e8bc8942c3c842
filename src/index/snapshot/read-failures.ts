import type { ByteReader } from "./byte-reader.ts";
import type { FailedRelease } from "./project-data.ts";
import { at, readItems, readRuns, readShared, TextListReader } from "./read-pools.ts";

/** Reads what encodeFailures wrote after the versions. */
export function readFailures(reader: ByteReader): readonly FailedRelease[] {
  const versions = reader.texts();
  const lists = new TextListReader(reader);
  const sets = readItems(reader, () => readShared(reader, (list) => lists.list(list).length));
  const rows = readRuns(reader, versions.length);
  return rows.map((set, row) => {
    const { list, items } = at(sets, set);
    const pythons = lists
      .list(list)
      .map((python, i): readonly [string, string] => [python, lists.texts.get(items[i] as number)]);
    return { version: versions.get(row), pythons };
  });
}
