import type { Place } from "../base/index.ts";
import { isSpaceAt, splitLines, strip } from "./python-text.ts";

/** What a requirements file calls a line: joined, without comment, with variables filled in. */
export interface LogicalLine {
  readonly text: string;
  /** The line and column in the file of an offset in `text`. */
  place(offset: number): Place;
  /** The index in the file's text of an offset in `text`. */
  source(offset: number): number;
}

/** From `at` on, the text is that of the file from `source` on; where `fixed`, all of it is from there. */
interface Piece {
  readonly at: number;
  readonly source: number;
  readonly fixed?: boolean;
}

interface Draft {
  readonly text: string;
  readonly pieces: readonly Piece[];
}

export interface LineOptions {
  readonly path?: string | undefined;
  /** Values for `${NAME}`; a name without a value, or with an empty one, stays as it is. */
  readonly variables?: ReadonlyMap<string, string> | undefined;
  /** Whether conda's spellings may stand among pip's; they may unless it is said. */
  readonly mixed?: boolean | undefined;
  /** Instead of lines of `path`: where a character of the text stands. */
  readonly place?: ((index: number) => Place) | undefined;
}

const VARIABLE = /\$\{([A-Z0-9_]+)\}/g;

/**
 * The lines of a requirements file as pip's `req_file.preprocess` makes them: a line that ends in
 * `\` goes on in the next one, `#` at the start or after white space begins a comment, `${NAME}`
 * (capitals, digits, `_`) is a variable. Empty lines are left out.
 */
export function logicalLines(text: string, options: LineOptions = {}): LogicalLine[] {
  const physical = splitLines(text);
  const starts = physical.map((line) => line.start);
  const locate =
    options.place ?? ((index: number) => placeOf(index, { starts, path: options.path }));
  const drafts = joinLines(physical);
  return drafts
    .map((draft) => fillIn(trim(draft), options.variables))
    .filter((draft) => draft.text !== "")
    .map(({ text: line, pieces }) => ({
      text: line,
      source: (offset) => sourceOf(pieces, offset),
      place: (offset) => locate(sourceOf(pieces, offset)),
    }));
}

function joinLines(lines: readonly { readonly text: string; readonly start: number }[]): Draft[] {
  const drafts: Draft[] = [];
  let text = "";
  let pieces: Piece[] = [];
  for (const line of lines) {
    const comment = isCommentLine(line.text);
    const goesOn = line.text.endsWith("\\") && !comment;
    const kept = goesOn ? stripSlashes(line.text) : { text: line.text, skipped: 0 };
    pieces.push({ at: text.length, source: line.start + kept.skipped });
    // The blank keeps a comment one, when it is joined to the line before.
    text += comment ? ` ${kept.text}` : kept.text;
    if (goesOn) continue;
    drafts.push({ text, pieces });
    text = "";
    pieces = [];
  }
  if (pieces.length > 0) drafts.push({ text, pieces });
  return drafts;
}

function isCommentLine(text: string): boolean {
  let at = 0;
  while (isSpaceAt(text, at)) at++;
  return text[at] === "#";
}

/** Python's `strip("\\")`: at both ends, as pip has it. */
function stripSlashes(text: string): { text: string; skipped: number } {
  let start = 0;
  let end = text.length;
  while (text[start] === "\\") start++;
  while (end > start && text[end - 1] === "\\") end--;
  return { text: text.slice(start, end), skipped: start };
}

function trim({ text, pieces }: Draft): Draft {
  const kept = text.slice(0, commentStart(text));
  let start = 0;
  while (isSpaceAt(kept, start)) start++;
  if (start === 0) return { text: strip(kept), pieces };
  const first = { at: 0, source: sourceOf(pieces, start) };
  const later = pieces.filter((piece) => piece.at > start);
  const moved = later.map((piece) => ({ ...piece, at: piece.at - start }));
  return { text: strip(kept), pieces: [first, ...moved] };
}

function commentStart(text: string): number {
  for (let at = text.indexOf("#"); at !== -1; at = text.indexOf("#", at + 1)) {
    if (at === 0 || isSpaceAt(text, at - 1)) return at;
  }
  return text.length;
}

function fillIn(draft: Draft, variables: ReadonlyMap<string, string> | undefined): Draft {
  if (variables === undefined || !draft.text.includes("${")) return draft;
  let filled = draft;
  const references = new Map(
    [...draft.text.matchAll(VARIABLE)].map(([all, name = ""]) => [all, name]),
  );
  // One name after the other, as pip does: a value can hold a reference that comes later.
  for (const [reference, name] of references) {
    const value = variables.get(name);
    if (value !== undefined && value !== "") filled = replaceAll(filled, reference, value);
  }
  return filled;
}

function replaceAll({ text, pieces }: Draft, reference: string, value: string): Draft {
  const parts: string[] = [];
  const moved: Piece[] = [];
  let from = 0;
  let length = 0;
  let next = 0;
  let current = pieces[0] ?? { at: 0, source: 0 };
  /** Passes the pieces up to an index, and takes them over where they begin before `kept`. */
  function pass(index: number, kept: number): void {
    for (let piece = pieces[next]; piece !== undefined && piece.at <= index; piece = pieces[next]) {
      if (piece.at < kept) moved.push({ ...piece, at: piece.at - from + length });
      current = piece;
      next++;
    }
  }
  for (let at = text.indexOf(reference); at !== -1; at = text.indexOf(reference, from)) {
    pass(at, at);
    const start = length + at - from;
    moved.push({ at: start, source: sourceIn(current, at), fixed: true });
    parts.push(text.slice(from, at), value);
    from = at + reference.length;
    length = start + value.length;
    pass(from, 0);
    moved.push({ at: length, source: sourceIn(current, from) });
  }
  pass(text.length, Infinity);
  return { text: parts.join("") + text.slice(from), pieces: moved };
}

function sourceIn(piece: Piece, offset: number): number {
  return piece.fixed === true ? piece.source : piece.source + offset - piece.at;
}

function sourceOf(pieces: readonly Piece[], offset: number): number {
  let found = pieces[0];
  for (const piece of pieces) {
    if (piece.at > offset) break;
    found = piece;
  }
  return found === undefined ? 0 : sourceIn(found, offset);
}

function placeOf(
  source: number,
  { starts, path }: { starts: readonly number[]; path: string | undefined },
): Place {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= source) low = middle;
    else high = middle - 1;
  }
  const file = path === undefined ? {} : { file: path };
  return { ...file, line: low + 1, column: source - (starts[low] ?? 0) + 1 };
}
