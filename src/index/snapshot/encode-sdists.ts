import { ByteWriter } from "./byte-writer.ts";
import { Pool, TextLists, writeRuns } from "./pools.ts";
import type { SdistMetadata, SdistRelease } from "./project-data.ts";

/**
 * The source distributions of a project, whose versions are written elsewhere in the same order:
 *
 *     texts, lists of texts
 *     records    fields present (bits), a list for each; extras as pairs of text and list
 *     sets       list of Pythons × 2 + 1 if they share a record, then the records
 *     rows       runs of sets
 */
export function encodeSdists(releases: readonly SdistRelease[]): Buffer {
  return new SdistEncoder().encode(releases);
}

class SdistEncoder {
  private readonly lists = new TextLists();
  private readonly records = new Pool<readonly number[]>();
  private readonly sets = new Pool<readonly number[]>();
  private readonly recordOf = new Map<SdistMetadata, number>();
  private readonly setOf = new Map<SdistRelease["pythons"], number>();

  encode(releases: readonly SdistRelease[]): Buffer {
    const rows = releases.map(({ pythons }) => this.set(pythons));
    const writer = new ByteWriter();
    this.lists.write(writer);
    writer.number(this.records.items.length);
    for (const record of this.records.items) for (const value of record) writer.number(value);
    writer.number(this.sets.items.length);
    for (const set of this.sets.items) for (const value of set) writer.number(value);
    writeRuns(writer, rows);
    return writer.take();
  }

  private set(pythons: SdistRelease["pythons"]): number {
    const known = this.setOf.get(pythons);
    if (known !== undefined) return known;
    const names = this.lists.list(pythons.map(([python]) => python));
    const records = pythons.map(([, metadata]) => this.record(metadata));
    const set = [...shared(names, records)];
    const number = this.sets.add(set.join(), set);
    this.setOf.set(pythons, number);
    return number;
  }

  private record(metadata: SdistMetadata): number {
    const known = this.recordOf.get(metadata);
    if (known !== undefined) return known;
    const { installRequires, setupRequires, testsRequire, pythonRequires } = metadata;
    const fields = [installRequires, setupRequires, testsRequire, pythonRequires];
    const record = [0];
    for (const [i, field] of fields.entries()) {
      if (field === undefined) continue;
      record[0] = (record[0] as number) + 2 ** i;
      record.push(this.lists.list(field));
    }
    const extras = metadata.extrasRequire;
    if (extras !== undefined) {
      record[0] = (record[0] as number) + 16;
      record.push(extras.length);
      for (const [key, list] of extras) record.push(this.lists.text(key), this.lists.list(list));
    }
    const number = this.records.add(record.join(), record);
    this.recordOf.set(metadata, number);
    return number;
  }
}

/** A list's number and what belongs to each of its items: once where that is the same for all. */
export function shared(list: number, items: readonly number[]): readonly number[] {
  const [first] = items;
  const same = first !== undefined && items.every((item) => item === first);
  return same ? [list * 2 + 1, first] : [list * 2, ...items];
}
