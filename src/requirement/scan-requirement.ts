import { EXPECTED_END, scanMarker } from "./parse-marker.ts";
import { SPACE, WORD_END } from "./python-text.ts";
import { Scanner } from "./scanner.ts";
import type { Marker } from "./types.ts";

/** A dependency specifier taken apart, nothing normalized. */
export interface ScannedRequirement {
  readonly name: string;
  readonly extras: readonly string[];
  /** The specifiers' text without blanks around them, "" where there are none. */
  readonly specifier: string;
  /** What follows `@`. */
  readonly url?: string;
  /** Where `url` or `specifier` begins. */
  readonly detailAt: number;
  readonly marker?: Marker;
}

// As `packaging`: a name may end in an underscore, which PEP 508's grammar does not have.
const IDENTIFIER = new RegExp(`[a-zA-Z0-9](?:[a-zA-Z0-9._-]*[a-zA-Z0-9_])?${WORD_END}`, "uy");
const URL_TEXT = /[^ \t]+/y;

const S = `[${SPACE}]*`;
const RELEASE = String.raw`v?(?:[0-9]+!)?[0-9]+`;
const PRE = String.raw`(?:[-_.]?(?:alpha|beta|preview|pre|a|b|c|rc)[-_.]?[0-9]*)?`;
const POST = String.raw`(?:-[0-9]+|[-_.]?(?:post|rev|r)[-_.]?[0-9]*)?`;
const DEV = String.raw`(?:[-_.]?dev[-_.]?[0-9]*)?`;
const LOCAL = String.raw`(?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?`;
const SPECIFIER = new RegExp(
  `===${S}[^${SPACE};)]*` +
    `|(?:==|!=)${S}${RELEASE}(?:\\.[0-9]+)*(?:\\.\\*|${PRE}${POST}${DEV}${LOCAL})` +
    `|~=${S}${RELEASE}(?:\\.[0-9]+)+${PRE}${POST}${DEV}` +
    `|(?:<=|>=|<|>)${S}${RELEASE}(?:\\.[0-9]+)*${PRE}${POST}${DEV}`,
  "iy",
);

/**
 * Takes a dependency specifier apart (PEP 508 "Grammar", with the version specifiers of PEP 440).
 * Throws Fault.
 */
export function scanRequirement(text: string): ScannedRequirement {
  const scanner = new Scanner(text);
  scanner.skipBlanks();
  const name = scanner.take(IDENTIFIER);
  if (name === undefined) throw scanner.fault("expected a package name");
  scanner.skipBlanks();
  const extras = scanExtras(scanner);
  scanner.skipBlanks();
  if (scanner.takeCharacter("@")) return { name, extras, specifier: "", ...scanUrl(scanner) };
  const detailAt = scanner.at;
  const specifier = scanSpecifiers(scanner);
  scanner.skipBlanks();
  return { name, extras, specifier, detailAt, ...scanMarkerPart(scanner, specifierHint) };
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
  if (/^(?:<|>|[~!=]=)/.test(rest)) return "a specifier is an operator and a version: `>=1.2`";
  if (rest.startsWith(".*")) return "`.*` goes with `==` and `!=` only, after the release numbers";
  if (rest.startsWith("+")) return "a local version goes with `==` and `!=` only";
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
  let extra = scanner.take(IDENTIFIER);
  while (extra !== undefined) {
    extras.push(extra);
    scanner.skipBlanks();
    if (!scanner.takeCharacter(",")) return extras;
    scanner.skipBlanks();
    extra = scanner.take(IDENTIFIER);
    if (extra === undefined) throw scanner.fault("expected the name of an extra after `,`");
  }
  return extras;
}

/** Specifiers with commas between them, in parentheses or not; their text with no blanks between. */
export function scanSpecifiers(scanner: Scanner): string {
  const open = scanner.at;
  const enclosed = scanner.takeCharacter("(");
  scanner.skipBlanks();
  const specifiers: string[] = [];
  for (;;) {
    const specifier = scanner.take(SPECIFIER);
    if (specifier === undefined) break;
    specifiers.push(specifier);
    scanner.skipBlanks();
    if (!scanner.takeCharacter(",")) break;
    scanner.skipBlanks();
  }
  if (enclosed && !scanner.takeCharacter(")")) {
    if (scanner.atEnd()) throw scanner.fault("the parenthesis is not closed", { at: open });
    const hint = specifierHint(scanner.source.slice(scanner.at));
    throw scanner.fault("expected `,` or `)` in the version specifiers", { hint });
  }
  return specifiers.join(",");
}
