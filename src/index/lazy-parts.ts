import type * as buckets from "./bucket-files.ts";
import type * as channels from "./conda/index.ts";
import type * as sdists from "./sdist-reading.ts";
import type * as files from "./snapshot/index.ts";

/** What reads source distributions. */
export type Sdists = typeof sdists;

/** Loads it: a resolution of wheels does without. */
export function sdistReading(): Promise<Sdists> {
  return import("./sdist-reading.ts");
}

/** What reads and makes index files. */
export type IndexFiles = typeof files;

/** Loads it: a resolution from the live index does without. */
export function indexFiles(): Promise<IndexFiles> {
  return import("./snapshot/index.ts");
}

/** What reads and writes the files of pypi-deps-db. */
export type BucketFiles = typeof buckets;

/** Loads it: only crawlers need it. */
export function bucketFiles(): Promise<BucketFiles> {
  return import("./bucket-files.ts");
}

/** What reads conda's channels. */
export type CondaChannels = typeof channels;

/** Loads it: a resolution without channels does without. */
export function condaChannels(): Promise<CondaChannels> {
  return import("./conda/index.ts");
}
