import { isAbove, rangeOf, type Cut } from "./pep440-range.ts";
import { sameText } from "./pep440-satisfies.ts";
import type { Specifier, SpecifierSet } from "./pep440-specifier.ts";
import { parsePep440, type Pep440Version } from "./pep440-version.ts";

// Sets of indexes are flat lists of half-open intervals [start, end), sorted and apart.

const MAX_KNOWN = 100_000;
const known = new Map<string, Pep440Version>();

/** As `parsePep440`, remembering: a resolution looks at the same texts again and again. */
function parseKnown(text: string): Pep440Version {
  const found = known.get(text);
  if (found !== undefined) return found;
  if (known.size >= MAX_KNOWN) known.clear();
  const parsed = parsePep440(text);
  known.set(text, parsed);
  return parsed;
}

/** How many of the versions, newest first, sort above the cut. */
function countAbove(versions: readonly string[], cut: Cut): number {
  let low = 0;
  let high = versions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isAbove(parseKnown(versions[middle] as string), cut)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function rangeIntervals(specifier: Specifier, versions: readonly string[]): number[] {
  const { low, high, inverted } = rangeOf(specifier);
  const start = high === undefined ? 0 : countAbove(versions, high);
  const end = low === undefined ? versions.length : countAbove(versions, low);
  if (!inverted) return start < end ? [start, end] : [];
  if (start >= end) return versions.length > 0 ? [0, versions.length] : [];
  const result = start > 0 ? [0, start] : [];
  if (end < versions.length) result.push(end, versions.length);
  return result;
}

function textIntervals(specifier: Specifier, versions: readonly string[]): number[] {
  const result: number[] = [];
  for (let i = 0; i < versions.length; i++) {
    if (!sameText(versions[i] as string, specifier)) continue;
    if (result.at(-1) === i) result[result.length - 1] = i + 1;
    else result.push(i, i + 1);
  }
  return result;
}

function intersect(a: readonly number[], b: readonly number[]): number[] {
  const result: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const start = Math.max(a[i] as number, b[j] as number);
    const endA = a[i + 1] as number;
    const endB = b[j + 1] as number;
    const end = Math.min(endA, endB);
    if (start < end) result.push(start, end);
    if (endA < endB) i += 2;
    else j += 2;
  }
  return result;
}

/**
 * Where in a list of versions, sorted newest first, those stand that meet the set, pre-releases
 * included: half-open intervals of indexes [start, end), flattened, sorted, apart and not empty.
 * Reads O(log n) of the versions for each comparison; `===` looks at all texts.
 */
export function matchingIntervals(set: SpecifierSet, versions: readonly string[]): number[] {
  let result = versions.length > 0 ? [0, versions.length] : [];
  for (const specifier of set.specifiers) {
    const own =
      specifier.op === "==="
        ? textIntervals(specifier, versions)
        : rangeIntervals(specifier, versions);
    result =
      result.length === 2 && result[1] === versions.length && result[0] === 0
        ? own
        : intersect(result, own);
    if (result.length === 0) break;
  }
  return result;
}
