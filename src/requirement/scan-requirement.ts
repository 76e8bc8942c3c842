import { EXPECTED_END, scanMarker } from "./parse-marker.ts";
import { isSpaceAt } from "./python-text.ts";
import { ANY_VERSION, type SpecifierSet, tryParseSpecifiers } from "../version/index.ts";
import { Fault } from "./fault.ts";
import { Scanner } from "./scanner.ts";
import type { Marker } from "./types.ts";

/** A dependency specifier taken apart, nothing normalized. */
export interface ScannedRequirement {
  readonly name: string;
  readonly extras: readonly string[];
  readonly specifiers: SpecifierSet;
  /** What follows `@`. */
  readonly url?: string;
  /** Where `url` or the specifiers begin. */
  readonly detailAt: number;
  readonly marker?: Marker;
}

// As `packaging`: a name may end in an underscore, which PEP 508's grammar does not have.
const IDENTIFIER = /[a-zA-Z0-9](?:[a-zA-Z0-9._-]*[a-zA-Z0-9_])?/y;
const URL_TEXT = /[^ \t]+/y;

const OPERATOR = /===|==|~=|!=|<=|>=|<|>/y;

/**
 * Takes a dependency specifier apart (PEP 508 "Grammar", with the version specifiers of PEP 440).
 * Throws Fault.
 */
export function scanRequirement(text: string): ScannedRequirement {
  const scanner = new Scanner(text);
  scanner.skipBlanks();
  const name = scanner.takeWord(IDENTIFIER);
  if (name === undefined) throw scanner.fault("expected a package name");
  scanner.skipBlanks();
  const extras = scanExtras(scanner);
  scanner.skipBlanks();
  if (scanner.takeCharacter("@"))
    return { name, extras, specifiers: ANY_VERSION, ...scanUrl(scanner) };
  const detailAt = scanner.at;
  const specifiers = scanSpecifiers(scanner);
  scanner.skipBlanks();
  return { name, extras, specifiers, detailAt, ...scanMarkerPart(scanner, specifierHint) };
}

function scanUrl(scanner: Scanner): { url: string; detailAt: number; marker?: Marker } {
  scanner.skipBlanks();
  const detailAt = scanner.at;
  const url = scanner.take(URL_TEXT);
  if (url === undefined) throw scanner.fault("expected a URL after `@`");
  if (scanner.atEnd()) return { url, detailAt };
  scanner.skipBlanks();
  return { url, detailAt, ...scanMarkerPart(scanner, () => undefined) };
}

function scanMarkerPart(
  scanner: Scanner,
  hint: (rest: string) => string | undefined,
): { marker?: Marker } {
  if (scanner.atEnd()) return {};
  const start = scanner.at;
  if (!scanner.takeCharacter(";")) {
    const advice = hint(scanner.source.slice(start));
    throw scanner.fault("expected a version specifier, `;` and a marker, or the end", {
      hint: advice,
    });
  }
  const marker = scanMarker(scanner, 0);
  if (!scanner.atEnd()) throw scanner.fault(EXPECTED_END);
  return { marker };
}

function specifierHint(rest: string): string | undefined {
  if (/^=[^=]/.test(rest)) return "`=` is no operator: write `==`";
  return undefined;
}

function scanExtras(scanner: Scanner): readonly string[] {
  const open = scanner.at;
  if (!scanner.takeCharacter("[")) return [];
  scanner.skipBlanks();
  const extras = scanExtraNames(scanner);
  scanner.skipBlanks();
  if (!scanner.takeCharacter("]")) {
    const found = scanner.peek();
    if (found === undefined)
      throw scanner.fault("the bracket of the extras is not closed", { at: open });
    throw scanner.fault("expected `,` or `]` after the name of an extra");
  }
  return extras;
}

function scanExtraNames(scanner: Scanner): string[] {
  const extras: string[] = [];
  let extra = scanner.takeWord(IDENTIFIER);
  while (extra !== undefined) {
    extras.push(extra);
    scanner.skipBlanks();
    if (!scanner.takeCharacter(",")) return extras;
    scanner.skipBlanks();
    extra = scanner.takeWord(IDENTIFIER);
    if (extra === undefined) throw scanner.fault("expected the name of an extra after `,`");
  }
  return extras;
}

/** Specifiers with commas between them, in parentheses or not. Throws Fault. */
export function scanSpecifiers(scanner: Scanner): SpecifierSet {
  const open = scanner.at;
  const enclosed = scanner.takeCharacter("(");
  scanner.skipBlanks();
  const pieces: Piece[] = [];
  for (;;) {
    const piece = scanSpecifier(scanner);
    if (piece === undefined) break;
    pieces.push(piece);
    scanner.skipBlanks();
    if (!scanner.takeCharacter(",")) break;
    scanner.skipBlanks();
  }
  const specifiers = readSpecifiers(pieces);
  if (enclosed && !scanner.takeCharacter(")")) {
    if (scanner.atEnd()) throw scanner.fault("the parenthesis is not closed", { at: open });
    const hint = specifierHint(scanner.source.slice(scanner.at));
    throw scanner.fault("expected `,` or `)` in the version specifiers", { hint });
  }
  return specifiers;
}

interface Piece {
  readonly text: string;
  readonly at: number;
}

/** An operator and what follows it up to white space or punctuation, be it a version or not. */
function scanSpecifier(scanner: Scanner): Piece | undefined {
  const at = scanner.at;
  const op = scanner.take(OPERATOR);
  if (op === undefined) return undefined;
  const { source } = scanner;
  let end = scanner.at;
  while (isSpaceAt(source, end)) end++;
  // PEP 440 "Arbitrary equality" takes any text, commas too; the set splits at them all the same.
  const stop = op === "===" ? ";)" : ",;)";
  const start = end;
  while (end < source.length && !stop.includes(source.charAt(end)) && !isSpaceAt(source, end))
    end++;
  scanner.at = start === end && op !== "===" ? scanner.at : end;
  return { text: source.slice(at, scanner.at), at };
}

function readSpecifiers(pieces: readonly Piece[]): SpecifierSet {
  if (pieces.length === 0) return ANY_VERSION;
  const specifiers = tryParseSpecifiers(pieces.map(({ text }) => text).join(","));
  if (specifiers !== undefined) return specifiers;
  const bad = pieces.find(({ text }) => tryParseSpecifiers(text) === undefined) ?? pieces[0];
  const { text = "", at = 0 } = bad ?? {};
  throw new Fault(`${JSON.stringify(text)} is not a version specifier`, at, {
    hint: badSpecifierHint(text),
  });
}

function badSpecifierHint(text: string): string {
  if (text.endsWith(".*")) return "`.*` goes with `==` and `!=` only, after the release numbers";
  if (text.includes("+")) return "a local version goes with `==` and `!=` only";
  if (/^~=\s*v?\d+$/.test(text)) return "`~=` needs at least two numbers: `~=1.2`";
  return "a specifier is an operator and a version: `>=1.2` (PEP 440)";
}
