import { isWordEnd } from "./python-text.ts";
import { Fault } from "./fault.ts";

const BLANKS = /[ \t]+/y;

/** Reads a text from left to right by sticky patterns. */
export class Scanner {
  readonly source: string;
  at: number;

  constructor(source: string, at = 0) {
    this.source = source;
    this.at = at;
  }

  /** What a sticky pattern matches here, which is then behind us; undefined where it does not. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.source);
    if (match === null) return undefined;
    this.at = pattern.lastIndex;
    return match[0];
  }

  /** The same for a pattern of words: nothing where the word goes on after the match. */
  takeWord(pattern: RegExp): string | undefined {
    const start = this.at;
    const word = this.take(pattern);
    if (word === undefined || isWordEnd(this.source, this.at)) return word;
    this.at = start;
    return undefined;
  }

  /** Whether the character here is the one given, which is then behind us. */
  takeCharacter(character: string): boolean {
    if (this.source[this.at] !== character) return false;
    this.at++;
    return true;
  }

  peek(): string | undefined {
    return this.source[this.at];
  }

  skipBlanks(): boolean {
    return this.take(BLANKS) !== undefined;
  }

  atEnd(): boolean {
    return this.at >= this.source.length;
  }

  /** A fault at this place, or at another. */
  fault(
    message: string,
    options: { readonly at?: number; readonly hint?: string | undefined } = {},
  ): Fault {
    return new Fault(message, options.at ?? this.at, { hint: options.hint });
  }
}
