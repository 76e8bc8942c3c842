import type { Report } from "../../base/index.ts";
import type { IndexFile } from "./index-file.ts";
import { IndexWriter } from "./index-writer.ts";
import { isGone } from "./inspect-file.ts";
import { type LayerRow, Layers, removeDeltas } from "./layers.ts";
import { ProjectPayload } from "./project-payload.ts";
import { keyName } from "./table-key.ts";

export interface CompactOptions {
  readonly file: string;
  /** May be the file itself: it is then replaced, and its deltas are removed. */
  readonly output: string;
  readonly report: Report;
}

export interface CompactedIndex {
  readonly path: string;
  readonly bytes: number;
  /** How many deltas have gone into it. */
  readonly deltas: number;
  readonly counts: Readonly<Record<string, number>>;
}

/**
 * Makes one file of an index file and its deltas: it answers as they do as of the newest of them.
 * Whole, or not at all. Throws the errors of opening them.
 */
export async function compactIndex(options: CompactOptions): Promise<CompactedIndex> {
  const layers = Layers.open(options.file);
  try {
    return await new Compaction(layers, options).run();
  } finally {
    layers.close();
  }
}

const TABLES = ["projects", "failures", "files", "state"];

class Compaction {
  private readonly layers: Layers;
  private readonly options: CompactOptions;
  private readonly counts: Record<string, number>;
  private readonly gone = new Set<string>();
  private done = 0;

  constructor(layers: Layers, options: CompactOptions) {
    this.layers = layers;
    this.options = options;
    this.counts = { ...layers.base.facts.counts };
  }

  async run(): Promise<CompactedIndex> {
    const { layers, options } = this;
    this.recount();
    const total = layers.base.table("projects")?.facts.entries;
    options.report({ kind: "start", phase: "index", unit: "items", ...(total && { total }) });
    const writer = new IndexWriter(options.output);
    try {
      for (const table of TABLES) await this.copy(writer, table);
      const bytes = this.finish(writer);
      removeDeltas(options.output);
      options.report({ kind: "end", phase: "index", done: this.done });
      return { path: options.output, bytes, deltas: layers.files.length - 1, counts: this.counts };
    } catch (error) {
      writer.abandon();
      throw error;
    }
  }

  private finish(writer: IndexWriter): number {
    const { base, newest, files } = this.layers;
    const serial = files.findLast(({ facts }) => facts.serial !== undefined)?.facts.serial;
    const { source, pythons } = base.facts;
    return writer.finish({
      kind: "releases",
      date: newest.facts.date,
      source,
      pythons,
      counts: this.counts,
      ...(serial === undefined ? {} : { serial }),
    });
  }

  /** Payloads go over as they are; a table of the base keeps its dictionary. */
  private async copy(writer: IndexWriter, table: string): Promise<void> {
    const has = this.layers.files.some((file) => file.table(table) !== undefined);
    if (!has) return;
    const dictionary = this.layers.base.table(table)?.dictionary() ?? Buffer.alloc(0);
    const before = this.done;
    await writer.table(table, {
      entries: this.entries(table),
      dictionary,
      progress: (done) => {
        this.done = before + done;
        const item = "writing";
        this.options.report({ kind: "progress", phase: "index", done: this.done, item });
      },
    });
  }

  private *entries(table: string): Generator<readonly [string, Buffer]> {
    for (const { key, payload } of this.layers.merged(table)) {
      if (!this.gone.has(keyName(key))) yield [key, payload];
    }
  }

  /** What deltas replaced no longer counts; what is gone is noted. */
  private recount(): void {
    const seen = new Set<string>();
    for (let layer = this.layers.files.length - 1; layer > 0; layer--) {
      const file = this.layers.files[layer] as IndexFile;
      for (const key of file.table("projects")?.keys() ?? []) {
        const name = keyName(key) as Parameters<Layers["own"]>[1];
        if (seen.has(name)) continue;
        seen.add(name);
        this.count(this.layers.own("projects", name, 0), -1);
        const now = this.layers.own("projects", name, layer);
        this.count(now, 1);
        if (now.some(({ payload }) => isGone(payload))) this.gone.add(name);
      }
    }
  }

  private count(rows: readonly LayerRow[], sign: number): void {
    for (const { key, payload: bytes, layer } of rows) {
      if (isGone(bytes)) continue;
      const file = this.layers.files[layer] as IndexFile;
      const { sdists, wheels } = file.decode(`the record of ${key}`, () => sizes(bytes));
      this.add("projects", sign);
      this.add("sdists", sign * sdists);
      this.add("wheels", sign * wheels);
    }
  }

  private add(name: string, more: number): void {
    this.counts[name] = (this.counts[name] ?? 0) + more;
  }
}

function sizes(bytes: Buffer): { readonly sdists: number; readonly wheels: number } {
  const payload = new ProjectPayload(bytes);
  let sdists = 0;
  let wheels = 0;
  for (let i = 0; i < payload.versions.length; i++) {
    if (payload.hasSdist(i)) sdists++;
    wheels += payload.wheels(i).length;
  }
  return { sdists, wheels };
}
