import { isPromise, type MaybePromise, type PackageName, type Report } from "../base/index.ts";
import { type HttpClient, splitCredentials } from "../http/index.ts";
import { DatedProject } from "./dated-project.ts";
import { indexError } from "./errors.ts";
import { fetchMetadata } from "./fetch-metadata.ts";
import type { IndexConfiguration } from "./index-configuration.ts";
import type { KeptProject } from "./kept-project.ts";
import { metadataKey } from "./metadata-records.ts";
import { openProjectStore, type ProjectStore, storeFolder } from "./project-store.ts";
import { normalizePins, RemoteIndex, withSlash } from "./remote-index.ts";
import { RequestQueue } from "./request-queue.ts";
import type {
  FileRecord,
  MetadataFailure,
  PackageIndex,
  ProjectRecord,
  ReleaseMetadata,
} from "./types.ts";

/** How to guess what a resolution will ask for, so that it is on its way before it is asked for. */
export interface Speculation {
  /** The file of a project whose metadata will probably be needed. */
  file(project: ProjectRecord): FileRecord | undefined;
  /** The names that the resolution will then probably ask for. */
  dependencies(metadata: ReleaseMetadata): Iterable<PackageName>;
}

export interface LiveIndexOptions {
  readonly client: HttpClient;
  readonly configuration: IndexConfiguration;
  /** Our cache folder; answers are kept in its `index/`. */
  readonly cacheDirectory: string;
  /** Milliseconds since 1970: nothing uploaded later exists. */
  readonly date: number;
  /** Use only what is kept, however old. */
  readonly offline?: boolean;
  /** Index URL by package name: the one index that serves it. */
  readonly pins?: Iterable<readonly [string, string]>;
  readonly report: Report;
  /** Requests under way at once. */
  readonly concurrency?: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /**
   * For a date that is the present moment: how old, in milliseconds, an answer may be that is used
   * without asking again. An answer fetched after the date is always used.
   */
  readonly maxAge?: number;
  readonly speculation?: Speculation;
}

/** An index over the user's live indexes. */
export interface LiveIndex extends PackageIndex {
  /** The indexes asked, in their order, without credentials. */
  readonly sources: readonly string[];
}

const TEN_MINUTES = 600_000;
/** A date so near is the present moment, not one that somebody chose. */
const PRESENT = 60_000;

/** Opens the user's indexes as of a date. Touches neither files nor network before it is asked. */
export function openLiveIndex(options: LiveIndexOptions): LiveIndex {
  return new Indexes(options);
}

interface Served {
  readonly index: RemoteIndex;
  readonly kept: KeptProject;
}

type Metadata = ReleaseMetadata | MetadataFailure;

class Indexes implements LiveIndex {
  readonly sources: readonly string[];
  private readonly options: LiveIndexOptions;
  private readonly queue: RequestQueue;
  private readonly indexes: readonly RemoteIndex[];
  private readonly pinned = new Map<PackageName, RemoteIndex>();
  private readonly answers = new Map<PackageName, MaybePromise<ProjectRecord | undefined>>();
  private readonly served = new Map<PackageName, Served>();
  private readonly metadataRequests = new Map<string, Promise<Metadata>>();
  private readonly prefetches = new Set<PackageName>();
  private waiting: PackageName[] = [];
  private readonly noted = new Set<string>();
  private closed = false;

  constructor(options: LiveIndexOptions) {
    this.options = options;
    this.queue = new RequestQueue(options.concurrency ?? 50);
    const { indexUrl, extraIndexUrls } = options.configuration;
    const urls = [...extraIndexUrls, ...(indexUrl === undefined ? [] : [indexUrl])];
    const byUrl = new Map<string, RemoteIndex>();
    for (const url of urls) this.remote(url, byUrl);
    this.indexes = [...byUrl.values()];
    for (const [name, url] of normalizePins(options.pins ?? [])) {
      this.pinned.set(name, this.remote(url, byUrl));
    }
    this.sources = this.indexes.map(({ url }) => url);
  }

  project(name: PackageName): MaybePromise<ProjectRecord | undefined> {
    if (this.answers.has(name)) return this.answers.get(name);
    const answer = this.lookUp(name);
    this.answers.set(name, answer);
    if (isPromise(answer)) {
      answer.then(
        (record) => this.answers.set(name, record),
        () => undefined,
      );
    }
    return answer;
  }

  metadata(name: PackageName, file: FileRecord): MaybePromise<Metadata> {
    return this.knownMetadata(name, file) ?? this.requestMetadata(name, file);
  }

  prefetch(name: PackageName): void {
    if (this.options.offline === true || this.prefetches.has(name)) return;
    this.prefetches.add(name);
    if (this.waiting.length === 0) setImmediate(() => this.startPrefetches());
    this.waiting.push(name);
  }

  close(): void {
    this.closed = true;
    this.queue.dropGuesses();
    for (const index of this.indexes) index.close();
    for (const index of this.pinned.values()) index.close();
  }

  private remote(urlWithCredentials: string, known: Map<string, RemoteIndex>): RemoteIndex {
    const url = withSlash(splitCredentials(urlWithCredentials).url);
    let index = known.get(url);
    if (index === undefined) {
      index = new RemoteIndex({
        url,
        client: this.options.client,
        queue: this.queue,
        now: this.options.now,
        store: this.openStore(url),
        isFresh: (fetchedAt) => this.isFresh(fetchedAt),
        onPassedOver: (name, entries) => this.notePassedOver(name, entries),
      });
      known.set(url, index);
    }
    return index;
  }

  private openStore(url: string): ProjectStore {
    const folder = storeFolder(this.options.cacheDirectory, url);
    return openProjectStore(folder, (error) =>
      this.note(
        "index-not-kept",
        `Answers of the index cannot be kept in ${folder}: ${error.message}`,
      ),
    );
  }

  private isFresh(fetchedAt: number): boolean {
    const { date, now, offline, maxAge = TEN_MINUTES } = this.options;
    if (offline === true || fetchedAt >= date) return true;
    return now() - date < PRESENT && date - fetchedAt <= maxAge;
  }

  private indexesOf(name: PackageName): readonly RemoteIndex[] {
    const pinned = this.pinned.get(name);
    return pinned === undefined ? this.indexes : [pinned];
  }

  /** The first index, in their order, that has the name. */
  private lookUp(name: PackageName): MaybePromise<ProjectRecord | undefined> {
    const indexes = this.indexesOf(name);
    for (let i = 0; i < indexes.length; i++) {
      const index = indexes[i] as RemoteIndex;
      const kept = index.fresh(name);
      if (kept === undefined) return this.lookUpFrom(name, indexes.slice(i));
      if (!kept.head.missing) return this.record(name, { index, kept });
    }
    return undefined;
  }

  private async lookUpFrom(
    name: PackageName,
    indexes: readonly RemoteIndex[],
  ): Promise<ProjectRecord | undefined> {
    for (const index of indexes) {
      const kept = index.fresh(name) ?? (await this.fetchProject(name, index));
      if (!kept.head.missing) return this.record(name, { index, kept });
    }
    return undefined;
  }

  private fetchProject(name: PackageName, index: RemoteIndex): Promise<KeptProject> {
    if (this.options.offline === true) throw offlineError(name, `the releases of ${name}`);
    return index.fetch(name);
  }

  private record(name: PackageName, served: Served): ProjectRecord {
    const { index, kept } = served;
    this.served.set(name, served);
    const project = new DatedProject({
      name,
      source: index.url,
      kept,
      date: this.options.date,
      onDamage: (cause) => this.damaged(name, index, cause),
    });
    if (!project.dated) this.noteUndated(index.url);
    return project;
  }

  private damaged(name: PackageName, index: RemoteIndex, cause: unknown): never {
    index.forget(name);
    throw indexError(
      "index-damaged",
      `What was kept of the index's answer for ${name} is damaged.`,
      {
        place: { package: name, url: index.url },
        hint: "It has been removed: run the same command again.",
        cause,
      },
    );
  }

  private knownMetadata(name: PackageName, file: FileRecord): Metadata | undefined {
    return this.served.get(name)?.kept.metadata(metadataKey(file));
  }

  private requestMetadata(
    name: PackageName,
    file: FileRecord,
    { guess = false }: { guess?: boolean } = {},
  ): Promise<Metadata> {
    const key = metadataKey(file);
    let request = this.metadataRequests.get(key);
    if (request === undefined) {
      if (this.options.offline === true)
        throw offlineError(name, `the metadata of ${file.filename}`);
      request = this.queue.run(() => this.askMetadata(name, file), { guess });
      this.metadataRequests.set(key, request);
    }
    return request;
  }

  private async askMetadata(name: PackageName, file: FileRecord): Promise<Metadata> {
    const metadata = await fetchMetadata(this.options.client, file, name);
    const served = this.served.get(name);
    if (served !== undefined) served.index.keepMetadata(name, { file, metadata });
    return metadata;
  }

  private startPrefetches(): void {
    const names = this.waiting;
    this.waiting = [];
    if (this.closed) return;
    for (const name of names) this.speculate(name).catch(() => undefined);
  }

  private async speculate(name: PackageName): Promise<void> {
    const project = await this.project(name);
    const { speculation } = this.options;
    if (project === undefined || speculation === undefined || this.closed) return;
    const file = speculation.file(project);
    if (file === undefined) return;
    const metadata =
      this.knownMetadata(name, file) ?? (await this.requestMetadata(name, file, { guess: true }));
    if ("failure" in metadata || this.closed) return;
    for (const dependency of speculation.dependencies(metadata)) this.prefetch(dependency);
  }

  private noteUndated(url: string): void {
    this.note(
      "index-undated",
      `The index ${url} gives no upload times for some files: the date could not be applied to them.`,
      url,
    );
  }

  private notePassedOver(name: PackageName, entries: readonly string[]): void {
    const more = entries.length > 1 ? ` (and ${entries.length - 1} more)` : "";
    this.note(
      "index-passed-over",
      `Entries of the index for ${name} cannot be used: ${entries[0] as string}${more}.`,
      name,
    );
  }

  /** Says a thing once for each subject. */
  private note(code: string, message: string, subject = ""): void {
    const key = `${code} ${subject}`;
    if (this.noted.has(key)) return;
    this.noted.add(key);
    this.options.report({ kind: "note", level: "warning", code, message });
  }
}

function offlineError(name: PackageName, what: string): Error {
  return indexError(
    "index-offline",
    `${what[0]?.toUpperCase()}${what.slice(1)} were never fetched, and --offline forbids asking.`,
    {
      place: { package: name },
      hint: "Run the same command once without --offline; after that it works offline.",
    },
  );
}
