import { parseSpecifiers, tryParseSpecifiers, type SpecifierSet } from "./pep440-specifier.ts";

/** Longer texts are not mended: no specifier that somebody wrote by mistake comes near. */
const MAX_LENGTH = 4096;

type Mend = readonly [pattern: RegExp, replacement: string];

/** Broken forms found in published metadata, and what uv takes them for, in uv's order. */
const MENDS: readonly Mend[] = [
  // >=7.2.0<8.0.0
  [/(\d)([<>=~^!])/g, "$1,$2"],
  // !=~5.0
  [/!=~((?:\d\.)*\d)/g, "!=$1.*"],
  // >=3.6.*
  [/(<=|>=|<|>)(\d+(?:\.\d+)*)\.\*/g, "$1$2"],
  // !=3.0*
  [/(\d\.\d)\*/g, "$1.*"],
  // >=3.6,
  [/,\s*$/g, ""],
  // >dev
  [/>dev/g, ">0.0.0dev"],
  // >=9.0.0a1.0
  [/(\d(?:a|b|rc|post|dev)\d+)\.0/g, "$1"],
  // >=3.6' and "3.6"
  [/['"]/g, ""],
];

/**
 * The text with as many of the well-known mistakes mended as `isGood` needs; undefined where
 * nothing helps. A requirement's marker is `isGood`'s business: only the part before `;` is quoted
 * by mistake, so only there quotes are dropped.
 */
export function mendSpecifiers(
  text: string,
  isGood: (text: string) => boolean,
): string | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  let current = text;
  for (const [pattern, replacement] of MENDS) {
    const mended = current.replace(pattern, replacement);
    if (mended === current) continue;
    if (isGood(mended)) return mended;
    current = mended;
  }
  return undefined;
}

/**
 * Reads a specifier from published metadata: as PEP 440, else with the mistakes mended that uv
 * mends too (`>=3.6.*`, a trailing or missing comma, stray quotes …). Throws `specifier-invalid`.
 */
export function parseLenientSpecifiers(text: string): SpecifierSet {
  const strict = tryParseSpecifiers(text);
  if (strict !== undefined) return strict;
  const mended = mendSpecifiers(text, (candidate) => tryParseSpecifiers(candidate) !== undefined);
  return parseSpecifiers(mended ?? text);
}
