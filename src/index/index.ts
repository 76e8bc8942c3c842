/**
 * What exists as of a date. Takes the user's index settings, a client and a cache folder; gives the
 * releases of a project, their files and their metadata, synchronously where they are kept. May
 * touch the network (through the client only) and files (pip's configuration, local package
 * folders, its own folder in the cache).
 */
import type * as buckets from "./bucket-files.ts";
import type * as channels from "./conda/index.ts";
import type * as sdists from "./sdist-reading.ts";
import type * as files from "./snapshot/index.ts";

export type {
  AskedChannel,
  ChannelPlace,
  CondaFolder,
  CondaRecord,
  FolderOptions,
  PlaceOptions,
} from "./conda/index.ts";
export type * from "./bucket-files.ts";
export { INDEX_ERRORS } from "./errors.ts";
export type { IndexConfiguration } from "./index-configuration.ts";
export { type LiveIndex, type LiveIndexOptions, openLiveIndex } from "./live-index.ts";
export { readCoreMetadata } from "./core-metadata.ts";
export { readLocalWheelMetadata } from "./local-wheel.ts";
export { readPipConfiguration, type PipConfiguration } from "./pip-configuration.ts";
export type { PipSurroundings } from "./pip-configuration-places.ts";
export { bestSdist, type SdistAccess } from "./sdist-reader.ts";
export type { NeedsBuild } from "./sdist-metadata.ts";
export type { SdistFileName, SdistFiles, SdistSource } from "./sdist-files.ts";
export type { BuildSystem } from "./sdist-pyproject.ts";
export type * from "./snapshot/index.ts";
export { readNixpkgsList } from "./nixpkgs/read-nixpkgs-list.ts";
export type * from "./nixpkgs/types.ts";
export type * from "./types.ts";

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
