import { UserError } from "../base/index.ts";

/** Makes the error that a settings file gives: what is wrong with it, and what to do. */
export type Fail = (message: string, hint?: string) => Error;

/** A table as TOML gives it. */
export type Table = Readonly<Record<string, unknown>>;

export function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

export function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An address or a path, or several of these. */
export function channelAddress(value: unknown): readonly string[] | undefined {
  if (typeof value === "string" && value !== "") return [value];
  return isTextList(value) && value.length > 0 ? value : undefined;
}

/** What another stage says of a value, told as an error of the file. */
export function readValue<T>(key: string, read: () => T, fail: Fail): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw fail(`"${key}": ${error.message}`, error.hint);
  }
}

/** One of a few words. */
export function readChoice<T extends string>(
  value: unknown,
  {
    key,
    choices,
    fail,
  }: { readonly key: string; readonly choices: readonly T[]; readonly fail: Fail },
): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw fail(`"${key}" should be one of ${choices.map((choice) => `"${choice}"`).join(", ")}`);
}

/** Refuses keys that a table does not know. */
export function checkKeys(
  table: Table,
  {
    of,
    known,
    fail,
  }: { readonly of: string; readonly known: readonly string[]; readonly fail: Fail },
): void {
  const unknown = Object.keys(table).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw fail(`unknown key "${unknown}" in ${of}`, `known keys: ${known.join(", ")}`);
}
