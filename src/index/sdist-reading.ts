/** What source distributions say of themselves without being built. */
export { readSdistFiles } from "./sdist-files.ts";
export { readStaticSdistMetadata, staticMetadata } from "./sdist-metadata.ts";
export { readBuildSystem, readTomlTables } from "./sdist-pyproject.ts";
export { sdistReleaseMetadata } from "./snapshot/sdist-requires.ts";
