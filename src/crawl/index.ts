/**
 * From an index to data about it. Takes projects' names, a folder, Pythons and limits; asks the index
 * for what the data does not have yet, reads wheels, runs setup.py in a sandbox; gives files in the
 * layouts of pypi-deps-db and nix-pypi-fetcher. May touch the network (through the client only), its
 * folder, and start sandboxes.
 */
export { crawlSdists } from "./crawl-sdists.ts";
export { crawlUrls } from "./crawl-urls.ts";
export { crawlWheels } from "./crawl-wheels.ts";
export { CRAWL_ERRORS, crawlError } from "./errors.ts";
export { readNames } from "./read-names.ts";
export type * from "./types.ts";
