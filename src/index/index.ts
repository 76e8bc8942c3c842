/**
 * What exists as of a date. Takes the user's index settings, a client and a cache folder; gives the
 * releases of a project, their files and their metadata, synchronously where they are kept. May
 * touch the network (through the client only) and files (pip's configuration, local package
 * folders, its own folder in the cache).
 */
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
export * from "./lazy-parts.ts";
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
