import { bestSdist, type FileRecord, type ProjectRecord } from "../index/index.ts";
import { type BucketContext, type BucketWork, type Piece, runCrawl } from "./crawl-run.ts";
import { pythonTag } from "./crawl-wheels.ts";
import { type JsonTable, readTable, tableText } from "./json-table.ts";
import type { CrawlOptions, CrawlResult } from "./types.ts";

/** A version's files as nix-pypi-fetcher has them, format 2: hashes in base64. */
interface Release {
  sdist?: readonly [string, string];
  wheels?: Record<string, readonly [string, string]>;
}

/**
 * Gathers files' hashes into `pypi/`, in the layout of nix-pypi-fetcher (format 2), with which its
 * fetchers find any file by name and version. It takes no more than the index's pages.
 */
export function crawlUrls(options: CrawlOptions): Promise<CrawlResult> {
  return runCrawl("urls", options, (context) => new Urls(context, options));
}

class Urls implements BucketWork {
  private readonly context: BucketContext;
  private readonly options: CrawlOptions;
  private readonly path: string;
  private readonly projects: JsonTable<Release>;
  private changed = false;

  constructor(context: BucketContext, options: CrawlOptions) {
    this.context = context;
    this.options = options;
    this.path = context.folder.bucketPath("pypi", context.bucket);
    this.projects = readTable(context.folder, this.path);
  }

  take(name: string, record: ProjectRecord | undefined): readonly Piece[] {
    const before = this.projects.get(name) ?? new Map<string, Release>();
    const releases = this.releases(record);
    if (!this.options.prune) {
      const known = new Set([...releases.keys()].map(this.context.files.versionKey));
      for (const [version, release] of before) {
        if (!known.has(this.context.files.versionKey(version))) releases.set(version, release);
      }
    }
    if (sameReleases(before, releases)) return [];
    this.changed = true;
    this.context.tally.added++;
    this.projects.set(name, releases);
    return [];
  }

  write(): number {
    if (!this.changed) return 0;
    const { files, folder } = this.context;
    const newestFirst = (keys: readonly string[]): readonly string[] =>
      files.sortVersions(keys).versions;
    return Number(folder.write(this.path, tableText(this.projects, files, newestFirst)));
  }

  private releases(record: ProjectRecord | undefined): Map<string, Release> {
    const releases = new Map<string, Release>();
    for (const [i, version] of (record?.versions ?? []).entries()) {
      const release = releaseOf(record?.files(i) ?? []);
      if (release !== undefined) releases.set(version, release);
    }
    return releases;
  }
}

function releaseOf(files: readonly FileRecord[]): Release | undefined {
  const hashed = files.filter(({ sha256 }) => sha256 !== undefined);
  const sdist = bestSdist(hashed);
  const wheels = hashed.filter(({ kind }) => kind === "wheel");
  if (sdist === undefined && wheels.length === 0) return undefined;
  const release: Release = {};
  if (sdist !== undefined) release.sdist = [base64(sdist), sdist.filename];
  if (wheels.length > 0) {
    release.wheels = Object.create(null) as Record<string, readonly [string, string]>;
    for (const file of wheels.toSorted((a, b) => (a.filename < b.filename ? -1 : 1))) {
      release.wheels[file.filename] = [base64(file), pythonTag(file.filename)];
    }
  }
  return release;
}

function base64({ sha256 = "" }: { readonly sha256?: string }): string {
  return Buffer.from(sha256, "hex").toString("base64");
}

function sameReleases(a: ReadonlyMap<string, Release>, b: ReadonlyMap<string, Release>): boolean {
  if (a.size !== b.size) return false;
  return [...b].every(([version, release]) => {
    const before = a.get(version);
    return before !== undefined && JSON.stringify(before) === JSON.stringify(release);
  });
}
