import { contains, intersect, type VersionSet } from "../pubgrub/index.ts";
import type { Project } from "./project.ts";

export interface SearchOptions {
  /** The lowest version of each provider first. */
  readonly upwards: boolean;
  /** A version that comes before the others of its provider. */
  readonly first: string | undefined;
}

/** The candidates of a set in the order they are looked at: provider by provider. */
export function* searchOrder(
  project: Project,
  part: VersionSet,
  { upwards, first }: SearchOptions,
): Generator<number> {
  if (first === undefined && !upwards) {
    yield* downwards(part, sizeOf(project));
    return;
  }
  for (const segment of segmentsOf(project)) {
    const own = intersect(part, segment);
    const at = first === undefined ? -1 : placeOf(project, first, segment);
    if (contains(own, at)) yield at;
    const order = downwards(own, sizeOf(project));
    for (const i of upwards ? lowestFirst(project, order) : order) if (i !== at) yield i;
  }
}

function sizeOf({ versions, references }: Project): number {
  return versions.length + references.length;
}

function* downwards(set: VersionSet, size: number): Generator<number> {
  for (let k = 0; k < set.length; k += 2) {
    const end = Math.min(set[k + 1] as number, size);
    for (let i = set[k] as number; i < end; i++) yield i;
  }
}

/** The candidates of each provider, then those of references. */
function segmentsOf(project: Project): readonly VersionSet[] {
  const { versions, list } = project;
  const starts = list?.starts ?? [0];
  const segments = starts.map((start, k) => [start, starts[k + 1] ?? versions.length]);
  return [...segments, [versions.length, sizeOf(project)]].filter(([a = 0, b = 0]) => a < b);
}

function placeOf({ versions }: Project, version: string, [start = 0, end = 0]: VersionSet): number {
  const at = versions.indexOf(version, start);
  return at >= 0 && at < end ? at : -1;
}

/** The lowest version first, its candidates in their order. */
function lowestFirst(project: Project, order: Iterable<number>): readonly number[] {
  const groups: number[][] = [];
  let last: string | undefined;
  for (const i of order) {
    const version = project.version(i);
    if (version === last) groups.at(-1)?.push(i);
    else groups.push([i]);
    last = version;
  }
  return groups.toReversed().flat();
}
