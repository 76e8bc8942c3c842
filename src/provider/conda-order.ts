import type { CondaRecord } from "../index/index.ts";
import { type CondaVersion, compareConda, parseCondaVersion } from "../version/index.ts";

/**
 * Builds of a name in conda's order, best first: fewer track_features, higher version, higher build
 * number, later build (conda/resolve.py, `version_key`); then by file name, so that it is one order.
 * Builds of versions that cannot be read come last.
 */
export function bestFirst(records: readonly CondaRecord[]): readonly CondaRecord[] {
  if (records.length < 2) return records;
  const plain = records.filter(({ trackFeatures }) => trackFeatures.length === 0);
  const featured = plain.length === records.length ? [] : byFeatures(records);
  return [plain, ...featured].flatMap(byVersion);
}

/** Those with features, by how many. */
function byFeatures(records: readonly CondaRecord[]): readonly (readonly CondaRecord[])[] {
  const groups = Map.groupBy(records, ({ trackFeatures }) => trackFeatures.length);
  groups.delete(0);
  return [...groups].toSorted(([a], [b]) => a - b).map(([, group]) => group);
}

interface SameVersion {
  readonly version: CondaVersion | undefined;
  readonly records: CondaRecord[];
}

function byVersion(records: readonly CondaRecord[]): readonly CondaRecord[] {
  const groups = new Map<string, SameVersion>();
  for (const record of records) {
    const group = groups.get(record.version);
    if (group !== undefined) group.records.push(record);
    else groups.set(record.version, { version: tryParse(record.version), records: [record] });
  }
  const sorted = [...groups.values()].sort((a, b) => compareParsed(b.version, a.version));
  return joinEqual(sorted).flatMap((group) => group.sort(compareBuilds));
}

/** `1.0` and `1.0.0` are one version. */
function joinEqual(groups: readonly SameVersion[]): readonly CondaRecord[][] {
  const joined: CondaRecord[][] = [];
  for (const [i, { version, records }] of groups.entries()) {
    if (i > 0 && compareParsed(groups[i - 1]?.version, version) === 0) {
      (joined.at(-1) as CondaRecord[]).push(...records);
    } else joined.push(records);
  }
  return joined;
}

function compareBuilds(a: CondaRecord, b: CondaRecord): number {
  return (
    b.buildNumber - a.buildNumber ||
    (b.timestamp ?? 0) - (a.timestamp ?? 0) ||
    (a.filename < b.filename ? -1 : 1)
  );
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
