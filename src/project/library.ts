/**
 * The library: `import { openSession, createLock, createEnvironment } from "mach-nix"`. As the command
 * line, but the surroundings (environment variables, folder, clock, where to report) are the caller's.
 */
import { join, resolve as resolvePath } from "node:path";
import { type Lock, writeLock, writeLockFile } from "../lock/index.ts";
import type { Conflict, Resolution } from "../resolve/index.ts";
import { LOCK_FILE } from "./lock-file.ts";
import { lockRequest, resolveRequest } from "./lock-project.ts";
import type { Session } from "./session.ts";
import type { Settings } from "./settings.ts";
import { syncEnvironment } from "./sync-environment.ts";
import type { LockRequest, SyncRequest, SyncResult } from "./types.ts";

/**
 * Resolves a request for one target: exactly one Python and one platform, those of this machine where
 * the request names none. A conflict is a value, for `explainConflict`; broken input and surroundings
 * throw UserError.
 */
export async function resolve(
  session: Session,
  request: LockRequest,
  settings: Settings = {},
): Promise<Resolution | Conflict> {
  const [outcome] = await resolveRequest(session, request, settings);
  return outcome as Resolution | Conflict;
}

/** The lock of a request, and its text, without writing it. Throws as `lockProject`. */
export function createLock(
  session: Session,
  request: LockRequest,
  settings: Settings = {},
): Promise<{ readonly lock: Lock; readonly text: string }> {
  return lockRequest(session, request, settings);
}

/** Writes a lock into a directory and makes the environment there. Throws as `syncEnvironment`. */
export async function createEnvironment(
  session: Session,
  { lock, ...request }: SyncRequest & { readonly lock: Lock },
): Promise<SyncResult> {
  const directory = resolvePath(session.cwd, request.directory);
  writeLockFile(join(directory, LOCK_FILE), writeLock(lock));
  return syncEnvironment(session, request);
}

export { UserError } from "../base/index.ts";
export { type Lock, readLock } from "../lock/index.ts";
export { type Conflict, explainConflict, type Resolution } from "../resolve/index.ts";
export { openSession, type GlobalOptions, type Session, type Surroundings } from "./session.ts";
export type { Settings } from "./settings.ts";
export type { CompileMode, LockRequest, SyncRequest, SyncResult } from "./types.ts";
