import type { MaybePromise, PackageName, Report } from "../base/index.ts";
import type { HttpClient } from "../http/index.ts";
import { fetchMetadata } from "./fetch-metadata.ts";
import type { KeptProject } from "./kept-project.ts";
import { readWheelFile } from "./local-wheel.ts";
import { metadataKey } from "./metadata-records.ts";
import { offlineError } from "./offline-error.ts";
import type { KnownMetadata, ProjectStore } from "./project-store.ts";
import type { RequestQueue } from "./request-queue.ts";
import type { FileRecord, MetadataFailure, ReleaseMetadata } from "./types.ts";

type Metadata = ReleaseMetadata | MetadataFailure;

/** Where metadata is kept beside a project's listing. */
export interface MetadataPlace {
  kept(name: PackageName): KeptProject | undefined;
  keepMetadata(name: PackageName, known: KnownMetadata): void;
}

export interface MetadataReaderOptions {
  readonly client: HttpClient;
  readonly queue: RequestQueue;
  readonly offline: boolean;
  readonly report: Report;
  /** Where metadata of files on find-links pages is kept. */
  readonly openLinkStore: () => ProjectStore;
}

/** Reads files' metadata: from what is kept, from a local wheel, or from where the file is. */
export class MetadataReader {
  private readonly options: MetadataReaderOptions;
  private readonly places = new Map<PackageName, MetadataPlace>();
  private readonly linkFiles = new Set<FileRecord>();
  private readonly local = new Map<string, Metadata>();
  private readonly requests = new Map<string, Promise<Metadata>>();
  private links: LinkPlace | undefined;

  constructor(options: MetadataReaderOptions) {
    this.options = options;
  }

  /** Notes which index serves a project. */
  serve(name: PackageName, place: MetadataPlace): void {
    this.places.set(name, place);
  }

  /** Notes that a file is one of a find-links place. */
  serveLink(file: FileRecord): void {
    this.linkFiles.add(file);
  }

  /** A file's metadata, synchronously where it is local. */
  read(name: PackageName, file: FileRecord): MaybePromise<Metadata> {
    if (file.url.startsWith("file:")) return this.readLocal(name, file);
    const place = this.placeOf(name, file);
    const key = metadataKey(file);
    return place?.kept(name)?.metadata(key) ?? this.request(key, { name, file, place });
  }

  /** Whether a file's metadata is local, or there is a network to ask. */
  mayRead(name: PackageName, file: FileRecord): boolean {
    if (!this.options.offline || file.url.startsWith("file:")) return true;
    return this.placeOf(name, file)?.kept(name)?.metadata(metadataKey(file)) !== undefined;
  }

  close(): void {
    this.links?.close();
  }

  /** Where a file's metadata is kept. */
  placeOf(name: PackageName, file: FileRecord): MetadataPlace | undefined {
    if (!this.linkFiles.has(file)) return this.places.get(name);
    return (this.links ??= new LinkPlace(this.options.openLinkStore()));
  }

  private readLocal(name: PackageName, file: FileRecord): Metadata {
    let metadata = this.local.get(file.url);
    if (metadata === undefined) {
      metadata =
        file.kind === "wheel"
          ? readWheelFile(file, name)
          : { failure: "the metadata of source distributions is not read" };
      this.local.set(file.url, metadata);
    }
    return metadata;
  }

  private request(
    key: string,
    asked: { name: PackageName; file: FileRecord; place: MetadataPlace | undefined },
  ): Promise<Metadata> {
    let request = this.requests.get(key);
    if (request === undefined) {
      if (this.options.offline) {
        throw offlineError(asked.name, `The metadata of ${asked.file.filename} was never fetched`);
      }
      request = this.options.queue.run(() => this.ask(asked));
      this.requests.set(key, request);
    }
    return request;
  }

  private async ask({
    name,
    file,
    place,
  }: {
    name: PackageName;
    file: FileRecord;
    place: MetadataPlace | undefined;
  }): Promise<Metadata> {
    const metadata = await fetchMetadata(this.options.client, file, name);
    place?.keepMetadata(name, { file, metadata });
    return metadata;
  }
}

/** Metadata of files on find-links pages, kept beside empty listings. */
class LinkPlace implements MetadataPlace {
  private readonly store: ProjectStore;
  private readonly opened = new Map<PackageName, KeptProject>();

  constructor(store: ProjectStore) {
    this.store = store;
  }

  kept(name: PackageName): KeptProject {
    let kept = this.opened.get(name);
    if (kept === undefined) {
      const empty = { fetchedAt: 0, url: "find-links", releases: [] };
      kept = this.store.open(name) ?? this.store.save(name, empty);
      this.opened.set(name, kept);
    }
    return kept;
  }

  keepMetadata(name: PackageName, known: KnownMetadata): void {
    this.store.saveMetadata(name, this.kept(name), known);
  }

  close(): void {
    for (const kept of this.opened.values()) kept.close();
    this.opened.clear();
  }
}
