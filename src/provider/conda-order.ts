import type { CondaRecord } from "../index/index.ts";
import { type CondaVersion, compareConda, parseCondaVersion } from "../version/index.ts";

/**
 * Builds of a name in conda's order, best first: fewer track_features, higher version, higher build
 * number, later build (conda/resolve.py, `version_key`); then by file name, so that it is one order.
 * Builds of versions that cannot be read come last.
 */
export function bestFirst(records: readonly CondaRecord[]): readonly CondaRecord[] {
  const ranks = rankVersions(new Set(records.map(({ version }) => version)));
  return records.toSorted(
    (a, b) =>
      a.trackFeatures.length - b.trackFeatures.length ||
      (ranks.get(a.version) as number) - (ranks.get(b.version) as number) ||
      b.buildNumber - a.buildNumber ||
      (b.timestamp ?? 0) - (a.timestamp ?? 0) ||
      (a.filename < b.filename ? -1 : 1),
  );
}

/** The place of each version, the highest being 0; equal ones share theirs. */
function rankVersions(texts: ReadonlySet<string>): ReadonlyMap<string, number> {
  const parsed = [...texts].map((text) => ({ text, version: tryParse(text) }));
  parsed.sort((a, b) => compareParsed(b.version, a.version));
  const ranks = new Map<string, number>();
  let rank = 0;
  for (const [i, { text, version }] of parsed.entries()) {
    if (i > 0 && compareParsed(parsed[i - 1]?.version, version) !== 0) rank = i;
    ranks.set(text, rank);
  }
  return ranks;
}

function tryParse(text: string): CondaVersion | undefined {
  try {
    return parseCondaVersion(text);
  } catch {
    return undefined;
  }
}

function compareParsed(a: CondaVersion | undefined, b: CondaVersion | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return compareConda(a, b);
}
