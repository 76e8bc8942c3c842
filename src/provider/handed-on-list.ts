import type { MaybePromise, PackageName } from "../base/index.ts";
import type { LaterRelease, MetadataFailure, ReleaseMetadata } from "../index/index.ts";
import type { CondaCandidate } from "../version/index.ts";
import type { Candidate, CandidateList, Refusal } from "./types.ts";

/** A list that says what another says; those that change some of it extend it. */
export class HandedOnList implements CandidateList {
  readonly provider: string;
  readonly name: PackageName;
  readonly source: string;
  readonly versions: readonly string[];
  readonly starts?: readonly number[];
  readonly providerOf?: (i: number) => string;
  readonly condaRecord?: (i: number) => CondaCandidate | undefined;
  readonly key?: (i: number) => string;
  readonly ownMetadata?: (i: number) => MaybePromise<ReleaseMetadata | MetadataFailure>;
  protected readonly list: CandidateList;

  constructor(list: CandidateList) {
    this.list = list;
    this.provider = list.provider;
    this.name = list.name;
    this.source = list.source;
    this.versions = list.versions;
    if (list.starts !== undefined) this.starts = list.starts;
    if (list.providerOf !== undefined) this.providerOf = (i) => list.providerOf?.(i) ?? "";
    if (list.condaRecord !== undefined) this.condaRecord = (i) => list.condaRecord?.(i);
    if (list.key !== undefined) this.key = (i) => list.key?.(i) ?? "";
    if (list.ownMetadata !== undefined) {
      this.ownMetadata = (i) => list.ownMetadata?.(i) ?? list.metadata(i);
    }
  }

  look(i: number): Candidate | Refusal {
    return this.list.look(i);
  }

  later(): readonly LaterRelease[] {
    return this.list.later();
  }

  fileNames(i: number): readonly string[] {
    return this.list.fileNames(i);
  }

  metadata(i: number): MaybePromise<ReleaseMetadata | MetadataFailure> {
    return this.list.metadata(i);
  }
}
