import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { normalizeName } from "../base/index.ts";
import {
  bestSdist,
  type FileRecord,
  type MetadataBuilder,
  type ProjectRecord,
} from "../index/index.ts";
import { type BucketContext, type BucketWork, type Piece, runCrawl } from "./crawl-run.ts";
import { extractRelease } from "./extract-release.ts";
import { SdistBucket } from "./sdist-bucket.ts";
import { Setuptools } from "./setuptools.ts";
import type { CrawlPython, CrawlResult, CrawlSdistsOptions } from "./types.ts";

/**
 * Gathers what source distributions need into `sdist/`, and why some gave nothing into `sdist-errors/`:
 * of each release and Python that the data does not have. A file is downloaded once and thrown away.
 */
export function crawlSdists(options: CrawlSdistsOptions): Promise<CrawlResult> {
  let tools: Tools | undefined;
  return runCrawl("sdists", options, (context) => {
    tools ??= openTools(context, options);
    return new Sdists(context, tools);
  });
}

function openTools({ client, folder }: BucketContext, options: CrawlSdistsOptions): Tools {
  const { setuptools: specifier } = options;
  const place = join(folder.state, "setuptools");
  const setuptools = new Setuptools({ client, folder: place, specifier });
  return { count: 0, build: options.build?.(client), options, setuptools };
}

interface Tools {
  /** Extractions so far. */
  count: number;
  readonly build: MetadataBuilder | undefined;
  readonly options: CrawlSdistsOptions;
  readonly setuptools: Setuptools;
}

class Sdists implements BucketWork {
  private readonly bucket: SdistBucket;
  private readonly context: BucketContext;
  private readonly tools: Tools;
  private readonly temporary: string;

  constructor(context: BucketContext, tools: Tools) {
    this.context = context;
    this.tools = tools;
    this.bucket = new SdistBucket(context.bucket, context);
    this.temporary = join(context.folder.state, "work");
    // What a killed run left.
    rmSync(this.temporary, { recursive: true, force: true });
  }

  take(name: string, record: ProjectRecord | undefined): readonly Piece[] {
    const { prune, pythons } = this.tools.options;
    const found = (record?.versions ?? []).flatMap((version, i) => {
      const file = bestSdist(record?.files(i) ?? []);
      return file === undefined ? [] : [{ version, file }];
    });
    if (prune) {
      const versions = found.map(({ version }) => version);
      this.bucket.prune(
        name,
        versions,
        pythons.map(({ key }) => key),
      );
    }
    return found.flatMap(({ version, file }) => {
      const missing = this.missing(name, version, file);
      return missing.length === 0 ? [] : [() => this.extract(name, { version, file, missing })];
    });
  }

  write(): number {
    return this.bucket.write();
  }

  private missing(name: string, version: string, file: FileRecord): readonly CrawlPython[] {
    if (!this.context.isWanted(file)) return [];
    const { pythons, retryFailed } = this.tools.options;
    return pythons.filter(
      ({ key }) => !this.bucket.has(name, version, { python: key, retryFailed }),
    );
  }

  private async extract(
    name: string,
    {
      version,
      file,
      missing,
    }: {
      readonly version: string;
      readonly file: FileRecord;
      readonly missing: readonly CrawlPython[];
    },
  ): Promise<void> {
    const { files, index, tally } = this.context;
    const { setuptools, options, build } = this.tools;
    const { sandbox, setupSeconds } = options;
    const own = join(this.temporary, `${process.pid}-${this.tools.count++}`);
    const folder = join(own, "run");
    mkdirSync(own, { recursive: true });
    try {
      const path = await this.download(file, own);
      const extractor = { files, index, setuptools, sandbox, setupSeconds, build, folder };
      const release = { name: normalizeName(name), version, file, path };
      const { metadata, failures } = await extractRelease(release, missing, extractor);
      this.bucket.add({ name, version, metadata, failures });
      tally.added++;
      tally.failed += Number(Object.keys(failures).length > 0);
    } finally {
      rmSync(own, { recursive: true, force: true });
    }
  }

  private async download(file: FileRecord, folder: string): Promise<string> {
    const { filename, url, sha256, size } = file;
    const path = join(folder, "sdist");
    await this.context.client.download(url, {
      path,
      what: filename,
      ...(sha256 !== undefined && { sha256 }),
      ...(size !== undefined && { size }),
    });
    return path;
  }
}
