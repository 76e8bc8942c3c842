import {
  compareConda,
  comparePep440,
  type Pep440Version,
  tryParsePep440,
} from "../version/index.ts";

/**
 * The same items with the highest version first, those of equal versions in their order. Versions
 * that PEP 440 does not know come last, by conda's order.
 */
export function newestFirst<T>(items: readonly T[], versionOf: (item: T) => string): readonly T[] {
  const keyed = items.map((item) => {
    const text = versionOf(item);
    return { item, text, parsed: tryParsePep440(text) };
  });
  return keyed.toSorted(compare).map(({ item }) => item);
}

interface Keyed {
  readonly text: string;
  readonly parsed: Pep440Version | undefined;
}

function compare(a: Keyed, b: Keyed): number {
  if (a.parsed !== undefined && b.parsed !== undefined) return comparePep440(b.parsed, a.parsed);
  if (a.parsed !== undefined) return -1;
  return b.parsed === undefined ? compareConda(b.text, a.text) : 1;
}
