import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { compactJson, sha256 } from "../base/index.ts";
import { inputLines } from "../requirement/index.ts";
import { readFormerLock } from "./former-lock.ts";
import { LOCK_FILE } from "./lock-file.ts";
import { lockAt } from "./lock-project.ts";
import { readRequest } from "./read-request.ts";
import type { Session } from "./session.ts";
import { syncEnvironment } from "./sync-environment.ts";
import type { LockRequest } from "./types.ts";

/** A present moment so long ago, in milliseconds, is looked at anew. */
const FRESH = 24 * 3600_000;

/**
 * An environment of the cache with what a request asks for, for one command or one shell. The same
 * request finds the same environment again; its lock is renewed once a day unless a date is given.
 */
export async function temporaryEnvironment(
  session: Session,
  request: LockRequest,
): Promise<{ readonly directory: string }> {
  const input = await readRequest(session, request);
  const { pythons, platforms, date, providers, pre } = request;
  const name = sha256(
    compactJson({ requirements: inputLines(input), pythons, platforms, date, providers, pre }),
  ).slice(0, 24);
  const directory = join(session.home.cache, "environments", name);
  mkdirSync(directory, { recursive: true });
  const path = join(directory, LOCK_FILE);
  const locked = await lockAt(session, stale(session, path, request), { path, settings: {} });
  const [python] = pythons ?? [];
  await syncEnvironment(
    session,
    { directory, ...(python === undefined ? {} : { python }) },
    { options: locked.input.options },
  );
  return { directory };
}

/** The request as it is, or asking for newer versions where the kept lock is of yesterday. */
function stale(session: Session, path: string, request: LockRequest): LockRequest {
  if (request.date !== undefined || session.options.offline === true) return request;
  const former = readFormerLock(path);
  const isFresh = former === undefined || session.now() - Date.parse(former.lock.date) < FRESH;
  return isFresh ? request : { ...request, upgrade: true };
}
