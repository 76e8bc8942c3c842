import { Fault } from "./fault.ts";

/** A word, with where it begins and ends in the text. */
export interface ShellWord {
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

const BLANK = " \t\r\n";

/**
 * Splits a text into words as Python's `shlex.split` does in POSIX mode: quotes and backslashes
 * as in a shell, nothing is expanded. Offsets count from `at`. Throws Fault.
 */
export function shellWords(source: string, from = 0): ShellWord[] {
  const words: ShellWord[] = [];
  let at = from;
  while (at < source.length) {
    if (BLANK.includes(source.charAt(at))) {
      at++;
      continue;
    }
    const word = readWord(source, at);
    words.push(word);
    at = word.end;
  }
  return words;
}

function readWord(source: string, start: number): ShellWord {
  let text = "";
  let at = start;
  while (at < source.length && !BLANK.includes(source.charAt(at))) {
    const character = source.charAt(at);
    if (character === "'" || character === '"') {
      const quoted = readQuoted(source, at);
      text += quoted.text;
      at = quoted.end;
    } else if (character === "\\") {
      if (at + 1 >= source.length) throw new Fault("nothing follows the `\\`", at);
      text += source.charAt(at + 1);
      at += 2;
    } else {
      text += character;
      at++;
    }
  }
  return { text, at: start, end: at };
}

function readQuoted(source: string, start: number): { text: string; end: number } {
  const quote = source.charAt(start);
  let text = "";
  for (let at = start + 1; at < source.length; at++) {
    const character = source.charAt(at);
    if (character === quote) return { text, end: at + 1 };
    const next = source.charAt(at + 1);
    const escapes = quote === '"' && character === "\\" && (next === '"' || next === "\\");
    text += escapes ? next : character;
    if (escapes) at++;
  }
  throw new Fault(`the quotation that begins with ${quote} is not closed`, start);
}
