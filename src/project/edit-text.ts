import type { PackageName } from "../base/index.ts";
import { parseRequirements, type Requirement } from "../requirement/index.ts";

/** A statement of a requirements file with all of its lines, or a run of lines that is none. */
interface Chunk {
  readonly text: string;
  /** Of a requirement that stands alone; undefined for everything else. */
  readonly name?: PackageName;
}

export interface EditedText {
  readonly text: string;
  /** The names that stood there and were replaced or removed. */
  readonly found: readonly PackageName[];
}

/**
 * The text of a requirements file with requirements added at its end, each in place of the one of its
 * name where there is one. Everything else stays byte for byte: order, comments, line endings.
 */
export function addToText(text: string, additions: readonly Requirement[]): EditedText {
  const chunks = chunksOf(text).map((chunk) => ({ ...chunk }));
  const found: PackageName[] = [];
  const appended: string[] = [];
  let kept: readonly Chunk[] = chunks;
  for (const { name, text: line } of additions) {
    const same = kept.filter((chunk) => chunk.name === name);
    const [first] = same;
    if (first === undefined) {
      appended.push(line);
      continue;
    }
    found.push(name);
    const written = { name, text: `${line}${tail(first.text)}` };
    kept = kept.flatMap((chunk) =>
      chunk === first ? [written] : same.includes(chunk) ? [] : [chunk],
    );
  }
  return { text: append(kept.map((chunk) => chunk.text).join(""), appended), found };
}

/** The text without the requirements of these names; everything else stays byte for byte. */
export function removeFromText(text: string, names: readonly PackageName[]): EditedText {
  const chunks = chunksOf(text);
  const gone = chunks.filter(({ name }) => name !== undefined && names.includes(name));
  return {
    text: chunks
      .filter((chunk) => !gone.includes(chunk))
      .map((chunk) => chunk.text)
      .join(""),
    found: gone.flatMap(({ name }) => name ?? []),
  };
}

/** The names of a requirements file's own requirements, without those it includes. */
export function namesInText(text: string): readonly PackageName[] {
  return chunksOf(text).flatMap(({ name }) => name ?? []);
}

/** Lines that a `\` at their end joins are one chunk, as pip joins them. */
function chunksOf(text: string): readonly Chunk[] {
  const chunks: Chunk[] = [];
  let open = "";
  for (const line of text.split(/(?<=\r\n|\n|\r(?!\n))/)) {
    open += line;
    const body = line.replace(/[\r\n]+$/, "");
    if (body.endsWith("\\") && !/^\s*#/.test(body)) continue;
    chunks.push(chunkOf(open));
    open = "";
  }
  if (open !== "") chunks.push(chunkOf(open));
  return chunks;
}

function chunkOf(text: string): Chunk {
  const name = nameOf(text.replace(/^\uFEFF/, ""));
  return name === undefined ? { text } : { text, name };
}

function nameOf(text: string): PackageName | undefined {
  if (!/^\s*[^\s#]/.test(text)) return undefined;
  try {
    const [requirement, ...others] = parseRequirements(text);
    const name = others.length === 0 ? requirement?.name : undefined;
    return name === "" ? undefined : name;
  } catch {
    return undefined;
  }
}

/** The comment behind a requirement, and the end of its last line. */
function tail(text: string): string {
  const end = /[\r\n]*$/.exec(text)?.[0] ?? "";
  const last =
    text
      .slice(0, text.length - end.length)
      .split(/[\r\n]/)
      .at(-1) ?? "";
  const at = last.search(/\s#/);
  if (at < 0) return end;
  const blank = /\s*$/.exec(last.slice(0, at + 1))?.[0] ?? " ";
  return `${blank}${last.slice(at + 1)}${end}`;
}

function append(text: string, lines: readonly string[]): string {
  if (lines.length === 0) return text;
  const ending = /\r\n|\n|\r/.exec(text)?.[0] ?? "\n";
  const joins = /\\[\r\n]*$/.test(text) ? ending : "";
  const gap = text === "" || /[\r\n]$/.test(text) ? joins : `${ending}${joins}`;
  return text + gap + lines.map((line) => line + ending).join("");
}
