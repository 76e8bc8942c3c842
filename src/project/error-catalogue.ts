import type { ErrorCatalogue } from "../base/index.ts";

/** Every error of every stage, by code. Loads the stages: for `explain` and the generated reference. */
export async function errorCatalogue(): Promise<ErrorCatalogue> {
  const { PROJECT_ERRORS } = await import("./errors.ts");
  const { VERSION_ERRORS } = await import("../version/index.ts");
  const { ARCHIVE_ERRORS } = await import("../archive/index.ts");
  const { TARGET_ERRORS } = await import("../target/index.ts");
  const { REQUIREMENT_ERRORS } = await import("../requirement/index.ts");
  const { HTTP_ERRORS } = await import("../http/index.ts");
  const { RESOLVE_ERRORS } = await import("../resolve/index.ts");
  const { LOCK_ERRORS } = await import("../lock/index.ts");
  const { FETCH_ERRORS } = await import("../fetch/index.ts");
  const { STORE_ERRORS } = await import("../store/index.ts");
  const { BUILD_ERRORS } = await import("../build/index.ts");
  const { ENVIRONMENT_ERRORS } = await import("../environment/index.ts");
  const { EMIT_ERRORS } = await import("../emit/index.ts");
  const { CRAWL_ERRORS } = await import("../crawl/index.ts");
  const { INDEX_ERRORS, condaChannels, indexFiles } = await import("../index/index.ts");
  const { CHANNEL_ERRORS } = await condaChannels();
  const { INDEX_FILE_ERRORS } = await indexFiles();
  const catalogues = [
    PROJECT_ERRORS,
    VERSION_ERRORS,
    ARCHIVE_ERRORS,
    TARGET_ERRORS,
    REQUIREMENT_ERRORS,
    HTTP_ERRORS,
    INDEX_ERRORS,
    RESOLVE_ERRORS,
    LOCK_ERRORS,
    FETCH_ERRORS,
    STORE_ERRORS,
    BUILD_ERRORS,
    ENVIRONMENT_ERRORS,
    EMIT_ERRORS,
    CRAWL_ERRORS,
    CHANNEL_ERRORS,
    INDEX_FILE_ERRORS,
  ];
  return Object.assign(Object.create(null), ...catalogues) as ErrorCatalogue;
}
