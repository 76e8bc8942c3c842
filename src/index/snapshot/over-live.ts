import { isPromise, type MaybePromise, type PackageName } from "../../base/index.ts";
import { standIn } from "../stand-in.ts";
import type {
  FileRecord,
  MetadataFailure,
  PackageIndex,
  ProjectRecord,
  ReleaseMetadata,
  SdistRequest,
} from "../types.ts";
import type { FileIndex } from "./file-index.ts";

type Metadata = ReleaseMetadata | MetadataFailure;

/**
 * An index file over another index: a project that the file knows is as the file has it, and nothing is
 * asked; the other index is asked for projects that the file does not know, and for metadata that the
 * file has not of files that it lists. Closing it closes the file only.
 */
export function overLive(file: FileIndex, live: PackageIndex): PackageIndex {
  return new FileOverLive(file, live);
}

class FileOverLive implements PackageIndex {
  private readonly file: FileIndex;
  private readonly live: PackageIndex;

  constructor(file: FileIndex, live: PackageIndex) {
    this.file = file;
    this.live = live;
  }

  project(name: PackageName): MaybePromise<ProjectRecord | undefined> {
    return this.file.project(name) ?? this.live.project(name);
  }

  metadata(name: PackageName, file: FileRecord): MaybePromise<Metadata> {
    if (this.file.project(name) === undefined) return this.live.metadata(name, file);
    const own = this.file.metadata(name, file);
    return "failure" in own ? this.liveMetadata(name, { file, own }) : own;
  }

  sdistMetadata(name: PackageName, release: SdistRequest): MaybePromise<Metadata> {
    const isOurs = this.file.project(name) !== undefined;
    const own = isOurs ? this.file.sdistMetadata(name, release) : undefined;
    if (own !== undefined && !("failure" in own)) return own;
    const { file: _, wheel, ...asked } = release;
    const theirs = (): MaybePromise<Metadata> =>
      this.live.sdistMetadata?.(name, own === undefined ? release : asked) ??
      own ?? { failure: "its dependencies are only known once it is built" };
    if (own === undefined || wheel === undefined) return theirs();
    return standIn(this.file.metadata(name, wheel), { wheel, own: theirs });
  }

  prefetch(name: PackageName): void {
    if (this.file.project(name) === undefined) this.live.prefetch(name);
  }

  close(): void {
    this.file.close();
  }

  /** The same file's metadata as the live index has it; where it has none, why the file has none. */
  private liveMetadata(
    name: PackageName,
    { file, own }: { readonly file: FileRecord; readonly own: Metadata },
  ): MaybePromise<Metadata> {
    const record = this.live.project(name);
    const read = (found: ProjectRecord | undefined): MaybePromise<Metadata> => {
      const same = found === undefined ? undefined : fileNamed(found, file.filename);
      return same === undefined ? own : this.live.metadata(name, same);
    };
    return isPromise(record) ? record.then(read) : read(record);
  }
}

function fileNamed(record: ProjectRecord, filename: string): FileRecord | undefined {
  for (let i = 0; i < record.versions.length; i++) {
    const found = record.files(i).find((file) => file.filename === filename);
    if (found !== undefined) return found;
  }
  return undefined;
}
