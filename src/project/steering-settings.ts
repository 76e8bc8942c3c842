import { normalizeName, type PackageName } from "../base/index.ts";
import { parseRequirement, type Requirement } from "../requirement/index.ts";
import type { Exclusion, MetadataOverride, MinimumAge, Steering } from "../resolve/index.ts";
import { ANY_VERSION, parseSpecifiers, type SpecifierSet } from "../version/index.ts";
import { parseAge } from "./parse-age.ts";
import {
  checkKeys,
  type Fail,
  isTable,
  isTextList,
  readChoice,
  readValue,
  type Table,
} from "./settings-values.ts";

export const PREFERENCES = ["provider", "newest"] as const;
export const VERSION_ORDERS = ["highest", "lowest", "lowest-direct"] as const;

/** What the file says beside what a resolution is for. */
export interface SteeringSettings {
  readonly steering?: Steering;
  readonly constraints?: readonly Requirement[];
}

/** Where the values stand, and how an error in one is told. */
export interface SettingsPlace {
  readonly path: string;
  readonly fail: Fail;
}

/** Reads what steers a resolution. Throws what `fail` makes. */
export function readSteering(table: Table, { path, fail }: SettingsPlace): SteeringSettings {
  const { prefer, resolution, pre, constraints, override, exclude } = table;
  const age = table["min-age"];
  const steering: Steering = {
    ...(prefer === undefined
      ? {}
      : { prefer: readChoice(prefer, { key: "prefer", choices: PREFERENCES, fail }) }),
    ...(resolution === undefined
      ? {}
      : { order: readChoice(resolution, { key: "resolution", choices: VERSION_ORDERS, fail }) }),
    ...(pre === undefined ? {} : { prereleases: readNames(pre, { key: "pre", fail }) }),
    ...(age === undefined ? {} : { minimumAge: readMinimumAge(age, fail) }),
    ...(override === undefined
      ? {}
      : {
          overrides: readTables(override, "override", fail).map((one) =>
            readOverride(one, { path, fail }),
          ),
        }),
    ...(exclude === undefined
      ? {}
      : {
          excluded: readTables(exclude, "exclude", fail).map((one) =>
            readExclusion(one, { path, fail }),
          ),
        }),
  };
  return {
    ...(Object.keys(steering).length === 0 ? {} : { steering }),
    ...(constraints === undefined
      ? {}
      : { constraints: readRequirements(constraints, { key: "constraints", path, fail }) }),
  };
}

function readNames(
  value: unknown,
  { key, fail }: { readonly key: string; readonly fail: Fail },
): readonly PackageName[] {
  if (!isTextList(value)) throw fail(`"${key}" should be a list of package names`);
  return value.map((name) => readName(name, { key, fail }));
}

function readName(
  value: unknown,
  { key, fail }: { readonly key: string; readonly fail: Fail },
): PackageName {
  if (typeof value !== "string") throw fail(`"${key}" should be the name of a package`);
  const { name, specifiers, extras } = readValue(key, () => parseRequirement(value), fail);
  if (specifiers.specifiers.length > 0 || extras.length > 0 || name === "") {
    throw fail(`"${key}": "${value}" should be just the name of a package`);
  }
  return name;
}

function readRequirements(
  value: unknown,
  { key, path, fail }: SettingsPlace & { readonly key: string },
): readonly Requirement[] {
  if (!isTextList(value)) throw fail(`"${key}" should be a list such as ["numpy<2"]`);
  return value.map((text) => ({
    ...readValue(key, () => parseRequirement(text), fail),
    place: { file: path },
  }));
}

function readMinimumAge(value: unknown, fail: Fail): MinimumAge {
  const table: Table = isTable(value) ? value : { _default: value };
  const byName = new Map<PackageName, number>();
  let all = 0;
  for (const [name, text] of Object.entries(table)) {
    if (typeof text !== "string") throw fail(`"min-age" should be a time span such as "7d"`);
    const age = readValue("min-age", () => parseAge(text), fail);
    if (name === "_default") all = age;
    else byName.set(normalizeName(name), age);
  }
  return { all, byName };
}

function readTables(value: unknown, key: string, fail: Fail): readonly Table[] {
  if (Array.isArray(value) && value.every(isTable)) return value;
  throw fail(`"${key}" should be written as [[${key}]]`);
}

const OVERRIDE_KEYS = [
  "package",
  "versions",
  "drop",
  "replace",
  "add",
  "requires-python",
  "reason",
];

function readOverride(table: Table, { path, fail }: SettingsPlace): MetadataOverride {
  checkKeys(table, { of: "[[override]]", known: OVERRIDE_KEYS, fail });
  const { drop = [], replace = [], add = [] } = table;
  const requiresPython = table["requires-python"];
  const about = readSubject(table, "override", fail);
  const replaced = readRequirements(replace, { key: "replace", path, fail });
  if (requiresPython !== undefined) readSpecifiers(requiresPython, "requires-python", fail);
  return {
    ...about,
    drop: readNames(drop, { key: "drop", fail }),
    replace: new Map(replaced.map(({ name, text }) => [name, text])),
    add: readRequirements(add, { key: "add", path, fail }).map(({ text }) => text),
    ...(typeof requiresPython === "string" ? { requiresPython } : {}),
    place: { file: path },
  };
}

function readExclusion(table: Table, { path, fail }: SettingsPlace): Exclusion {
  checkKeys(table, { of: "[[exclude]]", known: ["package", "versions", "reason"], fail });
  return { ...readSubject(table, "exclude", fail), place: { file: path } };
}

/** Which releases an entry is about, and why it is there. */
function readSubject(
  table: Table,
  key: string,
  fail: Fail,
): Pick<Exclusion, "name" | "versions" | "reason"> {
  const { package: name, versions, reason = "" } = table;
  if (typeof reason !== "string") throw fail(`"${key}.reason" should be a text`);
  return {
    name: readName(name, { key: `${key}.package`, fail }),
    versions:
      versions === undefined ? ANY_VERSION : readSpecifiers(versions, `${key}.versions`, fail),
    reason,
  };
}

function readSpecifiers(value: unknown, key: string, fail: Fail): SpecifierSet {
  if (typeof value !== "string") throw fail(`"${key}" should be a text such as ">=1,<2"`);
  return readValue(key, () => parseSpecifiers(value), fail);
}
