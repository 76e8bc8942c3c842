/**
 * From a lock's artifacts to verified files. Takes file names, URLs, hashes and sizes, gives paths,
 * each as soon as it is there; may touch the network through the client, its folder of the cache,
 * and files it is told to look at.
 */
export { cachePath, forgetArtifact } from "./cache-entry.ts";
export { FETCH_ERRORS } from "./errors.ts";
export { fetchArtifacts } from "./fetch-artifacts.ts";
export type * from "./types.ts";
