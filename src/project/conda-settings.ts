import type { LinkScriptChoice } from "../environment/index.ts";
import { channelAddress, type Fail, isTable, isTextList, readChoice } from "./settings-values.ts";

/** What mach-nix.toml says of conda. */
export interface CondaSettings {
  /** By a channel's name its address, or repodata files that are it. Credentials may be in them. */
  readonly channels?: Readonly<Record<string, readonly string[]>>;
  readonly channelPriority?: "strict" | "flexible";
  /** Ask channels for single packages, where they can answer so (CEP 16). */
  readonly shardedRepodata?: boolean;
  /** PyPI's names of a conda package; none where it is no Python project. */
  readonly mapping?: Readonly<Record<string, readonly string[]>>;
  /** By a channel's name, or `*`, a file with such a mapping. */
  readonly mappingFiles?: Readonly<Record<string, string>>;
  /** By name without underscores the version that every target has; "" for none. */
  readonly virtualPackages?: Readonly<Record<string, string>>;
  /** Packages whose scripts of linking are run. */
  readonly linkScripts?: LinkScriptChoice;
}

export const CONDA_KEYS: readonly string[] = [
  "channels",
  "channel-priority",
  "sharded-repodata",
  "mapping",
  "mapping-files",
  "virtual-packages",
  "link-scripts",
];

/** Reads conda's keys of a settings file. */
export function readCondaSettings(
  table: Readonly<Record<string, unknown>>,
  fail: Fail,
): CondaSettings {
  const priority = table["channel-priority"];
  const sharded = table["sharded-repodata"];
  if (sharded !== undefined && typeof sharded !== "boolean") {
    throw fail('"sharded-repodata" should be true or false');
  }
  return {
    ...readRecord(table, { key: "channels", name: "channels", read: channelAddress, fail }),
    ...(priority === undefined
      ? {}
      : {
          channelPriority: readChoice(priority, {
            key: "channel-priority",
            choices: ["strict", "flexible"],
            fail,
          }),
        }),
    ...(sharded === undefined ? {} : { shardedRepodata: sharded }),
    ...readRecord(table, { key: "mapping", name: "mapping", read: mappedNames, fail }),
    ...readRecord(table, { key: "mapping-files", name: "mappingFiles", read: text, fail }),
    ...readRecord(table, { key: "virtual-packages", name: "virtualPackages", read: version, fail }),
    ...readLinkScripts(table["link-scripts"], fail),
  };
}

function readLinkScripts(value: unknown, fail: Fail): Pick<CondaSettings, "linkScripts"> {
  if (value === undefined || value === false) return {};
  if (value === true) return { linkScripts: "all" };
  if (isTextList(value)) return { linkScripts: value };
  throw fail('"link-scripts" should be a list of conda packages, or true for all');
}

interface Reading<K extends string, T> {
  readonly key: string;
  readonly name: K;
  readonly read: (value: unknown) => T | undefined;
  readonly fail: Fail;
}

const EXAMPLES: Readonly<Record<string, string>> = {
  channels: 'name = "URL"',
  mapping: 'conda-name = "pypi-name", or false where it is no Python project',
  "mapping-files": 'channel = "FILE"',
  "virtual-packages": 'cuda = "12.4", or false where there is none',
};

function readRecord<K extends string, T>(
  table: Readonly<Record<string, unknown>>,
  { key, name, read, fail }: Reading<K, T>,
): Partial<Record<K, Readonly<Record<string, T>>>> {
  const value = table[key];
  if (value === undefined) return {};
  if (!isTable(value)) throw fail(`"${key}" should be a table of ${EXAMPLES[key]}`);
  const record: Record<string, T> = Object.create(null) as Record<string, T>;
  for (const [entry, given] of Object.entries(value)) {
    const found = read(given);
    if (found === undefined) throw fail(`"${key}.${entry}" should be like ${EXAMPLES[key]}`);
    record[entry] = found;
  }
  return { [name]: record } as Partial<Record<K, Readonly<Record<string, T>>>>;
}

function mappedNames(value: unknown): readonly string[] | undefined {
  if (value === false) return [];
  if (typeof value === "string") return [value];
  return isTextList(value) ? value : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function version(value: unknown): string | undefined {
  return value === false ? "" : text(value);
}
