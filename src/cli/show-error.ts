import type { Place, UserError } from "../base/index.ts";
import { colors } from "./colors.ts";
import { printable } from "./printable.ts";

export interface ShowOptions {
  readonly color: boolean;
  /** Adds the stack trace and its causes. */
  readonly debug: boolean;
  /** The text of a file, for the line that a place names; undefined where it cannot be had. */
  readonly readFile: (path: string) => string | undefined;
}

/** An error, and those related to it, for people. */
export function errorText(error: UserError, options: ShowOptions): string {
  const parts = [error, ...error.related].map((one) => oneError(one, options));
  if (error.related.length > 0) parts.push(`${error.related.length + 1} errors\n`);
  const { dim } = colors(options.color);
  parts.push(dim(`More about it: mach-nix explain ${error.code}`) + "\n");
  if (options.debug) parts.push(`\n${printable(stack(error))}\n`);
  return parts.join("");
}

function oneError(error: UserError, options: ShowOptions): string {
  const { bold, red, cyan } = colors(options.color);
  const [first = "", ...rest] = printable(error.message).split("\n");
  const rows = [`${bold(red("error"))}: ${first} [${error.code}]`, ...rest];
  const place = placeText(error.place);
  if (place !== "") rows.push(`  at ${bold(printable(place))}`);
  rows.push(...excerpt(error.place, options));
  if (error.hint !== undefined) rows.push(`  ${cyan("hint")}: ${printable(error.hint)}`);
  return rows.join("\n") + "\n";
}

/** `requirements.txt:3:7`, or whatever else is known of the place. */
export function placeText(place: Place | undefined): string {
  if (place === undefined) return "";
  const { file, line, column, url } = place;
  const position = [line, column].filter((number) => number !== undefined).map((n) => `:${n}`);
  return [file === undefined ? undefined : file + position.join(""), place.package, url]
    .filter((part) => part !== undefined)
    .join(", ");
}

const LONGEST = 100;

/** The line that the place names, cut to the part around the column, and a caret below it. */
function excerpt(place: Place | undefined, { readFile, color }: ShowOptions): string[] {
  if (place?.file === undefined || place.line === undefined) return [];
  const line = readFile(place.file)?.split(/\r\n|\n|\r/)[place.line - 1];
  if (line === undefined || line.trim() === "") return [];
  const column = Math.min(place.column ?? 1, line.length + 1) - 1;
  const from =
    line.length <= LONGEST ? 0 : Math.max(0, Math.min(column - 40, line.length - LONGEST));
  const shown = printable(line.slice(from, from + LONGEST)).replaceAll("\t", " ");
  const { dim, red } = colors(color);
  const margin = `  ${place.line} | `;
  const rows = [dim(margin) + shown];
  if (place.column !== undefined) {
    const before = printable(line.slice(from, column)).length;
    rows.push(" ".repeat(margin.length + before) + red("^"));
  }
  return rows;
}

function stack(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\ncaused by: ${stack(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}

/** The same for programs: the value of `error` in the one document on standard output. */
export function errorDocument(error: UserError, { debug }: { debug: boolean }): object {
  return {
    code: error.code,
    message: error.message,
    hint: error.hint,
    exit: error.exit,
    place: error.place,
    facts: error.facts,
    ...(debug ? { stack: stack(error) } : {}),
    related: error.related.map((one) => errorDocument(one, { debug: false })),
  };
}
