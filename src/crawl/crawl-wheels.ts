import { normalizeName } from "../base/index.ts";
import type { FileRecord, ProjectRecord } from "../index/index.ts";
import { type BucketContext, type BucketWork, type Piece, runCrawl } from "./crawl-run.ts";
import type { CrawlOptions, CrawlResult } from "./types.ts";
import { WheelBucket } from "./wheel-bucket.ts";

/**
 * Gathers what wheels need into `wheel/`: of each file that the data does not have, its METADATA, from
 * the index or out of the file's end.
 */
export function crawlWheels(options: CrawlOptions): Promise<CrawlResult> {
  return runCrawl("wheels", options, (context) => new Wheels(context, options));
}

class Wheels implements BucketWork {
  private readonly bucket: WheelBucket;
  private readonly context: BucketContext;
  private readonly options: CrawlOptions;

  constructor(context: BucketContext, options: CrawlOptions) {
    this.context = context;
    this.options = options;
    this.bucket = new WheelBucket(context.bucket, context);
  }

  take(name: string, record: ProjectRecord | undefined): readonly Piece[] {
    const { bucket } = this;
    const found = (record?.versions ?? []).flatMap((version, i) =>
      wheelsOf(record?.files(i) ?? []).map((file) => ({ version, file })),
    );
    if (this.options.prune) bucket.prune(name, new Set(found.map(({ file }) => file.filename)));
    return found
      .filter(({ file }) => this.isMissing(name, file))
      .map(
        ({ version, file }) =>
          () =>
            this.readFile(name, version, file),
      );
  }

  write(): number {
    return this.bucket.write();
  }

  private isMissing(name: string, file: FileRecord): boolean {
    const { filename } = file;
    if (!this.context.isWanted(file) || this.bucket.has(name, filename)) return false;
    return this.options.retryFailed || !this.bucket.hasFailed(name, filename);
  }

  private async readFile(name: string, version: string, file: FileRecord): Promise<void> {
    const { index, tally } = this.context;
    const { filename } = file;
    const metadata = await index.metadata(normalizeName(name), file);
    tally.added++;
    if ("failure" in metadata) {
      tally.failed++;
      this.bucket.fail(name, filename, metadata.failure);
    } else this.bucket.add(name, version, { filename, tag: pythonTag(filename), metadata });
  }
}

function wheelsOf(files: readonly FileRecord[]): readonly FileRecord[] {
  return files.filter(({ kind }) => kind === "wheel");
}

/** What PyPI calls a wheel's Python: the tag in its name (PEP 427). */
export function pythonTag(filename: string): string {
  return filename.split("-").at(-3) ?? "any";
}
