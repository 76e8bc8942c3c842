/** The attributes of one `<a>`, names in lower case; one without a value has "". */
export type Anchor = ReadonlyMap<string, string>;

/** What an index page says: its `<base href>` and its anchors. */
export interface Page {
  readonly base?: string;
  readonly anchors: readonly Anchor[];
}

const SPACE = /[\t\n\f\r ]*/y;
const ATTRIBUTE_NAME = /[^\t\n\f\r "'>/=]+/y;
const UNQUOTED = /[^\t\n\f\r >]+/y;
const TAG_NAME = /<[a-zA-Z][a-zA-Z0-9]*/y;

/**
 * Reads the start tags of an HTML page: only `base` and `a` count, comments and the insides of
 * `script` and `style` do not. One pass, linear in the text's length.
 */
export function readAnchors(html: string): Page {
  const anchors: Anchor[] = [];
  let base: string | undefined;
  for (let at = html.indexOf("<"); at !== -1; at = html.indexOf("<", at)) {
    const tag = match(TAG_NAME, html, at)?.slice(1).toLowerCase();
    if (tag === undefined) {
      at = afterOther(html, at);
      continue;
    }
    const { attributes, end } = readAttributes(html, at + tag.length + 1);
    at = end;
    if (tag === "a") anchors.push(attributes);
    else if (tag === "base") base ??= attributes.get("href");
    else if (tag === "script" || tag === "style") at = afterRaw(html, at, tag);
  }
  return base === undefined ? { anchors } : { base, anchors };
}

/** Behind a comment, an end tag or a stray `<`. */
function afterOther(html: string, at: number): number {
  if (!html.startsWith("<!--", at)) return at + 1;
  const end = html.indexOf("-->", at + 4);
  return end === -1 ? html.length : end + 3;
}

/** Behind the text of an element in which tags do not count. */
function afterRaw(html: string, at: number, tag: string): number {
  const end = new RegExp(`</${tag}`, "gi");
  end.lastIndex = at;
  const found = end.exec(html);
  return found === null ? html.length : found.index;
}

function readAttributes(html: string, from: number): { attributes: Anchor; end: number } {
  const attributes = new Map<string, string>();
  let at = from;
  while (at < html.length) {
    at += (match(SPACE, html, at) as string).length;
    if (html[at] === ">") return { attributes, end: at + 1 };
    const name = match(ATTRIBUTE_NAME, html, at);
    if (name === undefined) {
      at += 1;
      continue;
    }
    const value = readValue(html, at + name.length);
    const key = name.toLowerCase();
    if (!attributes.has(key)) attributes.set(key, decodeReferences(value.text));
    at = value.end;
  }
  return { attributes, end: html.length };
}

function readValue(html: string, from: number): { text: string; end: number } {
  let at = from + (match(SPACE, html, from) as string).length;
  if (html[at] !== "=") return { text: "", end: from };
  at += 1;
  at += (match(SPACE, html, at) as string).length;
  const quote = html[at];
  if (quote !== '"' && quote !== "'") {
    const text = match(UNQUOTED, html, at) ?? "";
    return { text, end: at + text.length };
  }
  const end = html.indexOf(quote, at + 1);
  if (end === -1) return { text: html.slice(at + 1), end: html.length };
  return { text: html.slice(at + 1, end), end: end + 1 };
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
  ["nbsp", "\u00a0"],
]);

/** Character references: numbers, and the names that pages of indexes use. */
function decodeReferences(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-z]{2,4});/g, (whole, body: string) => {
    if (!body.startsWith("#")) return NAMED.get(body) ?? whole;
    const hex = body[1] === "x" || body[1] === "X";
    const code = hex ? Number.parseInt(body.slice(2), 16) : Number(body.slice(1));
    return code > 0x10ffff || code === 0 ? whole : String.fromCodePoint(code);
  });
}
