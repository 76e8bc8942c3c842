/** Thrown where bytes do not hold what they should: the caller says which file and block. */
export class Malformed extends Error {}

/** Reads what ByteWriter wrote. Whatever the bytes are, it ends with a value or with Malformed. */
export class ByteReader {
  readonly bytes: Buffer;
  at: number;
  readonly end: number;

  constructor(bytes: Buffer, at = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  number(): number {
    let byte = this.byte();
    if (byte < 0x80) return byte;
    let value = byte - 0x80;
    let scale = 0x80;
    do {
      byte = this.byte();
      value += (byte % 0x80) * scale;
      scale *= 0x80;
    } while (byte >= 0x80 && scale < 2 ** 56);
    if (byte >= 0x80 || !Number.isSafeInteger(value)) throw new Malformed("a number too large");
    return value;
  }

  /** A number of things that take at least one byte each. */
  count(): number {
    const value = this.number();
    if (value > this.end - this.at) throw new Malformed("a count beyond the end");
    return value;
  }

  numbers(): number[] {
    const length = this.count();
    const values: number[] = [];
    for (let i = 0; i < length; i++) values.push(this.number());
    return values;
  }

  /** Passes over what `numbers` reads. */
  skipNumbers(): void {
    const { bytes, end } = this;
    let left = this.count();
    while (left > 0) {
      if (this.at >= end) throw new Malformed("an end too early");
      if ((bytes[this.at++] as number) < 0x80) left--;
    }
  }

  text(): string {
    const size = this.count();
    this.at += size;
    return this.bytes.toString("utf8", this.at - size, this.at);
  }

  /** Passes over texts written as one piece; each is decoded when it is asked for. */
  texts(): TextPool {
    const length = this.count();
    const ends: number[] = [];
    let size = 0;
    for (let i = 0; i < length; i++) ends.push((size += this.number()));
    const start = this.at;
    this.skip(size);
    return new TextPool(this.bytes, start, ends);
  }

  skip(size: number): void {
    if (size > this.end - this.at) throw new Malformed("a length beyond the end");
    this.at += size;
  }

  private byte(): number {
    if (this.at >= this.end) throw new Malformed("an end too early");
    return this.bytes[this.at++] as number;
  }
}

/** Numbered texts, decoded one by one. */
export class TextPool {
  readonly length: number;
  private readonly bytes: Buffer;
  private readonly start: number;
  private readonly ends: readonly number[];
  private readonly decoded: (string | undefined)[] = [];

  constructor(bytes: Buffer, start: number, ends: readonly number[]) {
    this.length = ends.length;
    this.bytes = bytes;
    this.start = start;
    this.ends = ends;
  }

  get(i: number): string {
    const known = this.decoded[i];
    if (known !== undefined) return known;
    const end = this.ends[i];
    if (end === undefined) throw new Malformed("a text that is not there");
    const from = i === 0 ? 0 : (this.ends[i - 1] as number);
    const text = this.bytes.toString("utf8", this.start + from, this.start + end);
    this.decoded[i] = text;
    return text;
  }

  all(): string[] {
    return Array.from({ length: this.length }, (_, i) => this.get(i));
  }
}
