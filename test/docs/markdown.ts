// What the tests of the documentation need to know of Markdown.
import { readFileSync } from "node:fs";

/** A fenced block: what stands behind the fence, its text, and the line of the fence. */
export interface Block {
  readonly language: string;
  readonly words: readonly string[];
  readonly text: string;
  readonly line: number;
}

/** The fenced blocks of a page, in order. */
export function blocksOf(path: string): Block[] {
  const blocks: Block[] = [];
  let open: { head: string; line: number; lines: string[] } | undefined;
  for (const [i, line] of readFileSync(path, "utf8").split("\n").entries()) {
    if (!line.startsWith("```")) open?.lines.push(line);
    else if (open === undefined) open = { head: line.slice(3), line: i + 1, lines: [] };
    else {
      const [language = "", ...words] = open.head.trim().split(" ");
      blocks.push({ language, words, text: `${open.lines.join("\n")}\n`, line: open.line });
      open = undefined;
    }
  }
  return blocks;
}

/** A page without its fenced blocks and code spans, line by line. */
export function proseOf(text: string): string[] {
  let inside = false;
  return text.split("\n").map((line) => {
    const fence = line.startsWith("```");
    if (fence) inside = !inside;
    return fence || inside ? "" : line;
  });
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const line of proseOf(text)) {
    const heading = /^#{1,6} (.*)$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const plain = heading.replaceAll(/[`*]/g, "").trim().toLowerCase();
    const anchor = plain.replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
    let name = anchor;
    for (let n = 1; found.has(name); n++) name = `${anchor}-${n}`;
    found.add(name);
  }
  return found;
}
