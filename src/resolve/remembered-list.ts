import type { MaybePromise, PackageName } from "../base/index.ts";
import type {
  Candidate,
  CandidateList,
  LaterRelease,
  MetadataFailure,
  Refusal,
  ReleaseMetadata,
} from "../provider/index.ts";
import type { CondaCandidate } from "../version/index.ts";

/**
 * A list that keeps what it was once asked for explanations, so that a conflict can be told again when
 * the index that it came from is closed.
 */
export class RememberedList implements CandidateList {
  readonly provider: string;
  readonly name: PackageName;
  readonly source: string;
  readonly versions: readonly string[];
  readonly starts?: readonly number[];
  readonly providerOf?: (i: number) => string;
  readonly condaRecord?: (i: number) => CondaCandidate | undefined;
  private readonly list: CandidateList;
  private readonly names = new Map<number, readonly string[]>();
  private releases: readonly LaterRelease[] | undefined;

  constructor(list: CandidateList) {
    this.list = list;
    this.provider = list.provider;
    this.name = list.name;
    this.source = list.source;
    this.versions = list.versions;
    if (list.starts !== undefined) this.starts = list.starts;
    if (list.providerOf !== undefined) this.providerOf = (i) => list.providerOf?.(i) ?? "";
    if (list.condaRecord !== undefined) this.condaRecord = (i) => list.condaRecord?.(i);
  }

  look(i: number): Candidate | Refusal {
    return this.list.look(i);
  }

  later(): readonly LaterRelease[] {
    return (this.releases ??= this.list.later());
  }

  fileNames(i: number): readonly string[] {
    let names = this.names.get(i);
    if (names === undefined) this.names.set(i, (names = this.list.fileNames(i)));
    return names;
  }

  metadata(i: number): MaybePromise<ReleaseMetadata | MetadataFailure> {
    return this.list.metadata(i);
  }
}
