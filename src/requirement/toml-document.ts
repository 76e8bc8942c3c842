import type { Place, UserError } from "../base/index.ts";
import { requirementError, type RequirementErrorCode } from "./errors.ts";
import { Fault, quote } from "./fault.ts";
import type { TomlLibrary } from "./libraries.ts";
import { redact } from "./redact.ts";

/** A TOML table, to be read with `Object.hasOwn` only. */
export type TomlTable = Readonly<Record<string, unknown>>;

/** Where a TOML text came from. */
export interface TomlSource {
  readonly text: string;
  readonly path?: string | undefined;
  /** Its first line in the file. */
  readonly firstLine?: number;
  /** How many characters of each line of the file precede the text. */
  readonly indent?: number;
}

/** A TOML text with the errors found in it so far. */
export class TomlDocument {
  readonly root: TomlTable;
  readonly errors: UserError[] = [];
  readonly #source: TomlSource;
  readonly #code: RequirementErrorCode;

  /** Throws the code given for a text that is no TOML. */
  constructor(source: TomlSource, code: RequirementErrorCode, library: TomlLibrary) {
    this.#source = source;
    this.#code = code;
    this.root = this.#parse(library);
  }

  /** A table's own value. */
  static get(table: TomlTable, key: string): unknown {
    return Object.hasOwn(table, key) ? table[key] : undefined;
  }

  /** A member that has to be a table; an error, and undefined, where it is something else. */
  table(parent: TomlTable, key: string, shown: string): TomlTable | undefined {
    const value = TomlDocument.get(parent, key);
    if (value === undefined) return undefined;
    if (isTable(value)) return value;
    this.fail(`${shown} has to be a table`, { near: key });
    return undefined;
  }

  /** A member that has to be an array. */
  array(parent: TomlTable, key: string, shown: string): readonly unknown[] {
    const value = TomlDocument.get(parent, key) ?? [];
    if (Array.isArray(value)) return value as readonly unknown[];
    this.fail(`${shown} has to be an array`, { near: key });
    return [];
  }

  /** Notes an error; `near` is a text that stands where it is, `after` one that stands before. */
  fail(
    message: string,
    where: { readonly near: string; readonly after?: string; readonly hint?: string },
  ): void {
    const { hint } = where;
    this.errors.push(
      requirementError(this.#code, message, {
        place: this.#place(this.#find(where.near, where.after)),
        ...(hint === undefined ? {} : { hint }),
      }),
    );
  }

  /** Runs a reader of a string of the document; its fault is noted, and undefined comes back. */
  read<T>(value: string, read: (value: string) => T, after?: string): T | undefined {
    try {
      return read(value);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const at = this.#find(value, after);
      const place = this.#place(at === undefined ? undefined : at + error.offset);
      this.errors.push(
        requirementError(error.code, redact(`${quote(value)}: ${error.message}`), {
          place,
          ...(error.hint === undefined ? {} : { hint: error.hint }),
        }),
      );
      return undefined;
    }
  }

  /** The place of a string of the document. */
  placeOf(value: string, after?: string): Place {
    return this.#place(this.#find(value, after));
  }

  #parse(library: TomlLibrary): TomlTable {
    const { text } = this.#source;
    try {
      return library.parse(text) as TomlTable;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const position = error instanceof library.TomlError ? offsetOf(text, error) : undefined;
      const [message = ""] = error.message.split("\n", 1);
      throw requirementError(this.#code, message, { place: this.#place(position), cause: error });
    }
  }

  /** The first occurrence in quotes, else bare, of a text; from the first occurrence of another on. */
  #find(value: string, after?: string): number | undefined {
    const { text } = this.#source;
    const from = after === undefined ? 0 : Math.max(0, text.indexOf(after));
    for (const quoted of [`"${value}"`, `'${value}'`, JSON.stringify(value)]) {
      const at = text.indexOf(quoted, from);
      if (at !== -1) return at + 1;
    }
    const bare = text.indexOf(value, from);
    return bare === -1 ? undefined : bare;
  }

  #place(offset: number | undefined): Place {
    const { text, path, firstLine = 1, indent = 0 } = this.#source;
    const file = path === undefined ? {} : { file: path };
    if (offset === undefined) return file;
    const before = text.slice(0, offset);
    const lines = before.split("\n");
    const column = (lines.at(-1)?.length ?? 0) + 1 + indent;
    return { ...file, line: firstLine + lines.length - 1, column };
  }
}

function isTable(value: unknown): value is TomlTable {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date)
  );
}

function offsetOf(text: string, { line, column }: { line: number; column: number }): number {
  const lines = text.split("\n").slice(0, line - 1);
  return lines.reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
}
