import { ByteWriter } from "./byte-writer.ts";
import { shared } from "./encode-sdists.ts";
import { Pool, TextLists, writeRuns } from "./pools.ts";
import type { WheelFile, WheelMetadata, WheelRelease } from "./project-data.ts";

/** A file name as prefix, the version, and suffix; or, without a version, as it is. */
export const TEMPLATE = 0;
export const LITERAL = 1;

/**
 * The wheels of a project, whose versions are written elsewhere in the same order:
 *
 *     texts, lists of texts
 *     records    fields present (bits), then lists, or a text for Requires-Python
 *     shapes     of file names: kind, tag, prefix or whole name, suffix
 *     lists      of shapes
 *     sets       list of shapes × 2 + 1 if the files share a record, then the records
 *     rows       runs of sets
 */
export function encodeWheels(releases: readonly WheelRelease[]): Buffer {
  return new WheelEncoder().encode(releases);
}

class WheelEncoder {
  private readonly lists = new TextLists();
  private readonly records = new Pool<readonly number[]>();
  private readonly shapes = new Pool<readonly number[]>();
  private readonly shapeLists = new Pool<readonly number[]>();
  private readonly sets = new Pool<readonly number[]>();
  private readonly recordOf = new Map<WheelMetadata, number>();

  encode(releases: readonly WheelRelease[]): Buffer {
    const rows = releases.map((release) => this.set(release));
    const writer = new ByteWriter();
    this.lists.write(writer);
    for (const pool of [this.records, this.shapes]) {
      writer.number(pool.items.length);
      for (const item of pool.items) for (const value of item) writer.number(value);
    }
    writer.number(this.shapeLists.items.length);
    for (const list of this.shapeLists.items) writer.numbers(list);
    writer.number(this.sets.items.length);
    for (const set of this.sets.items) for (const value of set) writer.number(value);
    writeRuns(writer, rows);
    return writer.take();
  }

  private set({ version, files }: WheelRelease): number {
    const shapes = files.map((file) => this.shape(file, version));
    const list = this.shapeLists.add(shapes.join(), shapes);
    const set = shared(
      list,
      files.map(({ metadata }) => this.record(metadata)),
    );
    return this.sets.add(set.join(), set);
  }

  private shape({ filename, tag }: WheelFile, version: string): number {
    const marked = `-${version}-`;
    const at = filename.indexOf(marked);
    const tagText = this.lists.text(tag);
    const shape =
      at < 0
        ? [LITERAL, tagText, this.lists.text(filename)]
        : [
            TEMPLATE,
            tagText,
            this.lists.text(filename.slice(0, at)),
            this.lists.text(filename.slice(at + marked.length)),
          ];
    return this.shapes.add(shape.join(), shape);
  }

  private record(metadata: WheelMetadata): number {
    const known = this.recordOf.get(metadata);
    if (known !== undefined) return known;
    const { requiresDist, providesExtras, requiresExternal, requiresPython } = metadata;
    const record = [0];
    for (const [i, field] of [requiresDist, providesExtras, requiresExternal].entries()) {
      if (field === undefined) continue;
      record[0] = (record[0] as number) + 2 ** i;
      record.push(this.lists.list(field));
    }
    if (requiresPython !== undefined) {
      record[0] = (record[0] as number) + 8;
      record.push(this.lists.text(requiresPython));
    }
    const number = this.records.add(record.join(), record);
    this.recordOf.set(metadata, number);
    return number;
  }
}
