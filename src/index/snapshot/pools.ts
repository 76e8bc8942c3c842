import type { ByteWriter } from "./byte-writer.ts";

/** Numbers equal things alike, in the order in which they come. */
export class Pool<T> {
  readonly items: T[] = [];
  private readonly numbers = new Map<string, number>();

  add(key: string, item: T): number {
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.items.length;
      this.numbers.set(key, number);
      this.items.push(item);
    }
    return number;
  }
}

/** Texts and lists of texts, each written once. */
export class TextLists {
  private readonly texts = new Pool<string>();
  private readonly lists = new Pool<readonly number[]>();

  text(text: string): number {
    return this.texts.add(text, text);
  }

  list(list: readonly string[]): number {
    const numbers = list.map((text) => this.text(text));
    return this.lists.add(numbers.join(), numbers);
  }

  write(writer: ByteWriter): void {
    writer.texts(this.texts.items);
    writer.number(this.lists.items.length);
    for (const list of this.lists.items) writer.numbers(list);
  }
}

/** Numbers in a row as runs of equal ones. */
export function writeRuns(writer: ByteWriter, values: readonly number[]): void {
  for (let i = 0; i < values.length;) {
    let end = i + 1;
    while (end < values.length && values[end] === values[i]) end++;
    writer.number(values[i] as number);
    writer.number(end - i);
    i = end;
  }
}
