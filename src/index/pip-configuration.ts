import { normalizeName } from "../base/index.ts";
import { indexError } from "./errors.ts";
import { normalizePipKey, readPipConfigurationFile } from "./pip-configuration-file.ts";
import { pipConfigurationPlaces, type PipSurroundings } from "./pip-configuration-places.ts";

/** What pip's variables and files ask for, as `pip install` would take it. */
export interface PipConfiguration {
  readonly indexUrl?: string;
  readonly extraIndexUrls: readonly string[];
  readonly findLinks: readonly string[];
  readonly noIndex: boolean;
  readonly cert?: string;
  readonly clientCert?: string;
  readonly proxy?: string;
  readonly trustedHosts: readonly string[];
  /** Seconds. */
  readonly timeout?: number;
  readonly retries?: number;
  readonly pre: boolean;
  readonly preferBinary: boolean;
  readonly requireHashes: boolean;
  /** Normalized names, or `:all:`. */
  readonly noBinary: readonly string[];
  readonly onlyBinary: readonly string[];
  readonly constraints: readonly string[];
  /** The configuration files that were there, in the order of reading. */
  readonly files: readonly string[];
}

/** A value and where it comes from, for messages. */
interface Setting {
  readonly key: string;
  readonly value: string;
  readonly origin: string;
}

const ENVIRONMENT = ":env:";
/** The command whose section counts. */
const SECTIONS = ["global", "install", ENVIRONMENT];

const ALIASES: ReadonlyMap<string, string> = new Map([
  ["pypi-url", "index-url"],
  ["default-timeout", "timeout"],
]);

/**
 * Reads what pip would take from its configuration files and `PIP_*` variables: `[global]`, then
 * `[install]`, then the variables; inside a section later files win; empty values count as absent.
 * Throws `index-pip-configuration` for a broken file and for values that are not of their kind.
 */
export function readPipConfiguration(surroundings: PipSurroundings): PipConfiguration {
  const { settings, files } = orderedSettings(surroundings);
  settings.forEach(check);
  const last = new Map(settings.map((setting) => [setting.key, setting]));
  const text = (key: string): string | undefined => last.get(key)?.value;
  const home = (path: string | undefined): string | undefined =>
    path?.startsWith("~/") === true ? surroundings.home + path.slice(1) : path;
  return {
    ...optional("indexUrl", text("index-url")),
    ...optional("cert", home(text("cert"))),
    ...optional("clientCert", home(text("client-cert"))),
    ...optional("proxy", text("proxy")),
    ...optional("timeout", numberOf(last.get("timeout"))),
    ...optional("retries", numberOf(last.get("retries"))),
    ...formatControl(settings),
    extraIndexUrls: words(text("extra-index-url")),
    findLinks: words(text("find-links")),
    trustedHosts: words(text("trusted-host")),
    constraints: words(text("constraint")),
    noIndex: booleanOf(last.get("no-index")),
    pre: booleanOf(last.get("pre")),
    preferBinary: booleanOf(last.get("prefer-binary")),
    requireHashes: booleanOf(last.get("require-hashes")),
    files,
  };
}

/** All settings that count, those that win last (pip: `_get_ordered_configuration_items`). */
function orderedSettings(surroundings: PipSurroundings): { settings: Setting[]; files: string[] } {
  const sections = new Map(SECTIONS.map((name) => [name, new Map<string, Setting>()]));
  const files: string[] = [];
  for (const path of new Set(pipConfigurationPlaces(surroundings))) {
    const content = surroundings.readFile(path);
    if (content === undefined) continue;
    files.push(path);
    for (const [sectionKey, value] of readPipConfigurationFile(content, path)) {
      const dot = sectionKey.indexOf(".");
      const section = sections.get(sectionKey.slice(0, dot));
      const key = sectionKey.slice(dot + 1);
      section?.set(key, { key: ALIASES.get(key) ?? key, value, origin: path });
    }
  }
  for (const setting of variables(surroundings.env)) {
    sections.get(ENVIRONMENT)?.set(setting.key, setting);
  }
  const all = SECTIONS.flatMap((name) => [...(sections.get(name)?.values() ?? [])]);
  return { settings: all.filter(({ value }) => value !== ""), files };
}

function variables(env: PipSurroundings["env"]): Setting[] {
  return Object.entries(env).flatMap(([name, value]) => {
    if (!name.startsWith("PIP_") || value === undefined) return [];
    const key = normalizePipKey(name.slice(4));
    if (key === "version" || key === "help") return [];
    return [{ key: ALIASES.get(key) ?? key, value, origin: name }];
  });
}

/** `no-binary` and `only-binary`, each applied in its turn: a later word takes names from the other. */
function formatControl(
  settings: readonly Setting[],
): Pick<PipConfiguration, "noBinary" | "onlyBinary"> {
  const noBinary = new Set<string>();
  const onlyBinary = new Set<string>();
  for (const { key, value } of settings) {
    if (key === "no-binary") applyFormats(value, noBinary, onlyBinary);
    if (key === "only-binary") applyFormats(value, onlyBinary, noBinary);
  }
  return { noBinary: [...noBinary].sort(), onlyBinary: [...onlyBinary].sort() };
}

/** pip: `FormatControl.handle_mutual_excludes`. */
function applyFormats(value: string, target: Set<string>, other: Set<string>): void {
  let names = value.split(",");
  while (names.includes(":all:")) {
    other.clear();
    target.clear();
    target.add(":all:");
    names = names.slice(names.indexOf(":all:") + 1);
    if (!names.includes(":none:")) return;
  }
  for (const spelled of names) {
    if (spelled === ":none:") {
      target.clear();
      continue;
    }
    const name = normalizeName(spelled);
    other.delete(name);
    target.add(name);
  }
}

/** As pip, which refuses a wrong value even where a later one would win. */
function check(setting: Setting): void {
  if (setting.key === "timeout" || setting.key === "retries") numberOf(setting);
  if (SWITCHES.has(setting.key)) booleanOf(setting);
}

function words(value: string | undefined): string[] {
  return value?.split(/\s+/).filter((word) => word !== "") ?? [];
}

const SWITCHES = new Set(["no-index", "pre", "prefer-binary", "require-hashes"]);
const TRUE = new Set(["y", "yes", "t", "true", "on", "1"]);
const FALSE = new Set(["n", "no", "f", "false", "off", "0"]);

function booleanOf(setting: Setting | undefined): boolean {
  if (setting === undefined) return false;
  const value = setting.value.toLowerCase();
  if (TRUE.has(value)) return true;
  if (FALSE.has(value)) return false;
  throw notOfItsKind(setting, "yes/no, true/false or 1/0");
}

function numberOf(setting: Setting | undefined): number | undefined {
  if (setting === undefined) return undefined;
  if (/^\s*\d{1,9}(?:\.\d{1,9})?\s*$/.test(setting.value)) return Number(setting.value);
  throw notOfItsKind(setting, "a number");
}

function notOfItsKind({ key, value, origin }: Setting, expected: string): Error {
  const message = `${key} in ${origin} is "${value.slice(0, 100)}"; ${expected} is expected.`;
  return indexError("index-pip-configuration", message, { place: { file: origin } });
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}
