import { mkdirSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
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
/** An environment that was not asked for so long, in milliseconds, is given up. */
const UNUSED = 30 * 24 * 3600_000;

/**
 * An environment of the cache with what a request asks for, for one command or one shell. The same
 * request finds the same environment again; its lock is renewed once a day unless a date is given.
 */
export async function temporaryEnvironment(
  session: Session,
  request: LockRequest,
): Promise<{ readonly directory: string }> {
  const input = await readRequest(session, request);
  const { pythons, platforms, date, providers, pre, set } = request;
  const built = input.requirements.filter(({ needsOnly }) => needsOnly === true);
  const projects = built.length === 0 ? undefined : built.map(({ place }) => place?.file ?? "");
  const name = sha256(
    compactJson({
      requirements: inputLines(input),
      projects,
      pythons,
      platforms,
      date,
      providers,
      pre,
      set,
    }),
  ).slice(0, 24);
  const directory = join(folderOf(session), name);
  mkdirSync(directory, { recursive: true });
  const path = join(directory, LOCK_FILE);
  const locked = await lockAt(
    session,
    { ...stale(session, path, request), installs: true },
    { path, settings: {}, forOneSet: true },
  );
  const [python] = pythons ?? [];
  await syncEnvironment(
    session,
    {
      directory,
      ...(python === undefined ? {} : { python }),
      ...(set === undefined ? {} : { set }),
    },
    { options: locked.input.options, variables: locked.input.variables ?? new Map() },
  );
  const now = session.now() / 1000;
  utimesSync(directory, now, now);
  return { directory };
}

function folderOf({ home }: Session): string {
  return join(home.cache, "environments");
}

/** The temporary environments that were not used for thirty days. */
export function unusedEnvironments(session: Session): readonly string[] {
  const folder = folderOf(session);
  try {
    const paths = readdirSync(folder).map((name) => join(folder, name));
    return paths.filter((path) => session.now() - statSync(path).mtimeMs > UNUSED);
  } catch {
    return [];
  }
}

/** Removes temporary environments; what only they used is then free to be collected. */
export function removeEnvironments(paths: readonly string[]): void {
  for (const path of paths) rmSync(path, { recursive: true, force: true });
}

/** The request as it is, or asking for newer versions where the kept lock is of yesterday. */
function stale(session: Session, path: string, request: LockRequest): LockRequest {
  if (request.date !== undefined || session.options.offline === true) return request;
  const former = readFormerLock(path);
  const isFresh = former === undefined || session.now() - Date.parse(former.lock.date) < FRESH;
  return isFresh ? request : { ...request, upgrade: true };
}
