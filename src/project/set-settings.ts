import { dirname, resolve } from "node:path";
import { SET_NAME } from "../lock/index.ts";
import { checkKeys, isTable, isTextList, type Table } from "./settings-values.ts";
import type { SettingsPlace } from "./steering-settings.ts";

/** What a set asks for besides what the whole lock does. */
export interface SetParts {
  readonly extras?: readonly string[];
  readonly groups?: readonly string[];
  /** Input files, relative to the session's folder. */
  readonly files?: readonly string[];
  /** Requirements as text. */
  readonly packages?: readonly string[];
}

/** What mach-nix.toml says of sets: requirements that are resolved apart. */
export interface SetSettings {
  readonly sets?: Readonly<Record<string, SetParts>>;
  /** The set that is meant where none is named. */
  readonly set?: string;
}

export const SET_KEYS: readonly string[] = ["sets", "set"];

const PARTS = ["extras", "groups", "files", "packages"] as const;

/** Reads the keys of sets; files become absolute. Throws what `fail` makes. */
export function readSetSettings(table: Table, place: SettingsPlace): SetSettings {
  const { sets: value, set } = table;
  const { fail } = place;
  const sets = value === undefined ? undefined : readSets(value, place);
  if (set !== undefined && typeof set !== "string") throw fail('"set" should be the name of a set');
  if (set !== undefined && sets !== undefined && !Object.hasOwn(sets, set)) {
    throw fail(`"set": there is no set "${set}"`, `there are ${Object.keys(sets).join(", ")}`);
  }
  return { ...(sets === undefined ? {} : { sets }), ...(set === undefined ? {} : { set }) };
}

function readSets(value: unknown, place: SettingsPlace): Record<string, SetParts> {
  const { fail } = place;
  if (!isTable(value) || Object.keys(value).length === 0) {
    throw fail('"sets" should be a table such as cpu = { extras = ["cpu"] }');
  }
  const sets: Record<string, SetParts> = {};
  for (const [name, parts] of Object.entries(value)) {
    if (!SET_NAME.test(name)) {
      throw fail(`"sets": "${name}" is no name of letters, digits, dots and dashes`);
    }
    sets[name] = readParts(parts, `sets.${name}`, place);
  }
  return sets;
}

function readParts(value: unknown, key: string, { path, fail }: SettingsPlace): SetParts {
  if (!isTable(value)) throw fail(`"${key}" should be a table such as { extras = ["cpu"] }`);
  checkKeys(value, { of: key, known: PARTS, fail });
  const parts: { -readonly [K in keyof SetParts]: SetParts[K] } = {};
  for (const part of PARTS) {
    const list = value[part];
    if (list === undefined) continue;
    if (!isTextList(list)) throw fail(`"${key}.${part}" should be a list of texts`);
    parts[part] = part === "files" ? list.map((file) => resolve(dirname(path), file)) : list;
  }
  return parts;
}

/** The settings for a question about one set, which is asked with all that it asks for. */
export function withoutSets<T extends SetSettings>(settings: T): Omit<T, keyof SetSettings> {
  const { sets: _, set: __, ...others } = settings;
  return others;
}
