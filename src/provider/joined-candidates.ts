import type { MaybePromise, PackageName } from "../base/index.ts";
import type { LaterRelease, MetadataFailure, ReleaseMetadata } from "../index/index.ts";
import type { CondaCandidate } from "../version/index.ts";
import { newestFirst } from "./newest-first.ts";
import type { Candidate, CandidateList, Refusal } from "./types.ts";

interface Place {
  readonly list: CandidateList;
  readonly i: number;
}

/** Which candidates are best: those of earlier providers, or the newest of any. */
export type Preference = "provider" | "newest";

/**
 * Several lists of one name as one: one behind the other, or with the highest version first and the
 * provider only breaking ties. Not empty.
 */
export class JoinedCandidates implements CandidateList {
  readonly provider: string;
  readonly name: PackageName;
  readonly source: string;
  readonly versions: readonly string[];
  readonly starts: readonly number[];
  readonly condaRecord?: (i: number) => CondaCandidate | undefined;
  private readonly lists: readonly CandidateList[];
  /** Where the newest is preferred: which list each candidate is from. */
  private readonly places: readonly Place[] | undefined;

  constructor(lists: readonly CandidateList[], prefer: Preference = "provider") {
    const [first] = lists as readonly [CandidateList];
    this.lists = lists;
    this.provider = lists.map(({ provider }) => provider).join(",");
    this.name = first.name;
    this.source = first.source;
    this.places = prefer === "newest" ? newestFirst(placesOf(lists), versionOf) : undefined;
    this.versions = this.places?.map(versionOf) ?? lists.flatMap(({ versions }) => versions);
    if (lists.some((list) => list.condaRecord !== undefined)) {
      this.condaRecord = (i) => this.at(i).list.condaRecord?.(this.at(i).i);
    }
    this.starts = prefer === "newest" ? [0] : startsOf(lists);
  }

  look(i: number): Candidate | Refusal {
    const { list, i: at } = this.at(i);
    return list.look(at);
  }

  key(i: number): string {
    const { list, i: at } = this.at(i);
    return list.key?.(at) ?? `${list.providerOf?.(at) ?? list.provider} ${list.versions[at]}`;
  }

  providerOf(i: number): string {
    const { list, i: at } = this.at(i);
    return list.providerOf?.(at) ?? list.provider;
  }

  later(): readonly LaterRelease[] {
    return (this.lists[0] as CandidateList).later();
  }

  fileNames(i: number): readonly string[] {
    const { list, i: at } = this.at(i);
    return list.fileNames(at);
  }

  metadata(i: number): MaybePromise<ReleaseMetadata | MetadataFailure> {
    const { list, i: at } = this.at(i);
    return list.metadata(at);
  }

  ownMetadata(i: number): MaybePromise<ReleaseMetadata | MetadataFailure> {
    const { list, i: at } = this.at(i);
    return list.ownMetadata?.(at) ?? list.metadata(at);
  }

  private at(i: number): Place {
    if (this.places !== undefined) return this.places[i] as Place;
    let k = this.starts.length - 1;
    while (k > 0 && (this.starts[k] as number) > i) k--;
    return { list: this.lists[k] as CandidateList, i: i - (this.starts[k] as number) };
  }
}

function placesOf(lists: readonly CandidateList[]): readonly Place[] {
  return lists.flatMap((list) => list.versions.map((_, i) => ({ list, i })));
}

function versionOf({ list, i }: Place): string {
  return list.versions[i] as string;
}

function startsOf(lists: readonly CandidateList[]): readonly number[] {
  let start = 0;
  return lists.map(({ versions }) => (start += versions.length) - versions.length);
}
