import type { ErrorCatalogue } from "../base/index.ts";

/** Every error of every stage, by code. Loads the stages: for `explain` and the generated reference. */
export async function errorCatalogue(): Promise<ErrorCatalogue> {
  const stages = await Promise.all([
    import("./errors.ts").then((stage) => stage.PROJECT_ERRORS),
    import("../version/index.ts").then((stage) => stage.VERSION_ERRORS),
    import("../archive/index.ts").then((stage) => stage.ARCHIVE_ERRORS),
    import("../target/index.ts").then((stage) => stage.TARGET_ERRORS),
    import("../requirement/index.ts").then((stage) => stage.REQUIREMENT_ERRORS),
    import("../http/index.ts").then((stage) => stage.HTTP_ERRORS),
    import("../index/index.ts").then((stage) => stage.INDEX_ERRORS),
    import("../index/index.ts").then(async (stage) => (await stage.indexFiles()).INDEX_FILE_ERRORS),
    import("../index/index.ts").then(async (stage) => (await stage.condaChannels()).CHANNEL_ERRORS),
    import("../resolve/index.ts").then((stage) => stage.RESOLVE_ERRORS),
    import("../lock/index.ts").then((stage) => stage.LOCK_ERRORS),
    import("../fetch/index.ts").then((stage) => stage.FETCH_ERRORS),
    import("../store/index.ts").then((stage) => stage.STORE_ERRORS),
    import("../build/index.ts").then((stage) => stage.BUILD_ERRORS),
    import("../environment/index.ts").then((stage) => stage.ENVIRONMENT_ERRORS),
    import("../emit/index.ts").then((stage) => stage.EMIT_ERRORS),
    import("../crawl/index.ts").then((stage) => stage.CRAWL_ERRORS),
  ]);
  return Object.assign(Object.create(null), ...stages) as ErrorCatalogue;
}
