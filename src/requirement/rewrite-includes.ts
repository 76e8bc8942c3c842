import { Fault } from "./fault.ts";
import { type LineOption, optionsStart, readOptions } from "./line-options.ts";
import { barePath } from "./line-requirement.ts";
import { schemeOf } from "./parse-reference.ts";
import { type LogicalLine, logicalLines } from "./requirement-lines.ts";
import { scanRequirement } from "./scan-requirement.ts";

/** What a path in a requirements file is for. */
export type PathRole = "requirement" | "constraint" | "editable" | "find-links" | "local";

/** The new text of a path; undefined leaves it alone. */
export type RewritePath = (path: string, role: PathRole) => string | undefined;

interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const ROLES: ReadonlyMap<string, PathRole> = new Map([
  ["--requirement", "requirement"],
  ["--constraint", "constraint"],
  ["--editable", "editable"],
  ["--find-links", "find-links"],
]);

/**
 * The text of a requirements file with its relative paths rewritten: those of `-r`, `-c`, `-e` and
 * `--find-links`, and local projects and archives. All else stays, byte for byte; so do URLs,
 * absolute paths, paths with `${NAME}` in them, and lines that cannot be read.
 */
export function rewriteIncludes(text: string, rewrite: RewritePath): string {
  const changes = logicalLines(text).flatMap((line) => lineChanges(line, text, rewrite));
  let result = "";
  let at = 0;
  for (const change of changes.toSorted((a, b) => a.start - b.start)) {
    result += text.slice(at, change.start) + change.text;
    at = change.end;
  }
  return result + text.slice(at);
}

function lineChanges(line: LogicalLine, text: string, rewrite: RewritePath): Change[] {
  const start = optionsStart(line.text);
  try {
    const head = line.text.slice(0, start).trimEnd();
    if (head !== "") return change(line, pathIn(head), (path) => rewrite(path, "local"));
    const options = readOptions(line.text, start);
    return options.flatMap((option) => optionChange({ line, text, option }, rewrite));
  } catch (error) {
    if (error instanceof Fault) return [];
    throw error;
  }
}

interface Span {
  readonly at: number;
  readonly path: string;
}

/** The path that a requirement names, bare or after `name @`. */
function pathIn(requirement: string): Span | undefined {
  const bare = barePath(requirement);
  if (bare !== undefined) return { at: 0, path: bare };
  const { url, detailAt } = scanRequirement(requirement);
  if (url === undefined) return undefined;
  return { at: detailAt, path: url.split("#", 1)[0] ?? url };
}

function change(
  line: LogicalLine,
  span: Span | undefined,
  rewrite: (path: string) => string | undefined,
): Change[] {
  if (span === undefined || !isRelative(span.path)) return [];
  const text = rewrite(span.path);
  if (text === undefined) return [];
  const start = line.source(span.at);
  return [{ start, end: line.source(span.at + span.path.length - 1) + 1, text }];
}

function isRelative(path: string): boolean {
  return path !== "" && schemeOf(path) === undefined && !/^[/\\]|\$\{/.test(path);
}

function optionChange(
  { line, text, option }: { line: LogicalLine; text: string; option: LineOption },
  rewrite: RewritePath,
): Change[] {
  const role = ROLES.get(option.name);
  const value = role === "editable" ? editablePath(option.value) : option.value;
  if (role === undefined || value === undefined || !isRelative(value)) return [];
  const path = rewrite(value, role);
  if (path === undefined) return [];
  const { word, valueStart } = option;
  const start = line.source(word.at);
  const end = line.source(word.end - 1) + 1;
  const whole = option.value.replace(value, () => path);
  if (text.slice(start, end) !== word.text) {
    return [{ start, end, text: word.text.slice(0, valueStart) + quoteWord(whole) }];
  }
  return [{ start: start + valueStart, end, text: quoteWord(whole) }];
}

/** The path in the value of `-e`, which may have a name before it and extras behind it. */
function editablePath(value: string): string | undefined {
  return schemeOf(value) === undefined ? pathIn(value)?.path : undefined;
}

function quoteWord(text: string): string {
  if (!/[\s'"\\]/.test(text)) return text;
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}
