import { parseChannel } from "./conda-channel.ts";
import { specError } from "./conda-version-spec.ts";

/** What a spec can ask about; `name` is always there, `*` for any. */
export const MATCH_FIELDS = [
  "channel",
  "subdir",
  "name",
  "version",
  "build",
  "build_number",
  "track_features",
  "features",
  "url",
  "md5",
  "sha256",
  "license",
  "license_family",
  "fn",
] as const;

export type MatchField = (typeof MATCH_FIELDS)[number];

/** The parts of a spec as written, by field. */
export interface SpecParts {
  readonly fields: ReadonlyMap<MatchField, string>;
  readonly optional: boolean;
}

/** Longer texts are refused: reading one takes time in the square of its length. */
const MAX_LENGTH = 2048;

const KEY_VALUE = /([\w-]+)=(["']?)([^'"]*?)\2(?:[, ]|$)/g;
const VERSION_AND_BUILD = /((?:.+?)[^><!,|]?)(?:(?<![=!|,<>~])[ =]([^-=,|<>~]+?))?$/;
const PACKAGE_FILE = /\.(?:tar\.bz2|conda)$/;

function setField(fields: Map<MatchField, string>, key: string, value: string): void {
  const field = MATCH_FIELDS.find((one) => one === key);
  if (field === undefined) throw specError(`${key}=${value}`, `there is no field ${key}`);
  fields.set(field, value);
}

/** The last `[…]` or `(…)`, up to the last closing sign, and the text without it. */
function cutEnclosed(text: string, signs: readonly [string, string]): [string, string] {
  const end = text.lastIndexOf(signs[1]);
  const start = end < 0 ? -1 : text.lastIndexOf(signs[0], end);
  if (start < 0) return [text, ""];
  return [text.slice(0, start) + text.slice(end + 1), text.slice(start + 1, end)];
}

function* keyValues(text: string): Generator<readonly [string, string]> {
  for (const match of text.matchAll(KEY_VALUE)) yield [match[1] as string, match[3] as string];
}

function setChannel(fields: Map<MatchField, string>, text: string): void {
  const { name, subdir } = parseChannel(text);
  if (name !== "") fields.set("channel", name);
  if (subdir !== undefined) fields.set("subdir", subdir);
}

/** `=1.2` is 1.2 and all that begins so; with a build it is 1.2 exactly, as `==1.2` is. */
function plainVersion(version: string, build: string | undefined): string {
  if (!version.startsWith("=")) return version;
  if (version.startsWith("==")) return build === undefined ? version.slice(2) : version;
  const rest = version.slice(1);
  if (rest === "") throw specError(version, "a version is missing");
  if (/[=,|]/.test(rest)) return version;
  return build === undefined && !rest.endsWith("*") ? `${rest}*` : rest;
}

function setVersion(fields: Map<MatchField, string>, text: string): void {
  const match = VERSION_AND_BUILD.exec(text);
  const build = match?.[2]?.trim();
  const version = plainVersion((match?.[1] ?? text).replaceAll(" ", ""), build);
  fields.set("version", version);
  if (build !== undefined) fields.set("build", build);
}

/** A package file by its URL: everything is in it where the channel's folder is. */
function fileParts(text: string): SpecParts {
  const slash = text.lastIndexOf("/");
  const fn = text.slice(slash + 1);
  const stem = /^(.+)-([^-]+)-([^-]+)$/.exec(fn.replace(PACKAGE_FILE, ""));
  const channel = parseChannel(text.slice(0, Math.max(0, slash)));
  const fields = new Map<MatchField, string>([["name", "*"]]);
  if (channel.subdir !== undefined && stem !== null) {
    fields.set("name", stem[1] as string).set("version", stem[2] as string);
    fields.set("build", stem[3] as string).set("subdir", channel.subdir);
    fields.set("channel", channel.name);
  }
  fields.set("fn", fn);
  if (text.includes("://")) fields.set("url", text);
  return { fields, optional: false };
}

function setName(fields: Map<MatchField, string>, text: string): string {
  const match = /^([^ =<>!~]+)([><!=~ ].*)?$/.exec(text);
  if (match === null) throw specError(text, "it names no package");
  fields.set("name", match[1] as string);
  return (match[2] ?? "").trim();
}

/** `channel:namespace:rest`; the namespace has no meaning yet, in conda neither. */
function cutChannel(fields: Map<MatchField, string>, text: string): string {
  const parts = text.split(":");
  if (parts.length > 2) setChannel(fields, parts.slice(0, -2).join(":"));
  return parts.at(-1) as string;
}

function stripComment(text: string): string {
  return cutBefore(cutBefore(text, "#"), " if ").trim();
}

function cutBefore(text: string, sign: string): string {
  const at = text.indexOf(sign);
  return at < 0 ? text : text.slice(0, at);
}

/**
 * Takes a spec apart by conda's steps (conda/models/match_spec.py, `_parse_spec_str`): comment,
 * package file, brackets, parentheses, channel, name, version and build; what brackets say
 * overrides. Throws `conda-spec-invalid`.
 */
export function splitMatchSpec(given: string): SpecParts {
  if (given.length > MAX_LENGTH) throw specError(given, "it is too long");
  const text = given.trim();
  const fields = new Map<MatchField, string>();
  if (text.endsWith("@")) {
    return {
      fields: fields.set("name", "*").set("track_features", text.slice(0, -1)),
      optional: false,
    };
  }
  const stripped = stripComment(text);
  if (PACKAGE_FILE.test(stripped)) return fileParts(stripped);
  const [unbracketed, bracketed] = cutEnclosed(stripped, ["[", "]"]);
  const [plain, parenthesized] = cutEnclosed(unbracketed, ["(", ")"]);
  const rest = setName(fields, cutChannel(fields, plain));
  if (rest.includes("[")) throw specError(given, "it has several brackets");
  if (rest !== "") setVersion(fields, rest);
  for (const [key, value] of keyValues(bracketed)) {
    if (value === "") throw specError(given, `${key} has no value`);
    if (key === "channel") setChannel(fields, value);
    else setField(fields, key, value);
  }
  return { fields, optional: parenthesized.includes("optional") };
}
