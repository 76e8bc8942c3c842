import type { PackageName } from "../base/index.ts";
import type { KeptProject } from "./kept-project.ts";
import type { FileRecord, LaterRelease, ProjectRecord } from "./types.ts";
import { earliestUpload, latestUpload } from "./unpack-project.ts";

/** What a project's record is made of. */
export interface DatedProjectInput {
  readonly name: PackageName;
  readonly source: string;
  readonly kept: KeptProject;
  /** Milliseconds: later uploads do not exist. */
  readonly date: number;
  /** Called where a file's checksum fails; throws. */
  readonly onDamage: (cause: unknown) => never;
}

/** A project as of a date, read from its kept answer: what is not asked for is not decoded. */
export class DatedProject implements ProjectRecord {
  readonly name: PackageName;
  readonly source: string;
  readonly versions: readonly string[];
  readonly dated: boolean;
  readonly tracks?: readonly string[];
  /** For each version its place in the kept answer; undefined where all versions count. */
  private readonly places: readonly number[] | undefined;
  private readonly input: DatedProjectInput;

  constructor(input: DatedProjectInput) {
    const { head } = input.kept;
    this.input = input;
    this.name = input.name;
    this.source = input.source;
    this.dated = !head.undated;
    if (head.facts.tracks !== undefined) this.tracks = head.facts.tracks;
    this.places = head.newest <= input.date ? undefined : placesUntil(input);
    this.versions = this.places?.map((place) => head.versions[place] as string) ?? head.versions;
  }

  files(i: number): readonly FileRecord[] {
    const { kept, date } = this.input;
    const place = this.places?.[i] ?? i;
    const files = this.decode(place);
    if (this.places === undefined || latestUpload(kept.head, place) <= date) return files;
    return files.filter(({ uploadTime }) => uploadTime === undefined || uploadTime <= date);
  }

  later(): readonly LaterRelease[] {
    const { head } = this.input.kept;
    return head.versions.flatMap((version, i) => {
      const uploadTime = earliestUpload(head, i);
      return uploadTime > this.input.date ? [{ version, uploadTime }] : [];
    });
  }

  private decode(place: number): FileRecord[] {
    try {
      return this.input.kept.files(place);
    } catch (error) {
      return this.input.onDamage(error);
    }
  }
}

/** The versions of which some file was uploaded by the date, or has no upload time. */
function placesUntil({ kept: { head }, date }: DatedProjectInput): number[] {
  const places: number[] = [];
  for (let i = 0; i < head.versions.length; i++) {
    if (earliestUpload(head, i) <= date) places.push(i);
  }
  return places;
}
