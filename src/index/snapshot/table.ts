import { zstdDecompressSync } from "node:zlib";
import { ByteReader, Malformed, type TextPool } from "./byte-reader.ts";
import type { Extent, TableFacts } from "./file-format.ts";
import type { IndexFile } from "./index-file.ts";

interface List {
  readonly firsts: TextPool;
  readonly rows: readonly (Extent & { readonly rawLength: number })[];
}

interface Block {
  readonly keys: TextPool;
  /** Where payloads begin, and after the last of them its end. */
  readonly starts: readonly number[];
  readonly bytes: Buffer;
}

/** Blocks that are kept unpacked: neighbours are asked for together. */
const KEPT = 8;
/** No block unpacks to more: payloads are bounded when they are written. */
const MOST = 2 ** 30;
/** No memory is taken for what a block only says that it has. */
const CHUNK = 4 * 2 ** 20;

/** A sorted table of an index file: payloads by key, found by reading a page and a block. */
export class Table {
  readonly name: string;
  readonly facts: TableFacts;
  private readonly file: IndexFile;
  private readonly pages = new Map<number, List>();
  private readonly blocks = new Map<string, Block>();
  private rootList: List | undefined;
  private dictionaryBytes: Buffer | undefined;

  constructor(
    name: string,
    { facts, file }: { readonly facts: TableFacts; readonly file: IndexFile },
  ) {
    this.name = name;
    this.facts = facts;
    this.file = file;
  }

  /** The payloads of all keys from `from` on, as long as `accepts` says so, in order. */
  *range(from: string, accepts: (key: string) => boolean): Generator<readonly [string, Buffer]> {
    const firstPage = Math.max(0, lastUpTo(this.root.firsts, from));
    for (let p = firstPage; p < this.root.rows.length; p++) {
      const page = this.page(p);
      const firstBlock = p === firstPage ? Math.max(0, lastUpTo(page.firsts, from)) : 0;
      for (let b = firstBlock; b < page.rows.length; b++) {
        const { keys, starts, bytes } = this.block(p, b);
        for (let i = Math.max(0, firstFrom(keys, from)); i < keys.length; i++) {
          const key = keys.get(i);
          if (!accepts(key)) return;
          yield [key, bytes.subarray(starts[i], starts[i + 1])];
        }
      }
    }
  }

  /** Every key and payload, in order. Blocks are read one after the other. */
  all(): Generator<readonly [string, Buffer]> {
    return this.range("", () => true);
  }

  /** Every key, in order. */
  *keys(): Generator<string> {
    for (let p = 0; p < this.root.rows.length; p++) {
      for (let b = 0; b < this.page(p).rows.length; b++) yield* this.block(p, b).keys.all();
    }
  }

  /** Reads and checks every block; gives what is wrong with those that are damaged. */
  *check(): Generator<{ readonly entries: number } | { readonly fault: unknown }> {
    void this.dictionary();
    for (let p = 0; p < this.root.rows.length; p++) {
      let page: List;
      try {
        page = this.page(p);
      } catch (fault) {
        yield { fault };
        continue;
      }
      for (let b = 0; b < page.rows.length; b++) {
        try {
          yield { entries: this.block(p, b).keys.length };
        } catch (fault) {
          yield { fault };
        }
      }
    }
  }

  private get root(): List {
    return (this.rootList ??= this.list(this.facts.root, `the root of ${this.name}`));
  }

  /** Bytes that payloads have in common. */
  dictionary(): Buffer | undefined {
    const { dictionary } = this.facts;
    if (dictionary === undefined) return undefined;
    return (this.dictionaryBytes ??= this.file.read(dictionary, `the dictionary of ${this.name}`));
  }

  private page(p: number): List {
    let page = this.pages.get(p);
    if (page === undefined) {
      const row = this.root.rows[p] as Extent;
      page = this.list(row, `page ${p} of ${this.name}`);
      this.pages.set(p, page);
    }
    return page;
  }

  private list(extent: Extent, part: string): List {
    const reader = new ByteReader(this.file.read(extent, part));
    return this.file.decode(part, () => {
      const firsts = reader.texts();
      const rows = Array.from({ length: firsts.length }, () => {
        const [offset, length] = [reader.number(), reader.number()];
        return { offset, length, rawLength: reader.number(), crc: reader.number() };
      });
      return { firsts, rows };
    });
  }

  private block(p: number, b: number): Block {
    const key = `${p} ${b}`;
    let block = this.blocks.get(key);
    if (block !== undefined) return block;
    const { firsts, rows } = this.page(p);
    const row = rows[b] as List["rows"][number];
    const part = `the block of ${this.name} from ${firsts.get(b)} on`;
    const packed = this.file.read(row, part);
    block = this.file.decode(part, () => readBlock(this.unpack(packed, row.rawLength)));
    const oldest = this.blocks.keys().next().value;
    if (this.blocks.size >= KEPT && oldest !== undefined) this.blocks.delete(oldest);
    this.blocks.set(key, block);
    return block;
  }

  /**
   * A block is one frame: Node's decoder reads no further than the first. With another size of chunks
   * it would set itself up anew for each, which takes most of the time.
   */
  private unpack(packed: Buffer, rawLength: number): Buffer {
    const dictionary = this.dictionary();
    if (rawLength > MOST) throw new Malformed("a length too large");
    let raw: Buffer;
    try {
      raw = zstdDecompressSync(packed, {
        maxOutputLength: Math.max(1, rawLength),
        chunkSize: Math.min(Math.max(64, rawLength), CHUNK),
        ...(dictionary === undefined ? {} : { dictionary }),
      });
    } catch (error) {
      throw new Malformed((error as Error).message);
    }
    if (raw.length !== rawLength) throw new Malformed("another length than it says");
    return raw;
  }
}

function readBlock(bytes: Buffer): Block {
  const reader = new ByteReader(bytes);
  const keys = reader.texts();
  const lengths = Array.from({ length: keys.length }, () => reader.number());
  const starts = [reader.at];
  for (const length of lengths) {
    reader.skip(length);
    starts.push(reader.at);
  }
  return { keys, starts, bytes };
}

/** The last of the sorted texts that is not after `key`, or -1. */
function lastUpTo(texts: TextPool, key: string): number {
  let low = 0;
  let high = texts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (texts.get(middle) <= key) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The first of the sorted texts that is not before `key`, or their number. */
function firstFrom(texts: TextPool, key: string): number {
  let low = 0;
  let high = texts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (texts.get(middle) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
