import { comparePep440, type Pep440Version, tryParsePep440 } from "../../version/index.ts";

export interface SortedVersions {
  /** Newest first; what PEP 440 does not know comes last, by text. */
  readonly versions: readonly string[];
  /** How many of them PEP 440 knows. */
  readonly known: number;
}

interface Keyed {
  readonly text: string;
  readonly version: Pep440Version | undefined;
}

/** Distinct version texts in the order in which an index keeps them. */
export function sortVersions(texts: readonly string[]): SortedVersions {
  const keyed = texts.map((text): Keyed => ({ text, version: tryParsePep440(text) }));
  keyed.sort(newestFirst);
  const unknown = keyed.findIndex(({ version }) => version === undefined);
  return {
    versions: keyed.map(({ text }) => text),
    known: unknown < 0 ? keyed.length : unknown,
  };
}

function newestFirst(a: Keyed, b: Keyed): number {
  if (a.version !== undefined && b.version !== undefined) {
    return comparePep440(b.version, a.version) || byText(a.text, b.text);
  }
  if (a.version !== undefined) return -1;
  return b.version === undefined ? byText(a.text, b.text) : 1;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
