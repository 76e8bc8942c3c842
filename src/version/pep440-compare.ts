import { parsePep440, type Numeral, type Pep440Version } from "./pep440-version.ts";

/** The sign of a difference. */
export type Ordering = -1 | 0 | 1;

function compareNumerals(a: Numeral, b: Numeral): Ordering {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareReleases(a: Pep440Version, b: Pep440Version): Ordering {
  const shared = Math.min(a.significant, b.significant);
  for (let i = 0; i < shared; i++) {
    const left = a.release[i] as Numeral;
    const right = b.release[i] as Numeral;
    if (left !== right) return left < right ? -1 : 1;
  }
  return compareNumerals(a.significant, b.significant);
}

/**
 * Order of the parts after the release: by phase, the phase's number, then without a post-release
 * before with one, then with a development release before without one.
 */
function compareSuffixes(a: Pep440Version, b: Pep440Version): Ordering {
  return (
    compareNumerals(a.phase, b.phase) ||
    compareNumerals(a.pre?.number ?? 0, b.pre?.number ?? 0) ||
    compareNumerals(a.post ?? -1, b.post ?? -1) ||
    compareNumerals(a.dev ?? Infinity, b.dev ?? Infinity)
  );
}

function compareLocalParts(a: Numeral | string, b: Numeral | string): Ordering {
  if (typeof a === "string") return typeof b === "string" ? compareTexts(a, b) : -1;
  return typeof b === "string" ? 1 : compareNumerals(a, b);
}

function compareTexts(a: string, b: string): Ordering {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** PEP 440 "Local version identifiers": part by part, text before numbers, fewer parts first. */
function compareLocals(a: Pep440Version, b: Pep440Version): Ordering {
  if (a.local === b.local) return 0;
  const left = a.localParts;
  const right = b.localParts;
  if (left === undefined) return -1;
  if (right === undefined) return 1;
  const shared = Math.min(left.length, right.length);
  for (let i = 0; i < shared; i++) {
    const order = compareLocalParts(left[i] as string, right[i] as string);
    if (order !== 0) return order;
  }
  return compareNumerals(left.length, right.length);
}

/** The order of two versions with their local labels left out of account. */
export function comparePublic(a: Pep440Version, b: Pep440Version): Ordering {
  if (a.epoch !== b.epoch) return a.epoch < b.epoch ? -1 : 1;
  const order = compareReleases(a, b);
  if (order !== 0) return order;
  return a.phase === 3 &&
    b.phase === 3 &&
    a.post === b.post &&
    a.dev === undefined &&
    b.dev === undefined
    ? 0
    : compareSuffixes(a, b);
}

/** The order of two parsed versions. */
export function compareParsed(a: Pep440Version, b: Pep440Version): Ordering {
  return comparePublic(a, b) || compareLocals(a, b);
}

/**
 * The order of two versions (PEP 440 "Summary of permitted suffixes and relative ordering");
 * throws `version-invalid` for a text that is none.
 */
export function comparePep440(a: string | Pep440Version, b: string | Pep440Version): Ordering {
  return compareParsed(
    typeof a === "string" ? parsePep440(a) : a,
    typeof b === "string" ? parsePep440(b) : b,
  );
}
