import { shownName } from "../../provider/index.ts";
import { contains, NONE, type VersionSet } from "../../pubgrub/index.ts";
import { isPrerelease, tryParsePep440 } from "../../version/index.ts";
import type { ConflictPackage } from "../types.ts";

/** More ranges than this are counted, not listed. */
const MAX_RANGES = 4;

/** Intervals of a set that are candidates, joined where only pre-releases lie between them. */
function ranges(
  { versions }: ConflictPackage,
  set: VersionSet,
  [from, to]: readonly [number, number],
): (readonly [number, number])[] {
  const found: [number, number][] = [];
  for (let k = 0; k < set.length; k += 2) {
    const start = Math.max(set[k] as number, from);
    const end = Math.min(set[k + 1] as number, to);
    if (start >= end || start === NONE) continue;
    const last = found.at(-1);
    if (last !== undefined && versions.slice(last[1], start).every(isPre)) last[1] = end;
    else found.push([start, end]);
  }
  return found;
}

/** Where one provider's candidates begin and end, for each of them. */
function segments({ versions, list }: ConflictPackage): readonly (readonly [number, number])[] {
  const starts = list?.starts ?? [0];
  return starts.map((start, k) => [start, starts[k + 1] ?? versions.length]);
}

function isPre(version: string): boolean {
  const parsed = tryParsePep440(version);
  return parsed !== undefined && isPrerelease(parsed);
}

/** How many versions a set has. */
export function countVersions({ versions }: ConflictPackage, set: VersionSet): number {
  return new Set(versions.filter((_, i) => contains(set, i))).size;
}

/** The candidates of a set, newest first. */
export function versionsIn({ versions }: ConflictPackage, set: VersionSet): readonly string[] {
  return versions.filter((_, i) => contains(set, i));
}

/** Whether a set has all the candidates that are final, or all there are. */
function isEvery(package_: ConflictPackage, set: VersionSet): boolean {
  return package_.versions.every((version, i) => contains(set, i) || isPre(version));
}

function rangeText(
  package_: ConflictPackage,
  [start, end]: readonly [number, number],
  [from, to]: readonly [number, number],
): string {
  const { versions } = package_;
  const newest = versions[start] as string;
  const oldest = versions[end - 1] as string;
  if (end - start === 1 || newest === oldest) return newest;
  const listed = Math.min(to, versions.length - package_.references.length);
  if (start === from) return `>=${oldest}`;
  if (end >= listed) return `<=${newest}`;
  return `${oldest} to ${newest}`;
}

/**
 * A set's versions as few ranges: `1.0`, `1.0 to 1.4`, `>=2.0`; oldest first. Those of other providers
 * than the first are told with it: `<=1.4 (sdist)`.
 */
export function rangesText(package_: ConflictPackage, set: VersionSet): string {
  const { list } = package_;
  const parts = segments(package_).map((segment, k) => {
    const own = ranges(package_, set, segment).toReversed();
    const label = k === 0 ? "" : ` (${list?.providerOf?.(segment[0]) ?? ""})`;
    return { label, texts: own.map((range) => rangeText(package_, range, segment)) };
  });
  const first = parts[0]?.texts.join() ?? "";
  const told = parts.filter(({ texts }, k) => k === 0 || texts.join() !== first);
  const all = told.flatMap(({ texts, label }) => texts.map((text) => text + label));
  const left = all.length - MAX_RANGES;
  return listText(left > 0 ? [...all.slice(0, MAX_RANGES), `${left} more ranges`] : all);
}

/** A package at a set of its versions, and whether that takes a verb in the plural. */
export function subjectText(
  package_: ConflictPackage,
  set: VersionSet,
  extra?: string,
): { readonly text: string; readonly plural: boolean } {
  const name = extra === undefined ? nameText(package_) : `${shownName(package_.name)}[${extra}]`;
  const count = countVersions(package_, set);
  if (count > 1 && isEvery(package_, set))
    return { text: `every version of ${name}`, plural: false };
  if (count === 0) return { text: name, plural: false };
  return { text: `${name} ${rangesText(package_, set)}`, plural: count > 1 };
}

/** `name`, or `name[extra]`. */
export function nameText({ name: node, extra }: ConflictPackage): string {
  const name = shownName(node);
  return extra === undefined ? name : `${name}[${extra}]`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listText(items: readonly string[], word = "and"): string {
  if (items.length <= 1) return items[0] ?? "";
  return `${items.slice(0, -1).join(", ")} ${word} ${items.at(-1)}`;
}
