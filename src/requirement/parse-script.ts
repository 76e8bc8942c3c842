import { requirementError } from "./errors.ts";
import { requireToml, type TomlLibrary } from "./libraries.ts";
import type { ProjectRequirements } from "./parse-pyproject.ts";
import { readDependencyArray, readRequiresPython } from "./read-project-table.ts";
import { throwErrors } from "./read-statements.ts";
import { TomlDocument } from "./toml-document.ts";

export interface ScriptOptions {
  readonly path?: string | undefined;
}

interface Block {
  readonly content: string;
  /** The line of its first content line, from 1. */
  readonly line: number;
}

const OPENING = /^# \/\/\/ ([a-zA-Z0-9-]+)$/;
const CLOSING = "# ///";

/**
 * What the `script` block of a Python file requires (PEP 723); undefined where it has none.
 * `[tool]` is left alone. Throws `script-invalid` and what is wrong with its requirements, all as
 * one error.
 */
export function parseScript(
  text: string,
  options: ScriptOptions = {},
): ProjectRequirements | undefined {
  return text.includes("# /// script") ? readScript(text, options, requireToml()) : undefined;
}

/** The same, with the library given. */
export function readScript(
  text: string,
  { path }: ScriptOptions,
  library: TomlLibrary,
): ProjectRequirements | undefined {
  const [block, second] = scriptBlocks(text);
  if (block === undefined) return undefined;
  if (second !== undefined) {
    const place = {
      ...(path === undefined ? {} : { file: path }),
      line: second.line - 1,
      column: 1,
    };
    throw requirementError("script-invalid", "a second `script` block", {
      place,
      hint: "PEP 723 allows one: put everything into the first",
    });
  }
  const source = { text: block.content, path, firstLine: block.line, indent: 2 };
  const document = new TomlDocument(source, "script-invalid", library);
  const items = document.array(document.root, "dependencies", "dependencies");
  const requirements = readDependencyArray(document, items, "dependencies");
  const requiresPython = readRequiresPython(document, document.root);
  throwErrors(document.errors);
  return { requirements, ...(requiresPython === undefined ? {} : { requiresPython }) };
}

/**
 * The blocks of type `script`, as the regular expression of PEP 723 finds them: between the opening
 * line and the last `# ///` of the comment lines that follow without a gap.
 */
function scriptBlocks(text: string): Block[] {
  const lines = text.split(/\r\n|\r|\n/);
  const blocks: Block[] = [];
  for (let index = 0; index < lines.length; index++) {
    const type = OPENING.exec(lines[index] ?? "")?.[1];
    if (type === undefined) continue;
    const close = closingLine(lines, index + 1);
    if (close === undefined) continue;
    const content = lines
      .slice(index + 1, close)
      .map(withoutMark)
      .join("\n");
    if (type === "script") blocks.push({ content, line: index + 2 });
    index = close;
  }
  return blocks;
}

function closingLine(lines: readonly string[], from: number): number | undefined {
  let close: number | undefined;
  for (let index = from; /^#(?: [^]*)?$/.test(lines[index] ?? ""); index++) {
    if (lines[index] === CLOSING && index > from) close = index;
  }
  return close;
}

function withoutMark(line: string): string {
  return line.startsWith("# ") ? line.slice(2) : line.slice(1);
}
