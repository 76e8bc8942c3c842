import type { Report } from "../base/index.ts";
import type { Sandbox } from "../build/index.ts";
import type { HttpClient } from "../http/index.ts";
import type { IndexConfiguration, MetadataBuilder } from "../index/index.ts";

/** What is gathered: dependencies of wheels, or of source distributions, or where files are. */
export type CrawlKind = "wheels" | "sdists" | "urls";

export interface CrawlOptions {
  /** A checkout in pypi-deps-db's layout, made where it is not there. */
  readonly data: string;
  readonly client: HttpClient;
  readonly configuration: IndexConfiguration;
  /** Projects as they are spelled; without them all that the index lists. */
  readonly names?: readonly string[] | undefined;
  /** Milliseconds since 1970: only files uploaded then or later count. */
  readonly since?: number | undefined;
  /** Releases worked on at once. */
  readonly workers: number;
  /** Requests that may be made in all, and in a second. */
  readonly maxRequests: number;
  readonly rate: number;
  /** Milliseconds after which nothing further is begun. */
  readonly timeLimit?: number | undefined;
  /** Take out what the index no longer has, and Pythons that are not asked for. */
  readonly prune: boolean;
  /** Try again what failed before. */
  readonly retryFailed: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly report: Report;
}

/** A Python that setup.py is run under. */
export interface CrawlPython {
  /** As pypi-deps-db writes it: `27`, `313`. */
  readonly key: string;
  /** Its release as numbers. */
  readonly release: readonly number[];
  /** The interpreter's absolute path. */
  readonly path: string;
}

export interface CrawlSdistsOptions extends CrawlOptions {
  readonly pythons: readonly CrawlPython[];
  readonly sandbox: () => Promise<Sandbox>;
  /** Which setuptools setup.py is run with: version specifiers. */
  readonly setuptools: string;
  /** Seconds for each run of a setup.py. */
  readonly setupSeconds: number;
  /** Builds what only a build tells, with the client given; without it, that is a reason for failure. */
  readonly build?: ((client: HttpClient) => MetadataBuilder) | undefined;
}

export interface CrawlResult {
  readonly kind: CrawlKind;
  readonly data: string;
  /** Projects that were asked for. */
  readonly projects: number;
  /** Records that are new: wheels, releases, or projects with other files. */
  readonly added: number;
  /** Of those, the ones that are a reason for failure. */
  readonly failed: number;
  /** Data files that changed. */
  readonly files: number;
  readonly requests: number;
  /** Requests for files, as opposed to pages of the index. */
  readonly downloads: number;
  /** Projects and releases that are left to the next run. */
  readonly left: number;
  /** Why it ended before everything was done. */
  readonly stopped?: "requests" | "time";
}
