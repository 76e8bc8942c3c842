import type { MaybePromise, PackageName } from "../base/index.ts";
import { fetchSdistMetadata } from "./fetch-metadata.ts";
import type { HttpClient } from "../http/index.ts";
import type { MetadataPlace } from "./metadata-reader.ts";
import { metadataKey } from "./metadata-records.ts";
import { offlineError } from "./offline-error.ts";
import type { RequestQueue } from "./request-queue.ts";
import type {
  FileRecord,
  MetadataBuilder,
  MetadataFailure,
  ReleaseMetadata,
  SdistToBuild,
} from "./types.ts";

type Metadata = ReleaseMetadata | MetadataFailure;

/** How source distributions are had. */
export interface SdistAccess {
  /** Gives the verified file's path. Throws UserError. */
  readonly download: (file: FileRecord) => Promise<string>;
  /** Without it, what only building tells is a failure. */
  readonly build?: MetadataBuilder;
}

export interface SdistReaderOptions {
  readonly client: HttpClient;
  readonly queue: RequestQueue;
  readonly offline: boolean;
  readonly access: SdistAccess;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds: for so long, a build that failed is not tried again. */
  readonly failuresHold: number;
}

/** What is asked: without the path, which is only had where nothing is kept. */
export type SdistQuestion = Omit<SdistToBuild, "path">;

/**
 * Reads the metadata of source distributions: what is kept; else what the index, or the file, says
 * for every environment; else what building it under the Python tells. All answers are kept beside
 * the project's listing, those of builds for each Python; not that this machine cannot build.
 */
export class SdistReader {
  private readonly options: SdistReaderOptions;
  private readonly requests = new Map<string, Promise<Metadata>>();

  constructor(options: SdistReaderOptions) {
    this.options = options;
  }

  /** A source distribution's metadata, synchronously where it is kept. */
  read(question: SdistQuestion, place: MetadataPlace | undefined): MaybePromise<Metadata> {
    const { file, name } = question;
    const kept = place?.kept(name);
    const known = kept?.metadata(metadataKey(staticRecord(file)));
    if (known !== undefined) return known;
    const built = kept?.metadata(metadataKey(builtRecord(question)));
    if (built !== undefined && !this.isStale(built)) return withoutTime(built);
    return this.request(question, place);
  }

  private request(question: SdistQuestion, place: MetadataPlace | undefined): Promise<Metadata> {
    const key = metadataKey(builtRecord(question));
    let request = this.requests.get(key);
    if (request === undefined) {
      const { name, file } = question;
      if (this.options.offline) {
        throw offlineError(name, `The metadata of ${file.filename} was never read`);
      }
      request = this.ask(question, place);
      this.requests.set(key, request);
    }
    return request;
  }

  private async ask(question: SdistQuestion, place: MetadataPlace | undefined): Promise<Metadata> {
    const { name, file } = question;
    const { access, queue } = this.options;
    const listed = await queue.run(() => fetchSdistMetadata(this.options.client, file, name));
    if (listed !== undefined) return keep(listed, staticRecord(file), { name, place });
    const path = await queue.run(() => access.download(file));
    const { readStaticSdistMetadata } = await import("./sdist-metadata.ts");
    const found = await readStaticSdistMetadata({ filename: file.filename, content: path, name });
    if (found !== "needs-build") return keep(found, staticRecord(file), { name, place });
    if (access.build === undefined) {
      return { failure: "the dependencies of its sdist are only known once it is built" };
    }
    const built = await access.build({ ...question, path });
    if ("failure" in built && built.untried === true) return { ...built, built: true };
    keep(this.withTime(built), builtRecord(question), { name, place });
    return "failure" in built ? { ...built, built: true } : built;
  }

  /** Failures of builds may be the machine's: a compiler, a library. They say when they happened. */
  private withTime(metadata: Metadata): Metadata {
    return "failure" in metadata
      ? { failure: `@${this.options.now()} ${metadata.failure}` }
      : metadata;
  }

  private isStale(metadata: Metadata): boolean {
    if (!("failure" in metadata) || this.options.offline) return false;
    const time = Number(FAILED_AT.exec(metadata.failure)?.[1] ?? 0);
    return Math.abs(this.options.now() - time) > this.options.failuresHold;
  }
}

const FAILED_AT = /^@(\d{1,16}) /;

function withoutTime(metadata: Metadata): Metadata {
  return "failure" in metadata
    ? { failure: metadata.failure.replace(FAILED_AT, ""), built: true }
    : metadata;
}

function keep(
  metadata: Metadata,
  file: FileRecord,
  { name, place }: { readonly name: PackageName; readonly place: MetadataPlace | undefined },
): Metadata {
  place?.keepMetadata(name, { file, metadata });
  return metadata;
}

/** What holds for every environment is kept as though it were a file beside the sdist. */
function staticRecord(file: FileRecord): FileRecord {
  return { ...file, url: file.url, filename: `${file.filename}#static` };
}

function builtRecord({ file, python }: SdistQuestion): FileRecord {
  return {
    ...file,
    url: file.url,
    filename: `${file.filename}#python${python.slice(0, 2).join(".")}`,
  };
}

const PREFERRED = [".tar.gz", ".tgz", ".zip", ".tar.bz2"];

/** The source distribution of a version that is taken where there are several. */
export function bestSdist(files: readonly FileRecord[]): FileRecord | undefined {
  const sdists = files.filter(({ kind }) => kind === "sdist");
  for (const suffix of PREFERRED) {
    const found = sdists.find(({ filename }) => filename.endsWith(suffix));
    if (found !== undefined) return found;
  }
  return sdists[0];
}
