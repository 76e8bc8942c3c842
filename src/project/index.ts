/**
 * The operations, and the door of the library. Takes a request and the surroundings it may know of
 * (environment variables, folder, clock, where to report); puts the stages together; gives a lock, an
 * environment, what is in the store. May touch the user's input files, the directories it is told to
 * make, and git for references; everything else is the stages'.
 */
export { errorCatalogue } from "./error-catalogue.ts";
export { PROJECT_ERRORS } from "./errors.ts";
export { listInterpreters } from "./interpreters.ts";
export { createEnvironment, createLock, resolve } from "./library.ts";
export { lockProject } from "./lock-project.ts";
export { makeEnvironment, type EnvironmentRequest } from "./make-environment.ts";
export {
  openSession,
  type GlobalOptions,
  type Home,
  type Session,
  type Surroundings,
} from "./session.ts";
export { collectStore, verifyStore } from "./store-operations.ts";
export { syncEnvironment } from "./sync-environment.ts";
export { temporaryEnvironment } from "./temporary-environment.ts";
export type { CompileMode, LockRequest, LockResult, SyncRequest, SyncResult } from "./types.ts";
export { explainConflict } from "../resolve/index.ts";
export { readLock } from "../lock/index.ts";
export { UserError } from "../base/index.ts";
