import { buildError } from "./errors.ts";
import type { EntryPoint } from "./types.ts";

const SCRIPTS: ReadonlyMap<string, { gui: boolean }> = new Map([
  ["console_scripts", { gui: false }],
  ["gui_scripts", { gui: true }],
]);
const NAME_PART = String.raw`[\p{L}_][\p{L}\p{N}\p{M}_]*`;
const DOTTED = `${NAME_PART}(?:\\.${NAME_PART})*`;
const OBJECT = new RegExp(`^(${DOTTED})\\s*:\\s*(${DOTTED})\\s*(?:\\[[^\\[\\]\\n]*\\])?$`, "u");
const MAX_NAME = 255;
// eslint-disable-next-line no-control-regex
const UNSAFE_NAME = /[/\\\u0000-\u001f\u007f]/;

/**
 * The commands of an entry_points.txt (entry points specification): what Python's configparser reads
 * with `=` as the only delimiter and names that keep their case. Other groups are passed over.
 * Extras after the object are obsolete and left out. Throws `wheel-entry-point`.
 */
export function parseEntryPoints(text: string): EntryPoint[] {
  const found = new Map<string, EntryPoint>();
  for (const { group, name, value } of readOptions(text)) {
    const script = SCRIPTS.get(group);
    if (script === undefined) continue;
    const entry = { name, ...parseObject(name, value), gui: script.gui };
    checkName(name);
    const other = found.get(name);
    if (other !== undefined && !sameObject(other, entry)) {
      throw entryPointError(`the command ${name} is there twice, calling different things`);
    }
    found.set(name, other ?? entry);
  }
  return [...found.values()];
}

function entryPointError(message: string): Error {
  return buildError("wheel-entry-point", `entry_points.txt: ${message}`);
}

function sameObject(a: EntryPoint, b: EntryPoint): boolean {
  return a.module === b.module && a.attribute === b.attribute;
}

function checkName(name: string): void {
  const bad =
    name === "" ||
    name === "." ||
    name === ".." ||
    UNSAFE_NAME.test(name) ||
    Buffer.byteLength(name) > MAX_NAME;
  if (bad) throw entryPointError(`${JSON.stringify(name)} is no name for a command`);
}

function parseObject(name: string, value: string): { module: string; attribute: string } {
  const match = OBJECT.exec(value);
  if (match !== null) return { module: match[1] as string, attribute: match[2] as string };
  throw entryPointError(
    `the command ${JSON.stringify(name)} should call module:attribute, but has ${JSON.stringify(value)}`,
  );
}

interface Option {
  readonly group: string;
  readonly name: string;
  value: string;
}

/** configparser's reading: comments, sections, and values that go on in deeper indented lines. */
function readOptions(text: string): Option[] {
  const options: Option[] = [];
  let group = "";
  let open: { option: Option; indent: number } | undefined;
  for (const line of text.split(/\r\n|\r|\n/)) {
    const content = line.trim();
    if (content === "" || content.startsWith("#") || content.startsWith(";")) continue;
    const indent = line.length - line.trimStart().length;
    if (open !== undefined && indent > open.indent) {
      open.option.value += `\n${content}`;
      continue;
    }
    open = undefined;
    if (content.startsWith("[") && content.includes("]")) {
      group = content.slice(1, content.lastIndexOf("]"));
      continue;
    }
    const option = readOption(group, content);
    options.push(option);
    open = { option, indent };
  }
  return options;
}

function readOption(group: string, content: string): Option {
  const equals = content.indexOf("=");
  if (equals < 0 && SCRIPTS.has(group)) {
    throw entryPointError(`a line of [${group}] has no =: ${JSON.stringify(content)}`);
  }
  const name = content.slice(0, Math.max(0, equals)).trimEnd();
  return { group, name, value: content.slice(equals + 1).trim() };
}
