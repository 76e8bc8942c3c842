import { normalizeName, type PackageName } from "../base/index.ts";
import { ANY_VERSION, mendSpecifiers, type SpecifierSet } from "../version/index.ts";
import { Fault } from "./fault.ts";
import { scanMarker } from "./parse-marker.ts";
import { normalExtras, tryParseRequirement } from "./parse-requirement.ts";
import { scanSpecifiers } from "./scan-requirement.ts";
import { Scanner } from "./scanner.ts";
import type { FileHash, Marker, Requirement } from "./types.ts";

const NO_EXTRAS: readonly string[] = [];
const NO_HASHES: readonly FileHash[] = [];

/**
 * A raw `Requires-Dist` line: the same grammar as `parseRequirement`, and where that fails, the
 * repairs of known mistakes in published metadata that uv makes too (`>=1.9.*`, `>=2,`, `>=7<8`).
 * Undefined where the line cannot be read even so. Made for thousands of lines a resolution.
 */
export function parseDependency(line: string): Requirement | undefined {
  return parsePlain(line) ?? tryParseRequirement(line) ?? parseMended(line);
}

/** Mends what stands before the marker. */
function parseMended(line: string): Requirement | undefined {
  const semicolon = line.indexOf(";");
  const head = semicolon === -1 ? line : line.slice(0, semicolon);
  const marker = semicolon === -1 ? "" : line.slice(semicolon);
  let requirement: Requirement | undefined;
  mendSpecifiers(head, (mended) => {
    requirement = tryParseRequirement(mended + marker);
    return requirement !== undefined;
  });
  return requirement === undefined ? undefined : { ...requirement, text: line.trim() };
}

/** The common forms, without URL. Undefined means no more than that the full grammar must decide. */
export function parsePlain(line: string): Requirement | undefined {
  const semicolon = line.indexOf(";");
  const head = semicolon === -1 ? line.length : semicolon;
  const nameEnd = endOfName(line, head);
  if (nameEnd === 0) return undefined;
  let at = nameEnd;
  let extras = NO_EXTRAS;
  while (line.charCodeAt(at) === 0x20) at++;
  if (line.charCodeAt(at) === 0x5b && at < head) {
    const close = line.indexOf("]", at);
    const names = extraNames(line, at + 1, close);
    if (names === undefined || close > head) return undefined;
    extras = names;
    at = close + 1;
  }
  const specifiers = rememberedSpecifiers(line.slice(at, head).trim());
  const marker = semicolon === -1 ? NO_MARKER : rememberedMarker(line.slice(semicolon + 1));
  if (specifiers === undefined || marker === undefined) return undefined;
  const spelled = line.slice(0, nameEnd);
  const common = {
    name: normalizeName(spelled),
    spelled,
    extras,
    specifiers,
    hashes: NO_HASHES,
    editable: false,
    text: line,
  };
  return marker === NO_MARKER ? common : { ...common, marker };
}

/** Where an ASCII name that begins the line ends, which is 0 where none does or its end is unusual. */
function endOfName(line: string, limit: number): number {
  let end = 0;
  while (end < limit && isNameCode(line.charCodeAt(end))) end++;
  if (end === 0 || !isAlphanumeric(line.charCodeAt(0))) return 0;
  if (!isAlphanumeric(line.charCodeAt(end - 1)) || line.charCodeAt(end) >= 0x80) return 0;
  return end;
}

function isAlphanumeric(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39)
  );
}

function isNameCode(code: number): boolean {
  return isAlphanumeric(code) || code === 0x2d || code === 0x2e || code === 0x5f;
}

const EXTRA_NAME = /^ *([a-zA-Z0-9](?:[a-zA-Z0-9._-]*[a-zA-Z0-9])?) *$/;

function extraNames(line: string, start: number, close: number): readonly string[] | undefined {
  if (close === -1) return undefined;
  const names: string[] = [];
  for (const part of line.slice(start, close).split(",")) {
    const name = EXTRA_NAME.exec(part)?.[1];
    if (name === undefined) return undefined;
    names.push(name);
  }
  return normalExtras(names);
}

// Releases of a project repeat each other's specifiers and markers almost word for word, so both are
// read once. Reading is pure; the bound keeps hostile metadata from filling the memory.
const MAX_REMEMBERED = 20_000;
const NO_MARKER: unique symbol = Symbol("no marker");
const specifierSets = new Map<string, SpecifierSet | undefined>();
const markers = new Map<string, Marker | undefined>();

function rememberedSpecifiers(text: string): SpecifierSet | undefined {
  if (text === "") return ANY_VERSION;
  return remember(specifierSets, text, readSpecifiers);
}

function rememberedMarker(text: string): Marker | undefined {
  return remember(markers, text, readMarker);
}

function remember<T>(
  memory: Map<string, T | undefined>,
  text: string,
  read: (text: string) => T,
): T | undefined {
  const known = memory.get(text);
  if (known !== undefined || memory.has(text)) return known;
  if (memory.size >= MAX_REMEMBERED) memory.clear();
  const value = readOrNothing(text, read);
  memory.set(text, value);
  return value;
}

function readOrNothing<T>(text: string, read: (text: string) => T): T | undefined {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

function readSpecifiers(text: string): SpecifierSet | undefined {
  const scanner = new Scanner(text);
  const specifiers = scanSpecifiers(scanner);
  return scanner.atEnd() ? specifiers : undefined;
}

function readMarker(text: string): Marker | undefined {
  const scanner = new Scanner(text);
  const marker = scanMarker(scanner, 0);
  return scanner.atEnd() ? marker : undefined;
}

const EXTRA_AT_END = /\bextra *== *(?:"([a-zA-Z0-9._-]+)"|'([a-zA-Z0-9._-]+)')[ )]*$/;

/**
 * The extra without which a `Requires-Dist` line is certainly not wanted, found without reading
 * the line: for markers that are `extra == "x"`, alone or after a last `and`. Undefined says
 * nothing.
 */
export function dependencyExtra(line: string): PackageName | undefined {
  const last = line.charCodeAt(line.length - 1);
  if (last !== 0x22 && last !== 0x27 && last !== 0x29 && last !== 0x20) return undefined;
  const match = EXTRA_AT_END.exec(line);
  if (match === null) return undefined;
  const semicolon = line.indexOf(";");
  if (semicolon === -1 || semicolon > match.index) return undefined;
  if (!decidesAlone(line.slice(semicolon + 1, match.index))) return undefined;
  return normalizeName(match[1] ?? match[2] ?? "");
}

/** Whether what stands before a marker's last comparison leaves the whole false where that is. */
function decidesAlone(before: string): boolean {
  const text = before.trim();
  if (text === "") return true;
  if (!text.endsWith("and")) return false;
  return !/\bor\b/.test(text) || /^\([^()"']*(?:(?:"[^"]*"|'[^']*')[^()"']*)*\) and$/.test(text);
}
