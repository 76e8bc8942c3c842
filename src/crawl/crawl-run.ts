import { mapBounded, normalizeName, UserError } from "../base/index.ts";
import {
  type BucketFiles,
  bucketFiles,
  type FileRecord,
  type LiveIndex,
  openLiveIndex,
  type ProjectRecord,
} from "../index/index.ts";
import { bucketOf, DataFolder, dataName } from "./data-folder.ts";
import { changedNames, listNames } from "./list-names.ts";
import { type PoliteClient, politeClient, Stopped } from "./polite-client.ts";
import type { CrawlKind, CrawlOptions, CrawlResult } from "./types.ts";

/** A piece of work that a page gives rise to. */
export type Piece = () => Promise<void>;

/** A bucket that is being added to. */
export interface BucketWork {
  /** Takes in what the index says of a project; gives what that leaves to be found out. */
  take(name: string, record: ProjectRecord | undefined): readonly Piece[];
  /** Writes what there is now; gives how many files that changed. */
  write(): number;
}

/** What the work on a bucket may use. */
export interface BucketContext {
  readonly bucket: string;
  readonly folder: DataFolder;
  readonly files: BucketFiles;
  readonly index: LiveIndex;
  readonly client: PoliteClient["client"];
  readonly tally: Tally;
  /** Whether a file is to be looked at, by when it was uploaded. */
  readonly isWanted: (file: FileRecord) => boolean;
}

/** What came of the work so far. */
export interface Tally {
  added: number;
  failed: number;
}

/**
 * Goes through the buckets that the projects fall into, one after the other, with several projects and
 * pieces of work at once. Whatever ends it, what was found out is in the files or in a journal beside
 * them. Throws the errors of CRAWL_ERRORS, and what is wrong with this machine; what is wrong with one
 * project is told and left to the next run.
 */
export async function runCrawl(
  kind: CrawlKind,
  options: CrawlOptions,
  open: (context: BucketContext) => BucketWork,
): Promise<CrawlResult> {
  const folder = new DataFolder(options.data);
  try {
    return await new Run(kind, { options, folder, files: await bucketFiles() }).all(open);
  } finally {
    folder.close();
  }
}

class Run {
  private readonly kind: CrawlKind;
  private readonly options: CrawlOptions;
  private readonly folder: DataFolder;
  private readonly files: BucketFiles;
  private readonly polite: PoliteClient;
  private readonly began: number;
  private readonly tally: Tally = { added: 0, failed: 0 };
  private stopped: "requests" | "time" | undefined;
  private left = 0;
  private newest = 0;
  private done = 0;

  constructor(
    kind: CrawlKind,
    {
      options,
      folder,
      files,
    }: {
      readonly options: CrawlOptions;
      readonly folder: DataFolder;
      readonly files: BucketFiles;
    },
  ) {
    this.kind = kind;
    this.options = options;
    this.folder = folder;
    this.files = files;
    this.began = options.now();
    const { maxRequests, rate, timeLimit = Infinity, now, sleep } = options;
    const deadline = this.began + timeLimit;
    this.polite = politeClient(options.client, { maxRequests, rate, deadline, now, sleep });
  }

  async all(open: (context: BucketContext) => BucketWork): Promise<CrawlResult> {
    const { report } = this.options;
    const names = await this.names();
    const buckets = Map.groupBy(names, bucketOf);
    let files = 0;
    report({ kind: "start", phase: "metadata", unit: "items", total: names.length });
    for (const bucket of [...buckets.keys()].toSorted()) {
      const own = buckets.get(bucket) ?? [];
      if (this.stopped === undefined) files += await this.bucket(bucket, { names: own, open });
      else this.left += own.length;
    }
    report({ kind: "end", phase: "metadata", done: this.done });
    this.folder.stamp(this.newest);
    return this.result(names.length, files);
  }

  private result(projects: number, files: number): CrawlResult {
    const { kind, left, stopped, tally, polite } = this;
    const { data } = this.options;
    const end = stopped === undefined ? {} : { stopped };
    return { kind, data, projects, ...tally, files, ...polite.counts, left, ...end };
  }

  private async names(): Promise<readonly string[]> {
    const { names, since, configuration } = this.options;
    if (names !== undefined) return [...new Set(names.map(dataName))].toSorted();
    const listed = await listNames(this.polite.client, configuration.indexUrl);
    if (since === undefined || !listed.newestFirst) return listed.names.map(dataName).toSorted();
    const index = this.openIndex();
    try {
      const changed = await changedNames(listed.names, {
        hasNews: async (name) => this.hasNews(await index.project(normalizeName(name))),
        workers: this.options.workers,
        stop: (error) => this.passOver(error, "the list of projects"),
      });
      return changed.map(dataName).toSorted();
    } finally {
      index.close();
    }
  }

  private hasNews(record: ProjectRecord | undefined): boolean {
    return filesOf(record).some((file) => this.isWanted(file));
  }

  private isWanted({ uploadTime }: FileRecord): boolean {
    const { since } = this.options;
    return since === undefined || uploadTime === undefined || uploadTime >= since;
  }

  private openIndex(): LiveIndex {
    const { configuration, report, now, workers } = this.options;
    return openLiveIndex({
      client: this.polite.client,
      configuration,
      cacheDirectory: this.folder.state,
      date: this.began,
      maxAge: 0,
      now,
      concurrency: workers,
      report,
    });
  }

  private async bucket(
    bucket: string,
    {
      names,
      open,
    }: {
      readonly names: readonly string[];
      readonly open: (context: BucketContext) => BucketWork;
    },
  ): Promise<number> {
    const index = this.openIndex();
    const { folder, files, tally } = this;
    const { client } = this.polite;
    const isWanted = (file: FileRecord): boolean => this.isWanted(file);
    try {
      const work = open({ bucket, folder, files, index, client, tally, isWanted });
      const pieces: Piece[] = [];
      await this.each(names, async (name) => {
        const record = await index.project(normalizeName(name));
        this.see(name, record);
        pieces.push(...work.take(name, record));
      });
      await this.each(pieces, (piece) => piece());
      return work.write();
    } finally {
      index.close();
    }
  }

  private see(item: string, record: ProjectRecord | undefined): void {
    for (const { uploadTime = 0 } of filesOf(record)) {
      this.newest = Math.max(this.newest, uploadTime);
    }
    this.options.report({ kind: "progress", phase: "metadata", done: ++this.done, item });
  }

  /** Several at once; what fails with one is told, and it is left to the next run. */
  private async each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
    await mapBounded(items, this.options.workers, async (item) => {
      if (this.isOver()) {
        this.left++;
        return;
      }
      try {
        await work(item);
      } catch (error) {
        this.left++;
        this.passOver(error, typeof item === "string" ? item : undefined);
      }
    });
  }

  private isOver(): boolean {
    const { timeLimit = Infinity, now } = this.options;
    if (this.stopped === undefined && now() - this.began >= timeLimit) this.stopped = "time";
    return this.stopped !== undefined;
  }

  /** Takes note of an error that is not this machine's; throws any other. */
  private passOver(error: unknown, subject: string | undefined): void {
    if (error instanceof Stopped) {
      this.stopped ??= error.why;
      return;
    }
    if (!(error instanceof UserError) || !/^(?:http|index)-/.test(error.code)) throw error;
    this.options.report({
      kind: "note",
      level: "warning",
      code: "crawl-left",
      message: `${subject === undefined ? "" : `${subject}: `}${error.message}`,
    });
  }
}

function filesOf(record: ProjectRecord | undefined): readonly FileRecord[] {
  return record?.versions.flatMap((_, i) => record.files(i)) ?? [];
}
