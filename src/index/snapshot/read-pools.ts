import { ByteReader, Malformed, type TextPool } from "./byte-reader.ts";

/** Texts and lists of texts, as TextLists wrote them. Lists are decoded once each. */
export class TextListReader {
  readonly texts: TextPool;
  private readonly reader: ByteReader;
  /** Where each list begins. */
  private readonly starts: readonly number[];
  private readonly lists: (readonly string[] | undefined)[] = [];

  constructor(reader: ByteReader) {
    this.texts = reader.texts();
    this.reader = new ByteReader(reader.bytes, reader.at, reader.end);
    this.starts = readItems(reader, () => {
      const start = reader.at;
      reader.skipNumbers();
      return start;
    });
  }

  list(i: number): readonly string[] {
    return (this.lists[i] ??= this.decode(at(this.starts, i)));
  }

  /** How many texts a list has. */
  length(i: number): number {
    this.reader.at = at(this.starts, i);
    return this.reader.count();
  }

  private decode(start: number): readonly string[] {
    this.reader.at = start;
    return this.reader.numbers().map((text) => this.texts.get(text));
  }
}

/** A list of as many items as the next number says. */
export function readItems<T>(reader: ByteReader, read: () => T): T[] {
  const items: T[] = [];
  for (let count = reader.count(); count > 0; count--) items.push(read());
  return items;
}

/** What `shared` wrote: a list's number, and a number for each of its items. */
export interface SharedSet {
  readonly list: number;
  readonly items: readonly number[];
}

export function readShared(reader: ByteReader, sizeOf: (list: number) => number): SharedSet {
  const head = reader.number();
  const list = Math.floor(head / 2);
  const size = sizeOf(list);
  if (head % 2 === 1)
    return { list, items: Array.from<number>({ length: size }).fill(reader.number()) };
  return { list, items: Array.from({ length: size }, () => reader.number()) };
}

/** `length` numbers, written as runs. */
export function readRuns(reader: ByteReader, length: number): number[] {
  const values: number[] = [];
  while (values.length < length) {
    const value = reader.number();
    const run = reader.number();
    if (run === 0 || run > length - values.length) throw new Malformed("a run too long");
    for (let i = 0; i < run; i++) values.push(value);
  }
  return values;
}

export function at<T>(items: readonly T[], i: number): T {
  if (i >= items.length) throw new Malformed("a number of nothing");
  return items[i] as T;
}
