import { isPackageName, normalizeName, type PackageName } from "../base/index.ts";
import { tryParsePep440 } from "../version/index.ts";
import { quoted, targetError } from "./errors.ts";

/** What a wheel's file name says (PEP 427 "File name convention"). */
export interface WheelName {
  readonly name: PackageName;
  /** Canonical. */
  readonly version: string;
  /** As written; begins with a digit. */
  readonly build?: string;
  readonly pythonTags: readonly string[];
  readonly abiTags: readonly string[];
  readonly platformTags: readonly string[];
}

/** Longer than any file system allows. */
const MAX_LENGTH = 255;

const NAME = /^[a-z\d](?:[a-z\d._]*[a-z\d])?$/i;
const BUILD = /^\d[\w.]*$/;
const TAGS = /^\w+(?:\.\w+)*$/;

function splitTags(text: string): string[] {
  return text.toLowerCase().split(".");
}

/** The parts of the name, or what is wrong with it. */
function readWheelName(filename: string): WheelName | string {
  if (filename.length > MAX_LENGTH) return "it is too long";
  if (!filename.endsWith(".whl")) return "it does not end in .whl";
  const parts = filename.slice(0, -4).split("-");
  if (parts.length !== 5 && parts.length !== 6) {
    return `it has ${parts.length} parts between dashes, not 5 or 6`;
  }
  const [name, version] = parts as [string, string];
  const build = parts.length === 6 ? (parts[2] as string) : undefined;
  const [python, abi, platform] = parts.slice(-3) as [string, string, string];
  const normalized = normalizeName(name);
  if (!NAME.test(name) || name.includes("__") || !isPackageName(normalized)) {
    return `${quoted(name)} is not an escaped project name`;
  }
  const parsed = tryParsePep440(version);
  if (parsed === undefined) return `${quoted(version)} is not a version`;
  if (build !== undefined && !BUILD.test(build)) return `${quoted(build)} is not a build number`;
  for (const tags of [python, abi, platform]) {
    if (!TAGS.test(tags)) return `${quoted(tags)} is not a compatibility tag`;
  }
  if (/(?:^|\.)\d/.test(python)) return `${quoted(python)} does not name an interpreter`;
  return {
    name: normalized,
    version: parsed.text,
    ...(build === undefined ? {} : { build }),
    pythonTags: splitTags(python),
    abiTags: splitTags(abi),
    platformTags: splitTags(platform),
  };
}

/** As `parseWheelName`, with undefined for a name that breaks the rules. */
export function tryParseWheelName(filename: string): WheelName | undefined {
  const read = readWheelName(filename);
  return typeof read === "string" ? undefined : read;
}

/**
 * Reads `name-version[-build]-python-abi-platform.whl` (PEP 427), strictly: a file name and nothing
 * else, no folder in it. Throws `wheel-name-invalid`.
 */
export function parseWheelName(filename: string): WheelName {
  const read = readWheelName(filename);
  if (typeof read !== "string") return read;
  throw targetError(
    "wheel-name-invalid",
    `${quoted(filename)} is not a wheel's file name: ${read}`,
    {
      hint: "expected name-version[-build]-python-abi-platform.whl",
      facts: { filename },
    },
  );
}

function splitBuild(build: string): [bigint, string] {
  const digits = /^\d*/.exec(build)?.[0] ?? "";
  return [BigInt(digits === "" ? 0 : digits), build.slice(digits.length)];
}

/**
 * Order of two build parts: the higher is preferred where all else is equal; by number, then text,
 * none before any (PEP 427 "build tag").
 */
export function compareWheelBuilds(a: string | undefined, b: string | undefined): -1 | 0 | 1 {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  const [left, leftText] = splitBuild(a);
  const [right, rightText] = splitBuild(b);
  if (left !== right) return left < right ? -1 : 1;
  return leftText < rightText ? -1 : leftText > rightText ? 1 : 0;
}
