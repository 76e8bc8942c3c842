// What Python's \s matches in text: JavaScript's, with the separators U+001C to U+001F and U+0085, without U+FEFF.
const START = /^(?:(?!\uFEFF)[\s\x1c-\x1f\x85])+/;
const SPACE = /(?!\uFEFF)[\s\x1c-\x1f\x85]/;

function isPlain(code: number): boolean {
  return code > 0x20 && code < 0x7f;
}

/** `text.strip()` as Python has it, which decides what `packaging` accepts around versions. */
export function stripSpace(text: string): string {
  if (text === "" || (isPlain(text.charCodeAt(0)) && isPlain(text.charCodeAt(text.length - 1)))) {
    return text;
  }
  let end = text.length;
  while (end > 0 && SPACE.test(text.charAt(end - 1))) end--;
  return text.slice(0, end).replace(START, "");
}

/** Whether Python's `\s` is found anywhere in the text. */
export function hasSpace(text: string): boolean {
  return SPACE.test(text);
}
