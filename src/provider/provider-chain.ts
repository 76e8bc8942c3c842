import { isPromise, type MaybePromise, type PackageName } from "../base/index.ts";
import type { LaterRelease, MetadataFailure, ReleaseMetadata } from "../index/index.ts";
import { providerOrder } from "./provider-order.ts";
import type { Candidate, CandidateList, Provider, Refusal } from "./types.ts";

/**
 * Several providers as one, in the order that `_default` and per-package lists give: all candidates
 * of an earlier provider come before those of a later one, whatever their versions.
 */
export function chainProviders(
  providers: readonly Provider[],
  order: Readonly<Record<string, readonly string[]>>,
): Provider {
  const known = new Map(providers.map((provider) => [provider.name, provider]));
  function wanted(name: PackageName): readonly Provider[] {
    return providerOrder(order, name).flatMap((word) => known.get(word) ?? []);
  }
  return {
    name: [...known.keys()].join(","),
    candidates: (name) => candidates(name, wanted(name)),
    prefetch(name) {
      for (const provider of wanted(name)) provider.prefetch(name);
    },
  };
}

type Found = CandidateList | undefined;

function candidates(name: PackageName, providers: readonly Provider[]): MaybePromise<Found> {
  const found = providers.map((provider) => provider.candidates(name));
  if (!found.some(isPromise)) return joined(found as readonly Found[]);
  return Promise.all(found.map(async (list) => list)).then(joined);
}

function joined(found: readonly Found[]): Found {
  const lists = found.filter((list) => list !== undefined);
  const full = lists.filter(({ versions }) => versions.length > 0);
  return full.length > 1 ? new JoinedCandidates(full) : (full[0] ?? lists[0]);
}

class JoinedCandidates implements CandidateList {
  readonly provider: string;
  readonly name: PackageName;
  readonly source: string;
  readonly versions: readonly string[];
  readonly starts: readonly number[];
  private readonly lists: readonly CandidateList[];

  constructor(lists: readonly CandidateList[]) {
    const [first] = lists as readonly [CandidateList];
    this.lists = lists;
    this.provider = lists.map(({ provider }) => provider).join(",");
    this.name = first.name;
    this.source = first.source;
    this.versions = lists.flatMap(({ versions }) => versions);
    let start = 0;
    this.starts = lists.map(({ versions }) => (start += versions.length) - versions.length);
  }

  look(i: number): Candidate | Refusal {
    const { list, start } = this.at(i);
    return list.look(i - start);
  }

  providerOf(i: number): string {
    return this.at(i).list.provider;
  }

  later(): readonly LaterRelease[] {
    return (this.lists[0] as CandidateList).later();
  }

  fileNames(i: number): readonly string[] {
    const { list, start } = this.at(i);
    return list.fileNames(i - start);
  }

  metadata(i: number): MaybePromise<ReleaseMetadata | MetadataFailure> {
    const { list, start } = this.at(i);
    return list.metadata(i - start);
  }

  private at(i: number): { readonly list: CandidateList; readonly start: number } {
    const k = this.starts.findLastIndex((start) => start <= i);
    return { list: this.lists[k] as CandidateList, start: this.starts[k] as number };
  }
}
