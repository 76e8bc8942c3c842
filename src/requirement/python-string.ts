const ESCAPE =
  /\\(?:(\n)|([\\'"abfnrtv])|([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([^]))/gu;
const NAMED: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/**
 * The value of a quoted Python string literal without a prefix, quotes included in the text, or
 * undefined where Python has none: a bare line end or NUL, an unfinished escape. Named characters
 * (`\N{…}`) are not known here.
 */
export function pythonString(literal: string): string | undefined {
  const inner = literal.slice(1, -1);
  if (!inner.includes("\\")) return isPlain(inner) ? inner : undefined;
  if (!isPlain(inner.replaceAll("\\\n", ""))) return undefined;
  let bad = false;
  const value = inner.replace(ESCAPE, (whole: string, ...groups: (string | undefined)[]) => {
    const [newline, named, octal, hex, short, long, other] = groups;
    if (newline !== undefined) return "";
    if (named !== undefined) return NAMED[named] ?? named;
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
    const code = hex ?? short ?? long;
    if (code !== undefined && Number.parseInt(code, 16) <= 0x10ffff)
      return String.fromCodePoint(Number.parseInt(code, 16));
    if (code !== undefined || "xuUN".includes(other ?? "")) bad = true;
    return whole;
  });
  return bad || endsInEscape(inner) ? undefined : value;
}

function isPlain(text: string): boolean {
  return !/[\n\r\0]/.test(text) && text.isWellFormed();
}

function endsInEscape(text: string): boolean {
  const slashes = /\\*$/.exec(text)?.[0].length ?? 0;
  return slashes % 2 === 1;
}
