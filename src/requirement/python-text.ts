/** What Python's `str.isspace` and `\s` accept, as the inside of a character class. */
export const SPACE: string = String.raw`\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;

const LINE_END = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g;

/** Whether Python calls the character at an index white space; false past the end. */
export function isSpaceAt(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  if (code < 0x80)
    return code === 0x20 || (code >= 9 && code <= 13) || (code >= 0x1c && code < 0x20);
  if (code < 0x1680) return code === 0x85 || code === 0xa0;
  if (code >= 0x2000 && code <= 0x200a) return true;
  return [0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000].includes(code);
}

/**
 * Whether a word ends before an index, as Python's `\b` after a word character has it: no letter,
 * digit or underscore of any script stands there.
 */
export function isWordEnd(text: string, index: number): boolean {
  const code = text.codePointAt(index);
  if (code === undefined) return true;
  if (code < 0x80) return !/\w/.test(String.fromCharCode(code));
  // Unicode classes take a millisecond to compile, so nothing that is common comes here.
  return !/[\p{L}\p{N}]/u.test(String.fromCodePoint(code));
}

/** Python's `str.strip()`. */
export function strip(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpaceAt(text, start)) start++;
  while (end > start && isSpaceAt(text, end - 1)) end--;
  return text.slice(start, end);
}

/** Python's `str.splitlines()`, each line with the index of its first character. */
export function splitLines(text: string): { readonly text: string; readonly start: number }[] {
  const lines: { text: string; start: number }[] = [];
  let start = 0;
  for (const match of text.matchAll(LINE_END)) {
    lines.push({ text: text.slice(start, match.index), start });
    start = match.index + match[0].length;
  }
  if (start < text.length) lines.push({ text: text.slice(start), start });
  return lines;
}
