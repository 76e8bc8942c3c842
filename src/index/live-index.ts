import {
  isPromise,
  type MaybePromise,
  normalizeName,
  type PackageName,
  type Report,
} from "../base/index.ts";
import { type HttpClient, splitCredentials } from "../http/index.ts";
import { comparePep440 } from "../version/index.ts";
import { DatedProject } from "./dated-project.ts";
import { indexError } from "./errors.ts";
import { FindLinks } from "./find-links.ts";
import { checkIndexUrl, type IndexConfiguration } from "./index-configuration.ts";
import type { KeptProject } from "./kept-project.ts";
import { listedProject, mergeProjects } from "./listed-project.ts";
import { MetadataReader } from "./metadata-reader.ts";
import { Notes } from "./notes.ts";
import { offlineError } from "./offline-error.ts";
import { openProjectStore, type ProjectStore, storeFolder } from "./project-store.ts";
import { RemoteIndex, withSlash } from "./remote-index.ts";
import { RequestQueue } from "./request-queue.ts";
import { bestSdist, type SdistAccess, SdistReader } from "./sdist-reader.ts";
import { standIn } from "./stand-in.ts";
import type {
  FileRecord,
  MetadataFailure,
  PackageIndex,
  ProjectRecord,
  ReleaseMetadata,
  SdistRequest,
} from "./types.ts";

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
  /** How source distributions are had; without it, nothing is known of what they need. */
  readonly sdists?: SdistAccess;
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

type Metadata = ReleaseMetadata | MetadataFailure;

class Indexes implements LiveIndex {
  readonly sources: readonly string[];
  private readonly options: LiveIndexOptions;
  private readonly queue: RequestQueue;
  private readonly byUrl = new Map<string, RemoteIndex>();
  private readonly indexes: readonly RemoteIndex[];
  private readonly pinned = new Map<PackageName, RemoteIndex>();
  private readonly findLinks: FindLinks;
  private readonly reader: MetadataReader;
  private readonly sdists: SdistReader | undefined;
  private readonly answers = new Map<PackageName, MaybePromise<ProjectRecord | undefined>>();
  private readonly prefetched = new Set<PackageName>();
  private waiting: PackageName[] = [];
  private readonly notes: Notes;
  private closed = false;

  constructor(options: LiveIndexOptions) {
    this.options = options;
    this.notes = new Notes(options.report);
    this.queue = new RequestQueue(options.concurrency ?? 50);
    const { indexUrl, extraIndexUrls } = options.configuration;
    const urls = [...extraIndexUrls, ...(indexUrl === undefined ? [] : [indexUrl])];
    this.indexes = [...new Set(urls.map((url) => this.remote(url)))];
    for (const [name, url] of options.pins ?? []) {
      this.pinned.set(normalizeName(name), this.remote(url));
    }
    this.sources = this.indexes.map(({ url }) => url);
    this.findLinks = this.openFindLinks();
    this.reader = new MetadataReader({
      client: options.client,
      queue: this.queue,
      offline: options.offline === true,
      report: options.report,
      openLinkStore: () => this.openStore("find-links"),
    });
    this.sdists = this.openSdists();
  }

  project(name: PackageName): MaybePromise<ProjectRecord | undefined> {
    if (this.answers.has(name)) return this.answers.get(name);
    const answer = this.withLinks(name, this.lookUp(name));
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
    return this.reader.read(name, file);
  }

  sdistMetadata(name: PackageName, request: SdistRequest): MaybePromise<Metadata> {
    const { file } = request;
    if (file !== undefined) return this.readSdist(name, { ...request, file });
    const record = this.project(name);
    const read = (found: ProjectRecord | undefined): MaybePromise<Metadata> => {
      const best = sdistOf(found, request.version);
      if (best === undefined) return { failure: "it has no source distribution" };
      return this.readSdist(name, { ...request, file: best });
    };
    return isPromise(record) ? record.then(read) : read(record);
  }

  prefetch(name: PackageName): void {
    if (this.options.offline === true || this.prefetched.has(name)) return;
    this.prefetched.add(name);
    if (this.waiting.length === 0) setImmediate(() => this.startPrefetches());
    this.waiting.push(name);
  }

  close(): void {
    this.closed = true;
    this.reader.close();
    for (const index of this.byUrl.values()) index.close();
  }

  /** Where everything is local, nobody lets this run: what it would find is found anyway. */
  private startPrefetches(): void {
    const names = this.waiting;
    this.waiting = [];
    if (this.closed) return;
    for (const name of names) Promise.resolve(this.attempt(name)).catch(() => undefined);
  }

  private attempt(name: PackageName): MaybePromise<unknown> {
    try {
      return this.project(name);
    } catch {
      return undefined;
    }
  }

  private remote(urlWithCredentials: string): RemoteIndex {
    checkIndexUrl(urlWithCredentials);
    const url = withSlash(splitCredentials(urlWithCredentials).url);
    let index = this.byUrl.get(url);
    if (index === undefined) {
      index = new RemoteIndex({
        url,
        client: this.options.client,
        queue: this.queue,
        now: this.options.now,
        store: this.openStore(url),
        isFresh: (fetchedAt) => this.isFresh(fetchedAt),
        onPassedOver: (name, entries) => this.notes.passedOver(name, entries),
      });
      this.byUrl.set(url, index);
    }
    return index;
  }

  private openStore(url: string): ProjectStore {
    const folder = storeFolder(this.options.cacheDirectory, url);
    return openProjectStore(folder, (error) =>
      this.notes.say("index-not-kept", `The index's answers cannot be kept: ${error.message}`),
    );
  }

  private openFindLinks(): FindLinks {
    const { configuration, client, now, offline, cacheDirectory } = this.options;
    return new FindLinks({
      places: configuration.findLinks,
      client,
      now,
      offline: offline === true,
      folder: storeFolder(cacheDirectory, "find-links"),
      isFresh: (fetchedAt) => this.isFresh(fetchedAt),
      onMissing: (place) =>
        this.notes.say("index-find-links-missing", `The find-links place ${place} is not there.`, {
          subject: place,
        }),
    });
  }

  private openSdists(): SdistReader | undefined {
    const { client, offline, sdists, now, maxAge = TEN_MINUTES } = this.options;
    return sdists === undefined
      ? undefined
      : new SdistReader({
          client,
          queue: this.queue,
          offline: offline === true,
          access: sdists,
          now,
          failuresHold: maxAge,
        });
  }

  private readSdist(
    name: PackageName,
    request: SdistRequest & { readonly file: FileRecord },
  ): MaybePromise<Metadata> {
    const { wheel, ...asked } = request;
    const { sdists } = this;
    if (sdists === undefined) return { failure: UNREAD };
    const own = (): MaybePromise<Metadata> =>
      sdists.read({ name, ...asked }, this.reader.placeOf(name, request.file));
    if (wheel === undefined || !this.reader.mayRead(name, wheel)) return own();
    return standIn(this.reader.read(name, wheel), { wheel, own });
  }

  private isFresh(fetchedAt: number): boolean {
    const { date, now, offline, maxAge = TEN_MINUTES } = this.options;
    if (fetchedAt >= date) return true;
    if (now() - date < PRESENT && date - fetchedAt <= maxAge) return true;
    if (offline === true) this.notes.old(fetchedAt);
    return offline === true;
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
    if (this.options.offline !== true) return index.fetch(name);
    throw offlineError(name, `The releases of ${name} were never fetched`);
  }

  private record(
    name: PackageName,
    { index, kept }: { readonly index: RemoteIndex; readonly kept: KeptProject },
  ): ProjectRecord {
    this.reader.serve(name, index);
    const project = this.dated(name, { index, kept });
    if (!project.dated) this.notes.undated(index.url);
    if (this.indexes.length > 1) this.compareOthers(project, index);
    return project;
  }

  private dated(
    name: PackageName,
    { index, kept }: { readonly index: RemoteIndex; readonly kept: KeptProject },
  ): DatedProject {
    const { date } = this.options;
    const onDamage = (cause: unknown): never => damaged(name, index, cause);
    return new DatedProject({ name, source: index.url, kept, date, onDamage });
  }

  /** Adds what find-links places have of the project. */
  private withLinks(
    name: PackageName,
    answer: MaybePromise<ProjectRecord | undefined>,
  ): MaybePromise<ProjectRecord | undefined> {
    if (this.options.configuration.findLinks.length === 0) return answer;
    const found = this.findLinks.releases(name);
    if (!isPromise(found) && !isPromise(answer)) return this.combine(name, answer, found);
    return Promise.all([answer, found]).then(([record, releases]) =>
      this.combine(name, record, releases),
    );
  }

  private combine(
    name: PackageName,
    record: ProjectRecord | undefined,
    releases: Awaited<ReturnType<FindLinks["releases"]>>,
  ): ProjectRecord | undefined {
    if (releases.length === 0) return record;
    const source = this.options.configuration.findLinks.map(withoutCredentials).join(" ");
    const links = listedProject({ name, source, releases });
    for (const { files } of releases) for (const file of files) this.reader.serveLink(file);
    this.notes.say(
      "index-undated-links",
      "Files of find-links places have no upload time: the date is not applied to them.",
    );
    return record === undefined ? links : mergeProjects(record, links);
  }

  /** Of the indexes that were not asked, those whose kept answers are newer are named. */
  private compareOthers(project: ProjectRecord, serving: RemoteIndex): void {
    const newest = project.versions[0];
    const behind = this.indexes.slice(this.indexes.indexOf(serving) + 1);
    for (const index of this.pinned.has(project.name) ? [] : behind) {
      const kept = index.kept(project.name);
      const theirs =
        kept === undefined ? undefined : this.dated(project.name, { index, kept }).versions[0];
      if (theirs === undefined) continue;
      if (newest !== undefined && comparePep440(theirs, newest) <= 0) continue;
      this.notes.say(
        "index-other-has-newer",
        `${project.name} is served by ${serving.url} (newest: ${newest ?? "none"}); ${index.url}, which comes later, has ${theirs}.`,
        { subject: project.name },
      );
    }
  }
}

const UNREAD = "the dependencies of its sdist are only known once it is built";

function sdistOf(record: ProjectRecord | undefined, version: string): FileRecord | undefined {
  const i = record?.versions.indexOf(version) ?? -1;
  return i < 0 ? undefined : bestSdist(record?.files(i) ?? []);
}

function withoutCredentials(place: string): string {
  return splitCredentials(place).url;
}

function damaged(name: PackageName, index: RemoteIndex, cause: unknown): never {
  index.forget(name);
  throw indexError("index-damaged", `What was kept of the index's answer for ${name} is damaged.`, {
    place: { package: name, url: index.url },
    hint: "It has been removed: run the same command again.",
    cause,
  });
}
