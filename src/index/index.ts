/**
 * What exists as of a date. Takes the user's index settings, a client and a cache folder; gives the
 * releases of a project, their files and their metadata, synchronously where they are kept. May
 * touch the network (through the client only) and files (pip's configuration, local package
 * folders, its own folder in the cache).
 */
export { INDEX_ERRORS } from "./errors.ts";
export type { IndexConfiguration } from "./index-configuration.ts";
export { type LiveIndex, type LiveIndexOptions, openLiveIndex } from "./live-index.ts";
export { readLocalWheelMetadata } from "./local-wheel.ts";
export { readPipConfiguration, type PipConfiguration } from "./pip-configuration.ts";
export type { PipSurroundings } from "./pip-configuration-places.ts";
export * from "./snapshot/index.ts";
export type * from "./types.ts";
