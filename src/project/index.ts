/**
 * The operations. Takes a request and the surroundings it may know of (environment variables, folder,
 * clock, where to report); puts the stages together; gives a lock, an environment, what is in the
 * store. May touch the user's input files, the directories it is told to make, and git for
 * references; everything else is the stages'. Programs enter by library.ts.
 */
export type { CheckedLock, LockDifference } from "./check-lock.ts";
export type { CrawlRequest } from "./crawl.ts";
export type { CrawlKind, CrawlResult } from "../crawl/index.ts";
export type { EditRequest, EditResult } from "./edit-environment.ts";
export { PROJECT_ERRORS } from "./errors.ts";
export {
  chooseIndexFile,
  compactIndexFile,
  diffIndexFiles,
  exportIndexFile,
  importIndexFile,
  type ImportRequest,
  indexInfo,
  showIndexed,
  verifyIndexFile,
} from "./index-operations.ts";
export { listIndexed } from "./list-indexed.ts";
export { DEFAULT_REQUESTS, importAddresses, updateIndexFile } from "./update-operations.ts";
export type { ExportRequest, ExportResult } from "./export.ts";
export type {
  FileFacts,
  ImportResult,
  IndexInfo,
  ProjectChange,
  ProjectData,
} from "../index/index.ts";
export type { EnvironmentRequest } from "./make-environment.ts";
export type { GenerateRequest, GenerateResult } from "./generate.ts";
export * from "./operations.ts";
export type { Outdated, OutdatedPin, OutdatedRequest } from "./outdated.ts";
export {
  openSession,
  type GlobalOptions,
  type Home,
  type Session,
  type Surroundings,
} from "./session.ts";
export type { ChangedPin, WhyNot, WhyNotRequest } from "./why-not.ts";
export type { ShownProviders } from "./show-providers.ts";
export type { ProviderRule } from "./steer.ts";
export type {
  CompileMode,
  LockRequest,
  LockResult,
  RequestedSteering,
  SyncRequest,
  SyncResult,
} from "./types.ts";
