import { isSha256 } from "../../base/index.ts";
import type { CondaRecord } from "./types.ts";

/** What all records of a folder have in common. */
export interface RecordPlace {
  readonly channel: string;
  readonly subdir: string;
  /** Files are below this URL, which ends with `/`. */
  readonly base: string;
}

const FILE = /^[a-z0-9_][a-zA-Z0-9._!+~-]*\.(?:conda|tar\.bz2)$/;
/** Later than this, as seconds, is the year 9999: then they are milliseconds. */
const LAST_SECOND = 253_402_300_799;

/** What builds of a name are compared by. */
export type RecordHead = Pick<
  CondaRecord,
  "version" | "build" | "buildNumber" | "trackFeatures" | "timestamp" | "needsPython"
>;

/** Of one record what builds are compared by, or undefined where it is none of that name. */
export function decodeHead(filename: string, value: unknown, name: string): RecordHead | undefined {
  if (typeof value !== "object" || value === null || !FILE.test(filename)) return undefined;
  const raw = value as Record<string, unknown>;
  const { version, build } = raw;
  if (typeof raw["name"] !== "string" || raw["name"].toLowerCase() !== name) return undefined;
  if (typeof version !== "string" || typeof build !== "string") return undefined;
  return {
    version,
    build,
    buildNumber: wholeNumber(raw["build_number"]) ?? 0,
    trackFeatures: featureList(raw["track_features"]),
    needsPython: raw["noarch"] === "python" || textList(raw["depends"]).some(isOfPython),
    ...numberOf("timestamp", milliseconds(raw["timestamp"])),
  };
}

/** One record, or undefined where it is none of that name. */
export function decodeRecord(
  filename: string,
  value: unknown,
  { name, place }: { readonly name: string; readonly place: RecordPlace },
): CondaRecord | undefined {
  const head = decodeHead(filename, value, name);
  if (head === undefined) return undefined;
  const raw = value as Record<string, unknown>;
  return {
    name,
    ...head,
    channel: place.channel,
    subdir: place.subdir,
    filename,
    url: place.base + filename,
    depends: textList(raw["depends"]),
    constrains: textList(raw["constrains"]),
    ...noarchOf(raw["noarch"]),
    ...hashesOf(raw),
    ...numberOf("size", wholeNumber(raw["size"])),
  };
}

/** A need of Python itself. */
function isOfPython(need: string): boolean {
  return need.startsWith("python") && /^python(?:[\s=<>!~[]|$)/.test(need);
}

const NONE: readonly string[] = [];

function textList(value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) return NONE;
  return value.every((item) => typeof item === "string")
    ? value
    : value.filter((item) => typeof item === "string");
}

/** A list, or a text with commas or spaces between. */
function featureList(value: unknown): readonly string[] {
  if (value === undefined || value === null || value === "") return NONE;
  const items = typeof value === "string" ? value.split(/[ ,]+/) : textList(value);
  return items.filter((item) => item !== "");
}

function noarchOf(value: unknown): Pick<CondaRecord, "noarch"> {
  if (value === "python") return { noarch: "python" };
  return value === "generic" || value === true ? { noarch: "generic" } : {};
}

function hashesOf({ sha256, md5 }: Record<string, unknown>): Pick<CondaRecord, "sha256" | "md5"> {
  const lower = typeof sha256 === "string" ? sha256.toLowerCase() : "";
  return {
    ...(isSha256(lower) ? { sha256: lower } : {}),
    ...(typeof md5 === "string" && /^[0-9a-f]{32}$/i.test(md5) ? { md5: md5.toLowerCase() } : {}),
  };
}

function numberOf<K extends "size" | "timestamp">(
  key: K,
  value: number | undefined,
): Partial<Record<K, number>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, number>);
}

function wholeNumber(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}

/** Old records count seconds. */
function milliseconds(value: unknown): number | undefined {
  const time = typeof value === "number" && value > 0 ? Math.floor(value) : undefined;
  return time !== undefined && time <= LAST_SECOND ? time * 1000 : time;
}
