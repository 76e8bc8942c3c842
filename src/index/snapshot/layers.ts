import { existsSync, rmSync } from "node:fs";
import { type PackageName, sha256 } from "../../base/index.ts";
import { indexFileError } from "./errors.ts";
import { IndexFile } from "./index-file.ts";
import { isKeyOf, keyName } from "./table-key.ts";

/** A payload and its key, and the number of the layer that it comes from. */
export interface LayerRow {
  readonly key: string;
  readonly payload: Buffer;
  readonly layer: number;
}

/** Where the delta of a number stands: beside the file it goes on top of. */
export function deltaPath(path: string, number: number): string {
  return `${path}.${number}`;
}

/** Removes the deltas of a file that has been replaced: they belong to what it was. */
export function removeDeltas(path: string): void {
  for (let number = 1; existsSync(deltaPath(path, number)); number++) {
    rmSync(deltaPath(path, number));
  }
}

/** Where the addresses and hashes of a file's releases stand, if they are there. */
export function companionPath(path: string): string {
  return `${path}.files`;
}

/**
 * An index file with the deltas beside it (`FILE.1`, `FILE.2` …), each on top of the one before. What
 * a later layer says of a project stands for all that earlier ones say of it.
 */
export class Layers {
  /** The oldest first. */
  readonly files: readonly IndexFile[];

  private constructor(files: readonly IndexFile[]) {
    this.files = files;
  }

  /**
   * Opens a file and its deltas. Throws the errors of opening one, and `index-file-layers` where a
   * delta was made for another file, or the file is itself a delta.
   */
  static open(path: string): Layers {
    const files = [IndexFile.open(path)];
    try {
      checkBase(files[0] as IndexFile);
      for (let number = 1; existsSync(deltaPath(path, number)); number++) {
        const delta = IndexFile.open(deltaPath(path, number));
        files.push(delta);
        checkDelta(delta, files.at(-2) as IndexFile);
      }
      return new Layers(files);
    } catch (error) {
      for (const file of files) file.close();
      throw error;
    }
  }

  get base(): IndexFile {
    return this.files[0] as IndexFile;
  }

  get newest(): IndexFile {
    return this.files.at(-1) as IndexFile;
  }

  /** The digest of what all layers hold: that of the file where it has no deltas. */
  get contents(): string {
    const all = this.files.map(({ facts }) => facts.contents);
    return all.length === 1 ? (all[0] as string) : sha256(all.join("\n"));
  }

  get bytesRead(): number {
    return this.files.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
  }

  /** How many layers, from the oldest, are not from after a date. The oldest always counts. */
  until(date: number): number {
    const after = this.files.findIndex(({ facts }, i) => i > 0 && facts.date > date);
    return after < 0 ? this.files.length : after;
  }

  /** What one layer has of a name, one for each spelling. */
  own(table: string, name: PackageName, layer: number): readonly LayerRow[] {
    const rows: LayerRow[] = [];
    const entries = this.files[layer]?.table(table)?.range(name, (key) => isKeyOf(key, name));
    for (const [key, payload] of entries ?? []) rows.push({ key, payload, layer });
    return rows;
  }

  /** What the newest of the first `count` layers that knows a name has of it; empty where none does. */
  find(table: string, name: PackageName, count: number = this.files.length): readonly LayerRow[] {
    for (let layer = count - 1; layer >= 0; layer--) {
      const rows = this.own(table, name, layer);
      if (rows.length > 0) return rows;
    }
    return [];
  }

  /** Every key of a table and what the newest layer that knows its name says, in order. */
  *merged(table: string): Generator<LayerRow> {
    const owners = this.owners(table);
    const cursors = this.files.map((file, layer) => new Cursor(file, table, layer));
    for (;;) {
      let least: Cursor | undefined;
      for (const cursor of cursors) {
        const key = cursor.row?.key;
        if (key !== undefined && (least?.row === undefined || key < least.row.key)) least = cursor;
      }
      if (least?.row === undefined) return;
      const { row } = least;
      least.next();
      if ((owners.get(keyName(row.key)) ?? 0) === row.layer) yield row;
    }
  }

  /** The newest layer above the oldest that knows a name, by name. */
  private owners(table: string): ReadonlyMap<string, number> {
    const owners = new Map<string, number>();
    for (let layer = 1; layer < this.files.length; layer++) {
      for (const key of this.files[layer]?.table(table)?.keys() ?? []) {
        owners.set(keyName(key), layer);
      }
    }
    return owners;
  }

  close(): void {
    for (const file of this.files) file.close();
  }
}

/** One layer's rows of a table, one after the other. */
class Cursor {
  row: LayerRow | undefined;
  private readonly rows: Iterator<readonly [string, Buffer]> | undefined;
  private readonly layer: number;

  constructor(file: IndexFile, table: string, layer: number) {
    this.layer = layer;
    this.rows = file.table(table)?.all();
    this.next();
  }

  next(): void {
    const found = this.rows?.next();
    if (found === undefined || found.done === true) this.row = undefined;
    else this.row = { key: found.value[0], payload: found.value[1], layer: this.layer };
  }
}

function checkBase({ path, facts }: IndexFile): void {
  if (facts.kind === "releases") return;
  const what =
    facts.kind === "delta"
      ? "is a delta: it holds what changed since another file was made"
      : "holds addresses and hashes of files, not releases";
  throw indexFileError("index-file-layers", `The file ${what}.`, {
    place: { file: path },
    hint:
      facts.kind === "delta"
        ? "put it beside that file, under its name with .1 behind it (.2 for the next), and name that file"
        : "put it beside the index file, under its name with .files behind it, and name that file",
  });
}

function checkDelta(delta: IndexFile, below: IndexFile): void {
  const { kind, upon } = delta.facts;
  if (kind === "delta" && upon === below.facts.contents) return;
  throw indexFileError(
    "index-file-layers",
    kind === "delta"
      ? `The delta was not made for ${below.path}, which it stands on.`
      : "The file is no delta, but stands where one is looked for.",
    {
      place: { file: delta.path },
      hint: "remove it, or put the file that it belongs to in place; mach-nix index update makes a new one",
    },
  );
}
