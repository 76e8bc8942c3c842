import type { CondaObject } from "../build/index.ts";

/** What decides the order in which packages are linked. */
export type Ordered = Pick<CondaObject, "name" | "version" | "build" | "index">;

function dependencies({ index }: Ordered): string[] {
  const depends = Array.isArray(index["depends"]) ? (index["depends"] as unknown[]) : [];
  return depends
    .filter((spec) => typeof spec === "string")
    .map((spec) => (/^[^\s=<>!~;[]+/.exec(spec)?.[0] ?? "").toLowerCase());
}

function label({ name, version, build }: Ordered): string {
  return `${name}-${version}-${build}`;
}

/**
 * The order in which conda links packages: each after what it depends on; among those that could come
 * next, first by name, version and build. In a circle, the one that waits for the fewest goes first.
 * (conda/models/prefix_graph.py.)
 */
export function condaOrder<T extends Ordered>(packages: readonly T[]): T[] {
  const there = new Set(packages.map(({ name }) => name));
  const waiting = new Map<T, Set<string>>();
  const sorted = [...packages].sort((a, b) => (label(a) < label(b) ? -1 : 1));
  for (const one of sorted)
    waiting.set(
      one,
      new Set(dependencies(one).filter((name) => there.has(name) && name !== one.name)),
    );
  // Python has pip, which has Python: conda leaves that way out.
  for (const [one, needs] of waiting) if (one.name === "python") needs.delete("pip");
  const order: T[] = [];
  while (waiting.size > 0) {
    const next = fewest(waiting);
    waiting.delete(next);
    order.push(next);
    for (const needs of waiting.values()) needs.delete(next.name);
  }
  return order;
}

function fewest<T>(waiting: ReadonlyMap<T, ReadonlySet<string>>): T {
  let best: { readonly one: T; readonly size: number } | undefined;
  for (const [one, { size }] of waiting) {
    if (best === undefined || size < best.size) best = { one, size };
    if (size === 0) break;
  }
  return (best as { one: T }).one;
}
