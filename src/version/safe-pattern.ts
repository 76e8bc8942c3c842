// A regular expression as conda's specs have them, matched without backtracking: following the set
// of all positions that can be reached takes polynomial time whatever the pattern, and patterns
// come from channels that nobody vouches for. Understood are literals, `.`, classes, groups, `|`,
// `* + ? {m,n}` (lazy ones too: the language is the same), `^`, `$` and \d \w \s.

type Node =
  | { readonly kind: "character"; readonly test: (character: string) => boolean }
  | { readonly kind: "start" | "end" }
  | { readonly kind: "sequence" | "choice"; readonly nodes: readonly Node[] }
  | { readonly kind: "repeat"; readonly node: Node; readonly min: number; readonly max: number };

type Positions = ReadonlySet<number>;

const MAX_PATTERN = 512;
const MAX_TEXT = 1024;
const MAX_DEPTH = 32;

/** Where matches of the node end, that begin at one of the positions. */
function endsOf(node: Node, text: string, from: Positions): Positions {
  switch (node.kind) {
    case "character":
      return new Set(
        [...from].filter((i) => i < text.length && node.test(text.charAt(i))).map((i) => i + 1),
      );
    case "start":
      return from.has(0) ? new Set([0]) : new Set();
    case "end":
      return from.has(text.length) ? new Set([text.length]) : new Set();
    case "sequence":
      return node.nodes.reduce((positions, next) => endsOf(next, text, positions), from);
    case "choice":
      return new Set(node.nodes.flatMap((next) => [...endsOf(next, text, from)]));
    default:
      return repeatEnds(node, text, from);
  }
}

function sameSet(a: Positions, b: Positions): boolean {
  return a.size === b.size && [...a].every((i) => b.has(i));
}

function repeatEnds(node: Node & { kind: "repeat" }, text: string, from: Positions): Positions {
  let current = from;
  for (let i = 0; i < node.min; i++) {
    const next = endsOf(node.node, text, current);
    if (sameSet(next, current)) break;
    current = next;
  }
  const reached = new Set(current);
  for (let i = node.min; i < node.max && current.size > 0; i++) {
    const next = endsOf(node.node, text, current);
    current = new Set([...next].filter((position) => !reached.has(position)));
    for (const position of current) reached.add(position);
  }
  return reached;
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  d: /\d/,
  D: /\D/,
  w: /\w/,
  W: /\W/,
  s: /\s/,
  S: /\S/,
};

/** Thrown inside the reader for what it does not understand, and caught there. */
class PatternError extends Error {}

class PatternReader {
  private at = 0;
  private depth = 0;
  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  read(): Node {
    const node = this.choice();
    if (this.at < this.source.length) throw new PatternError("unbalanced )");
    return node;
  }

  private take(text: string): boolean {
    if (!this.source.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  private choice(): Node {
    const nodes = [this.sequence()];
    while (this.take("|")) nodes.push(this.sequence());
    return nodes.length === 1 ? (nodes[0] as Node) : { kind: "choice", nodes };
  }

  private sequence(): Node {
    const nodes: Node[] = [];
    while (this.at < this.source.length && !/[|)]/.test(this.source.charAt(this.at))) {
      nodes.push(this.repeated(this.atom()));
    }
    return { kind: "sequence", nodes };
  }

  private repeated(node: Node): Node {
    const match = /^(?:([*+?])|\{(\d{1,3})(?:(,)(\d{0,3}))?\})/.exec(
      this.source.slice(this.at, this.at + 12),
    );
    if (match === null) return node;
    if (node.kind === "start" || node.kind === "end") throw new PatternError("nothing to repeat");
    this.at += match[0].length;
    const [, sign, least, comma, most] = match;
    const min = sign === undefined ? Number(least) : sign === "+" ? 1 : 0;
    const unbounded = sign === undefined ? comma !== undefined && most === "" : sign !== "?";
    const max = unbounded ? Infinity : sign === "?" ? 1 : Number(most ?? least);
    this.take("?");
    if (max < min || /[*+{]/.test(this.source.charAt(this.at)))
      throw new PatternError("bad repeat");
    return { kind: "repeat", node, min, max };
  }

  private atom(): Node {
    const character = this.source.charAt(this.at++);
    switch (character) {
      case "^":
        return { kind: "start" };
      case "$":
        return { kind: "end" };
      case ".":
        return { kind: "character", test: (c) => c !== "\n" };
      case "(":
        return this.group();
      case "[":
        return this.characterClass();
      case "\\":
        return { kind: "character", test: this.escape() };
      default:
        if (/[*+?]/.test(character)) throw new PatternError("nothing to repeat");
        return { kind: "character", test: (c) => c === character };
    }
  }

  private group(): Node {
    if (++this.depth > MAX_DEPTH) throw new PatternError("too deep");
    if (this.take("?") && !this.take(":")) throw new PatternError("unsupported group");
    const node = this.choice();
    if (!this.take(")")) throw new PatternError("unbalanced (");
    this.depth--;
    return node;
  }

  private escape(): (character: string) => boolean {
    const character = this.source.charAt(this.at++);
    const known = CLASSES[character];
    if (known !== undefined) return (c) => known.test(c);
    if (character === "" || /[a-z\d]/i.test(character)) throw new PatternError("unknown escape");
    return (c) => c === character;
  }

  private characterClass(): Node {
    const inverted = this.take("^");
    const tests: ((character: string) => boolean)[] = [];
    while (tests.length === 0 || !this.take("]")) {
      if (this.at >= this.source.length) throw new PatternError("unbalanced [");
      tests.push(this.classItem());
    }
    return { kind: "character", test: (c) => tests.some((test) => test(c)) !== inverted };
  }

  private classItem(): (character: string) => boolean {
    if (this.take("\\")) return this.escape();
    const first = this.source.charAt(this.at++);
    const last = this.source.charAt(this.at + 1);
    if (this.source.charAt(this.at) !== "-" || last === "]" || last === "")
      return (c) => c === first;
    if (last === "\\" || last < first) throw new PatternError("bad range");
    this.at += 2;
    return (c) => c >= first && c <= last;
  }
}

/**
 * A test for texts that the pattern matches from their start, as Python's `re.match`; undefined
 * where the pattern is broken, too long, or has what is not understood here.
 */
export function compilePattern(source: string): ((text: string) => boolean) | undefined {
  if (source.length > MAX_PATTERN) return undefined;
  try {
    const node = new PatternReader(source).read();
    return (text) => text.length <= MAX_TEXT && endsOf(node, text, new Set([0])).size > 0;
  } catch (error) {
    if (error instanceof PatternError) return undefined;
    throw error;
  }
}

/** A test for texts that a glob matches, `*` standing for anything but an end of line. */
export function compileGlob(glob: string): ((text: string) => boolean) | undefined {
  const pattern = `^${glob.replaceAll(/[^\w*]/g, "\\$&").replaceAll("*", ".*")}$`;
  if (pattern.length > MAX_PATTERN || glob.includes("\n")) return compilePattern(pattern);
  const parts = glob.split("*");
  return (text) => text.length <= MAX_TEXT && !text.includes("\n") && hasParts(text, parts);
}

/** Whether a text is those parts with anything between: each where it is found first. */
function hasParts(text: string, parts: readonly string[]): boolean {
  const [first = "", ...others] = parts;
  const last = others.pop();
  if (last === undefined) return text === first;
  const end = text.length - last.length;
  if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
