import type { Premise } from "./premise.ts";

/** Needs that follow one another without a branch are told as one from so many on. */
const MIN_LINKS = 5;

interface Link {
  readonly premise: Premise;
  readonly from: number;
  readonly to: number;
}

/**
 * Premises in groups: a long chain, in which each package needs just the next and nothing else is said
 * of those in between, is one group in its order; every other premise is a group of its own. Groups
 * stand where their first premise does.
 */
export function chainsOf(premises: readonly Premise[]): readonly (readonly Premise[])[] {
  const links = premises.flatMap(linkOf);
  if (links.length < MIN_LINKS) return premises.map((premise) => [premise]);
  const inner = innerPackages(premises, links);
  const byFrom = new Map(links.map((link) => [link.from, link]));
  const chained = new Map<Premise, readonly Premise[]>();
  for (const first of links) {
    if (inner.has(first.from)) continue;
    const chain = follow(first, { byFrom, inner });
    if (chain.length < MIN_LINKS) continue;
    for (const premise of chain) chained.set(premise, chain);
  }
  const told = new Set<readonly Premise[]>();
  return premises.flatMap((premise) => {
    const chain = chained.get(premise) ?? [premise];
    if (told.has(chain)) return [];
    told.add(chain);
    return [chain];
  });
}

function linkOf(premise: Premise): readonly Link[] {
  const { cause, terms } = premise;
  const [from, to] = terms;
  if (cause.kind !== "requires" || terms.length !== 2) return [];
  return from === undefined || to === undefined
    ? []
    : [{ premise, from: from.package, to: to.package }];
}

/** Packages of which just two things are said: what needs them, and what they need. */
function innerPackages(premises: readonly Premise[], links: readonly Link[]): ReadonlySet<number> {
  const mentions = new Map<number, number>();
  for (const { terms } of premises) {
    for (const { package: id } of terms) mentions.set(id, (mentions.get(id) ?? 0) + 1);
  }
  const needed = new Set(links.map(({ to }) => to));
  const needing = links.map(({ from }) => from);
  return new Set(needing.filter((id) => needed.has(id) && mentions.get(id) === 2));
}

function follow(
  first: Link,
  { byFrom, inner }: { byFrom: ReadonlyMap<number, Link>; inner: ReadonlySet<number> },
): readonly Premise[] {
  const chain = [first.premise];
  const seen = new Set(chain);
  let { to } = first;
  while (inner.has(to)) {
    const next = byFrom.get(to);
    if (next === undefined || seen.has(next.premise)) break;
    chain.push(next.premise);
    seen.add(next.premise);
    ({ to } = next);
  }
  return chain;
}
