import type { PackageName } from "../base/index.ts";
import { type HttpClient, type HttpResponse } from "../http/index.ts";
import { indexError } from "./errors.ts";
import type { KeptProject } from "./kept-project.ts";
import type { KnownMetadata, ProjectStore } from "./project-store.ts";
import { groupReleases } from "./release-files.ts";
import type { RequestQueue } from "./request-queue.ts";
import { readSimpleAnswer, SIMPLE_ACCEPT } from "./simple-answer.ts";

/** A page of 100 MB would list a million files. */
const PAGE_LIMIT = 256 * 2 ** 20;

export interface RemoteIndexOptions {
  /** Without credentials, ending in `/`. */
  readonly url: string;
  readonly client: HttpClient;
  readonly store: ProjectStore;
  readonly queue: RequestQueue;
  /** Whether an answer fetched at that time may be used without asking again. */
  readonly isFresh: (fetchedAt: number) => boolean;
  readonly now: () => number;
  /** Hears of entries that could not be used. */
  readonly onPassedOver: (name: PackageName, entries: readonly string[]) => void;
}

/** One simple API index, its answers kept. */
export class RemoteIndex {
  readonly url: string;
  private readonly options: RemoteIndexOptions;
  private readonly opened = new Map<PackageName, KeptProject | undefined>();
  private readonly requests = new Map<PackageName, Promise<KeptProject>>();
  private readable: Promise<boolean> | undefined;

  constructor(options: RemoteIndexOptions) {
    this.url = options.url;
    this.options = options;
  }

  /** What is kept of a project, fresh or not. */
  kept(name: PackageName): KeptProject | undefined {
    let kept = this.opened.get(name);
    if (kept === undefined && !this.opened.has(name)) {
      kept = this.options.store.open(name);
      this.opened.set(name, kept);
    }
    return kept;
  }

  /** What may be used without asking the index. */
  fresh(name: PackageName): KeptProject | undefined {
    const kept = this.kept(name);
    if (kept === undefined || this.requests.has(name)) return kept;
    return this.options.isFresh(kept.head.fetchedAt) ? kept : undefined;
  }

  /** The index's answer; asked for once however often this is called. */
  fetch(name: PackageName): Promise<KeptProject> {
    let request = this.requests.get(name);
    if (request === undefined) {
      request = this.options.queue.run(() => this.ask(name));
      this.requests.set(name, request);
    }
    return request;
  }

  /** Keeps a file's metadata beside the listing. */
  keepMetadata(name: PackageName, known: KnownMetadata): void {
    const kept = this.kept(name);
    if (kept !== undefined) this.options.store.saveMetadata(name, kept, known);
  }

  /** Forgets what is kept of a project. */
  forget(name: PackageName): void {
    this.options.store.remove(name);
  }

  close(): void {
    for (const kept of this.opened.values()) kept?.close();
    this.opened.clear();
  }

  private async ask(name: PackageName): Promise<KeptProject> {
    const { client, store } = this.options;
    const old = this.kept(name);
    const response = await client.get(`${this.url}${name}/`, {
      accept: SIMPLE_ACCEPT,
      what: `the releases of ${name}`,
      maxBytes: PAGE_LIMIT,
      allow: [401, 403, 404, 410],
      ...conditions(old),
    });
    const fetchedAt = this.fetchedAt(response);
    if (response.status === 304 && old !== undefined) {
      store.touch(name, old, fetchedAt);
      return old;
    }
    const answer = (await this.isAbsence(response))
      ? { url: response.url, releases: undefined }
      : this.readResponse(name, response);
    const kept = store.save(name, { fetchedAt, ...answer });
    old?.close();
    this.opened.set(name, kept);
    return kept;
  }

  /**
   * Whether the index says that it has no such project. Object stores say so with 403 where folders
   * may not be listed: that counts where the index as such can be read.
   */
  private async isAbsence({ status, body }: HttpResponse): Promise<boolean> {
    if (status === 404 || status === 410) return true;
    if (status !== 403 || !body.includes("<Code>AccessDenied</Code>")) return false;
    this.readable ??= this.options.client
      .get(this.url, {
        what: "the index's own page",
        allow: [401, 403, 404],
        accept: SIMPLE_ACCEPT,
      })
      .then((response) => response.status === 200);
    return this.readable;
  }

  private readResponse(
    name: PackageName,
    response: HttpResponse,
  ): Omit<Parameters<ProjectStore["save"]>[1], "fetchedAt"> {
    const { status, url, body, headers } = response;
    if (status === 401 || status === 403) throw this.unauthorized(name, status);
    const contentType = headers.get("content-type") ?? "";
    const answer = readSimpleAnswer(body, { name, url, contentType });
    if (answer.passedOver.length > 0) this.options.onPassedOver(name, answer.passedOver);
    const etag = headers.get("etag");
    const lastModified = headers.get("last-modified");
    return {
      url,
      releases: groupReleases(answer.files, name),
      tracks: answer.tracks,
      ...(etag === undefined ? {} : { etag }),
      ...(lastModified === undefined ? {} : { lastModified }),
    };
  }

  /** By the earlier of our clock and the server's: an answer must not seem newer than it is. */
  private fetchedAt({ headers }: HttpResponse): number {
    const now = this.options.now();
    const date = Date.parse(headers.get("date") ?? "");
    return Number.isNaN(date) ? now : Math.min(now, date);
  }

  private unauthorized(name: PackageName, status: number): Error {
    const what = status === 401 ? "wants credentials" : "refuses access";
    return indexError(
      "index-unauthorized",
      `The index ${this.url} ${what} (${status}) for ${name}.`,
      {
        place: { package: name, url: `${this.url}${name}/` },
        hint: "Put user and password into the index URL, or into a netrc file.",
      },
    );
  }
}

function conditions(old: KeptProject | undefined): { etag?: string; lastModified?: string } {
  if (old === undefined) return {};
  const { etag, lastModified } = old.head.facts;
  if (etag !== undefined) return { etag };
  return lastModified === undefined ? {} : { lastModified };
}

/** An index URL as it is asked: a `/` at its end. */
export function withSlash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}
