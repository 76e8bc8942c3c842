import { quoted, versionError } from "./errors.ts";
import { isPrerelease, tryParsePep440, versionOf, type Pep440Version } from "./pep440-version.ts";
import { hasSpace, stripSpace } from "./python-space.ts";

export type SpecifierOperator = "==" | "!=" | "<=" | ">=" | "<" | ">" | "~=" | "===";

/** One comparison such as `>=1.2` (PEP 440 "Version specifiers"). */
export interface Specifier {
  readonly op: SpecifierOperator;
  /** As written, with the `.*` of a wildcard. */
  readonly version: string;
  readonly wildcard: boolean;
  /** Without the wildcard; undefined where `===` holds a text that is no version. */
  readonly parsed: Pep440Version | undefined;
}

/** Comparisons that must all hold; none of them accepts everything. */
export interface SpecifierSet {
  readonly specifiers: readonly Specifier[];
  /** Sorted and without repetition, as `packaging` prints it: equal inputs in any order are equal. */
  readonly text: string;
}

/** The set without comparisons. */
export const ANY_VERSION: SpecifierSet = { specifiers: [], text: "" };

const OPERATOR = /^(?:===|==|!=|<=|>=|~=|<|>)/;
const WILDCARD_BASE = /^v?(?:\d+!)?\d+(?:\.\d+)*$/i;
const MAX_LENGTH = 65_536;

function arbitrary(version: string): Specifier | undefined {
  if (hasSpace(version) || /[;)]/.test(version)) return undefined;
  return { op: "===", version, wildcard: false, parsed: tryParsePep440(version) };
}

function wildcard(op: SpecifierOperator, version: string): Specifier | undefined {
  const base = version.slice(0, -2);
  if ((op !== "==" && op !== "!=") || !WILDCARD_BASE.test(base)) return undefined;
  const parsed = tryParsePep440(base);
  return parsed === undefined ? undefined : { op, version, wildcard: true, parsed };
}

/** One comparison with nothing around it; undefined where PEP 440 does not have it. */
function trySpecifier(text: string): Specifier | undefined {
  const op = OPERATOR.exec(text)?.[0] as SpecifierOperator | undefined;
  if (op === undefined) return undefined;
  const version = stripSpace(text.slice(op.length));
  if (op === "===") return arbitrary(version);
  if (version.endsWith(".*")) return wildcard(op, version);
  const parsed = tryParsePep440(version);
  if (parsed === undefined) return undefined;
  if (parsed.local !== undefined && op !== "==" && op !== "!=") return undefined;
  if (op === "~=" && parsed.release.length < 2) return undefined;
  return { op, version, wildcard: false, parsed };
}

/** What two specifiers share if they mean the same: the version without zeros at its end. */
function specifierKey({ op, version, wildcard, parsed }: Specifier): string {
  if (op === "===" || wildcard || parsed === undefined) return op + version;
  if (op === "~=" || parsed.significant === parsed.release.length) return op + parsed.text;
  const release = parsed.release.slice(0, Math.max(1, parsed.significant));
  return op + versionOf({ ...parsed, release }).text;
}

function specifierText({ op, version }: Specifier): string {
  return op + version;
}

function compareSpecifiers(a: Specifier, b: Specifier): number {
  const left = specifierText(a);
  const right = specifierText(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A set of specifiers: sorted, and one of each kind. */
function setOf(specifiers: readonly Specifier[]): SpecifierSet {
  const [first] = specifiers;
  if (first === undefined) return ANY_VERSION;
  if (specifiers.length === 1) return { specifiers, text: specifierText(first) };
  const unique = new Map<string, Specifier>();
  for (const specifier of [...specifiers].sort(compareSpecifiers)) {
    const key = specifierKey(specifier);
    if (!unique.has(key)) unique.set(key, specifier);
  }
  const kept = [...unique.values()];
  return { specifiers: kept, text: kept.map(specifierText).join(",") };
}

/** The comparisons of a text, or the first piece that is none. */
function readSpecifiers(text: string): readonly Specifier[] | { readonly bad: string } {
  if (text.length > MAX_LENGTH) return { bad: text };
  const specifiers: Specifier[] = [];
  for (const piece of text.split(",")) {
    const trimmed = stripSpace(piece);
    if (trimmed === "") continue;
    const specifier = trySpecifier(trimmed);
    if (specifier === undefined) return { bad: trimmed };
    specifiers.push(specifier);
  }
  return specifiers;
}

const MAX_KNOWN = 10_000;
const MAX_KNOWN_LENGTH = 256;
const known = new Map<string, SpecifierSet>();

/**
 * Reads `>=1.0,<2`; undefined for what PEP 440 does not have. Empty pieces are passed over. Equal
 * texts give the same set: metadata repeats a few of them thousands of times.
 */
export function tryParseSpecifiers(text: string): SpecifierSet | undefined {
  const found = known.get(text);
  if (found !== undefined) return found;
  const read = readSpecifiers(text);
  if ("bad" in read) return undefined;
  const set = setOf(read);
  if (text.length > MAX_KNOWN_LENGTH) return set;
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(text, set);
  return set;
}

/** As `tryParseSpecifiers`; throws `specifier-invalid`, which names the piece that is wrong. */
export function parseSpecifiers(text: string): SpecifierSet {
  const set = tryParseSpecifiers(text);
  if (set !== undefined) return set;
  const { bad } = readSpecifiers(text) as { bad: string };
  const inside = bad === stripSpace(text) ? "" : ` in ${quoted(text)}`;
  throw versionError("specifier-invalid", `${quoted(bad)}${inside} is not a specifier`, {
    hint: specifierHint(bad),
    facts: { text },
  });
}

function specifierHint(bad: string): string {
  if (/^\d/.test(bad)) return `an operator is missing: ==${bad}?`;
  if (/^=[^=]/.test(bad)) return `equality has two signs: =${bad}`;
  if (/^(?:[<>]=?|~=).*\.\*$/.test(bad)) return "only == and != take a wildcard";
  if (/^(?:[<>]=?|~=).*\+/.test(bad)) return "only == and != take a local label";
  if (/^~=\s*v?\d+$/.test(bad)) return "~= needs at least two numbers, such as ~=1.2";
  return "specifiers look like >=1.2,<2 or ==1.2.* (PEP 440)";
}

/** The set that accepts what both accept. */
export function intersectSpecifiers(a: SpecifierSet, b: SpecifierSet): SpecifierSet {
  if (a.specifiers.length === 0) return b;
  if (b.specifiers.length === 0) return a;
  return setOf([...a.specifiers, ...b.specifiers]);
}

function namesPrerelease({ op, wildcard, parsed }: Specifier): boolean {
  return op !== "!=" && !wildcard && parsed !== undefined && isPrerelease(parsed);
}

/**
 * Whether a comparison other than `!=` names a pre-release, which opts the project in to them
 * (PEP 440 "Handling of pre-releases").
 */
export function mentionsPrerelease(set: SpecifierSet): boolean {
  return set.specifiers.some(namesPrerelease);
}
