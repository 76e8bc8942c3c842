import { isAbsolute, join, resolve } from "node:path";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  isPromise,
  type MaybePromise,
  type PackageName,
  sha256,
  writeFileAtomic,
} from "../base/index.ts";
import { type HttpClient, splitCredentials } from "../http/index.ts";
import { indexError } from "./errors.ts";
import { LinkFiles, readLocalPlace } from "./link-files.ts";
import type { ListedFile, Release } from "./release-files.ts";
import { readSimpleHtml } from "./simple-html.ts";

const PAGE_LIMIT = 64 * 2 ** 20;

export interface FindLinksOptions {
  readonly places: readonly string[];
  readonly client: HttpClient;
  /** Where answers of pages are kept. */
  readonly folder: string;
  readonly offline: boolean;
  readonly isFresh: (fetchedAt: number) => boolean;
  readonly now: () => number;
  readonly onMissing: (place: string) => void;
}

/** The places of `--find-links`: each read once, when the first project is asked for. */
export class FindLinks {
  private readonly options: FindLinksOptions;
  private files: MaybePromise<LinkFiles> | undefined;

  constructor(options: FindLinksOptions) {
    this.options = options;
  }

  /** A project's files in all places. */
  releases(name: PackageName): MaybePromise<readonly Release[]> {
    if (this.options.places.length === 0) return [];
    this.files ??= this.load();
    if (!isPromise(this.files)) return this.files.releases(name);
    return this.files.then((files) => files.releases(name));
  }

  private load(): MaybePromise<LinkFiles> {
    const lists = this.options.places.map((place) => this.readPlace(place));
    if (!lists.some(isPromise)) return collect(lists as ListedFile[][]);
    const waiting = lists.map(async (list) => list);
    const loading = Promise.all(waiting).then((all) => (this.files = collect(all)));
    loading.catch(() => undefined);
    return loading;
  }

  private readPlace(place: string): MaybePromise<readonly ListedFile[]> {
    if (/^https?:/i.test(place)) return this.readPage(place);
    const path = localPath(place);
    const files = readLocalPlace(path);
    if (files === undefined) this.options.onMissing(path);
    return files ?? [];
  }

  private readPage(urlWithCredentials: string): MaybePromise<readonly ListedFile[]> {
    const { url } = splitCredentials(urlWithCredentials);
    const path = join(this.options.folder, `${sha256(url).slice(0, 40)}.page`);
    const kept = readKeptPage(path);
    if (kept !== undefined && this.options.isFresh(kept.fetchedAt)) return kept.files;
    if (!this.options.offline) return this.fetchPage(url, path);
    throw indexError(
      "index-offline",
      `The page ${url} was never fetched, and --offline forbids asking.`,
      {
        place: { url },
        hint: "Run the same command once without --offline; after that it works offline.",
      },
    );
  }

  private async fetchPage(url: string, path: string): Promise<readonly ListedFile[]> {
    const { client, now } = this.options;
    const fetchedAt = now();
    const response = await client.get(url, {
      accept: "text/html",
      what: `the find-links page ${url}`,
      maxBytes: PAGE_LIMIT,
    });
    const { files } = readSimpleHtml(response.body, { url: response.url });
    keepPage(path, { fetchedAt, files });
    return files;
  }
}

function collect(lists: readonly (readonly ListedFile[])[]): LinkFiles {
  const all = new LinkFiles();
  for (const list of lists) for (const file of list) all.add(file);
  return all;
}

function localPath(place: string): string {
  if (/^file:/i.test(place)) return fileURLToPath(place);
  return isAbsolute(place) ? place : resolve(place);
}

interface KeptPage {
  readonly fetchedAt: number;
  readonly files: readonly ListedFile[];
}

/** A checksum line, then JSON. */
function keepPage(path: string, page: KeptPage): void {
  const text = JSON.stringify(page);
  try {
    writeFileAtomic(path, `${sha256(text)}\n${text}`);
  } catch {
    // Not kept: it is fetched again.
  }
}

function readKeptPage(path: string): KeptPage | undefined {
  try {
    const kept = readFileSync(path, "utf8");
    const text = kept.slice(65);
    return kept.slice(0, 64) === sha256(text) ? (JSON.parse(text) as KeptPage) : undefined;
  } catch {
    return undefined;
  }
}
