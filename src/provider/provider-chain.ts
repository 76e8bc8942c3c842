import { isPromise, type MaybePromise, type PackageName } from "../base/index.ts";
import { JoinedCandidates, type Preference } from "./joined-candidates.ts";
import { providerOrder } from "./provider-order.ts";
import type { CandidateList, Provider } from "./types.ts";

/**
 * Several providers as one, in the order that `_default` and per-package lists give: all candidates
 * of an earlier provider come before those of a later one, whatever their versions; or, where the
 * newest is preferred, the providers only break ties.
 */
export function chainProviders(
  providers: readonly Provider[],
  order: Readonly<Record<string, readonly string[]>>,
  prefer: Preference = "provider",
): Provider {
  return chainInOrder(providers, (name) => providerOrder(order, name), prefer);
}

/** The same, with the order of a name as a function. */
export function chainInOrder(
  providers: readonly Provider[],
  orderOf: (name: PackageName) => readonly string[],
  prefer: Preference,
): Provider {
  const known = new Map(providers.map((provider) => [provider.name, provider]));
  function wanted(name: PackageName): readonly Provider[] {
    return orderOf(name).flatMap((word) => known.get(word) ?? []);
  }
  return {
    name: [...known.keys()].join(","),
    candidates: (name) => candidates(name, { providers: wanted(name), prefer }),
    prefetch(name) {
      for (const provider of wanted(name)) provider.prefetch(name);
    },
  };
}

type Found = CandidateList | undefined;

function candidates(
  name: PackageName,
  { providers, prefer }: { readonly providers: readonly Provider[]; readonly prefer: Preference },
): MaybePromise<Found> {
  const found = providers.map((provider) => provider.candidates(name));
  if (!found.some(isPromise)) return joined(found as readonly Found[], prefer);
  return Promise.all(found.map(async (list) => list)).then((lists) => joined(lists, prefer));
}

function joined(found: readonly Found[], prefer: Preference): Found {
  const lists = found
    .filter((list) => list !== undefined)
    .map((list, i, all) => list.behind?.(all.slice(0, i)) ?? list);
  const full = lists.filter(({ versions }) => versions.length > 0);
  return full.length > 1 ? new JoinedCandidates(full, prefer) : (full[0] ?? lists[0]);
}
