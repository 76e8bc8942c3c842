/** What a careful second reading of a JSON text finds, which `JSON.parse` does not tell. */
export interface JsonPlaces {
  /** Offset of each value, by `JSON.stringify` of the way to it. */
  readonly offsets: ReadonlyMap<string, number>;
  /** The first key that stands twice in one object. */
  readonly duplicate?: { readonly key: string; readonly offset: number };
  /** Where the text stops being JSON (RFC 8259). */
  readonly broken?: { readonly offset: number; readonly expected: string };
}

class Broken extends Error {
  readonly offset: number;
  readonly expected: string;
  constructor(offset: number, expected: string) {
    super(expected);
    this.offset = offset;
    this.expected = expected;
  }
}

const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const SPACE = /[ \t\r\n]*/y;
const DEEPEST = 100;

/** Walks a JSON text and notes where its values stand. Never throws; stops at the first fault. */
export function jsonPlaces(text: string): JsonPlaces {
  const walk = new Walk(text);
  try {
    walk.value([]);
    walk.space();
    if (walk.at < text.length) throw new Broken(walk.at, "the end of the file");
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    const { offset, expected } = error;
    return { ...walk.found(), broken: { offset, expected } };
  }
  return walk.found();
}

class Walk {
  at = 0;
  readonly #text: string;
  readonly #offsets = new Map<string, number>();
  #duplicate: { key: string; offset: number } | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  found(): JsonPlaces {
    const duplicate = this.#duplicate;
    return { offsets: this.#offsets, ...(duplicate === undefined ? {} : { duplicate }) };
  }

  space(): void {
    this.#match(SPACE);
  }

  value(path: readonly (string | number)[]): void {
    this.space();
    this.#offsets.set(JSON.stringify(path), this.at);
    if (path.length > DEEPEST) throw new Broken(this.at, "less nesting");
    if (this.#take("{")) this.#object(path);
    else if (this.#take("[")) this.#list(path);
    else if (this.#match(STRING) === undefined && this.#match(SCALAR) === undefined) {
      throw new Broken(this.at, "a value");
    }
  }

  #object(path: readonly (string | number)[]): void {
    const seen = new Set<string>();
    this.space();
    if (this.#take("}")) return;
    do {
      this.space();
      const offset = this.at;
      const quoted = this.#match(STRING);
      if (quoted === undefined) throw new Broken(offset, "a key in double quotes");
      const key = JSON.parse(quoted) as string;
      if (seen.has(key)) this.#duplicate ??= { key, offset };
      seen.add(key);
      this.space();
      if (!this.#take(":")) throw new Broken(this.at, '":"');
      this.value([...path, key]);
      this.space();
    } while (this.#take(","));
    if (!this.#take("}")) throw new Broken(this.at, '"," or "}"');
  }

  #list(path: readonly (string | number)[]): void {
    this.space();
    if (this.#take("]")) return;
    let index = 0;
    do {
      this.value([...path, index++]);
      this.space();
    } while (this.#take(","));
    if (!this.#take("]")) throw new Broken(this.at, '"," or "]"');
  }

  #take(sign: string): boolean {
    if (this.#text[this.at] !== sign) return false;
    this.at++;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }
}

/** Line and column, from 1, of an offset. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const lastBreak = before.lastIndexOf("\n");
  return { line: before.split("\n").length, column: offset - lastBreak };
}
