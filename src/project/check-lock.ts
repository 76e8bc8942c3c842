import { dirname, resolve } from "node:path";
import { type Lock, readLockFile } from "../lock/index.ts";
import { targetName } from "../target/index.ts";
import { LOCK_FILE } from "./lock-file.ts";
import { isUnchanged, lockHead, type LockPlan, planLock } from "./lock-plan.ts";
import { readSettings } from "./read-settings.ts";
import type { Session } from "./session.ts";
import type { LockRequest } from "./types.ts";

/** A part of the inputs that a lock was not made from as it is now. */
export interface LockDifference {
  readonly what: string;
  /** Only in the lock. */
  readonly locked: readonly string[];
  /** Only in what is asked for now. */
  readonly asked: readonly string[];
}

export interface CheckedLock {
  readonly path: string;
  readonly fits: boolean;
  readonly differences: readonly LockDifference[];
}

/**
 * Whether a lock was made from exactly this request, and what differs if not: it is what `lockProject`
 * would leave alone. Reads files only. Throws the errors of reading them, `lock-missing` among them.
 */
export async function checkLock(
  session: Session,
  request: LockRequest & { readonly output?: string },
): Promise<CheckedLock> {
  const path = resolve(session.cwd, request.output ?? LOCK_FILE);
  const former = readLockFile(path);
  const plan = await planLock(session, request, {
    path,
    settings: await readSettings(dirname(path)),
  });
  if (isUnchanged(plan, former)) return { path, fits: true, differences: [] };
  return { path, fits: false, differences: differencesOf(plan, former.lock) };
}

function differencesOf(plan: LockPlan, lock: Lock): readonly LockDifference[] {
  const head = lockHead(plan);
  // What a build says that its project needs is known to the lock alone.
  const isWhole = plan.input.requirements.every(({ needsOnly }) => needsOnly === undefined);
  const requirements = difference("requirements", lock.requirements, head.requirements);
  const found = [
    isWhole ? requirements : { ...requirements, locked: [] },
    difference(
      "targets",
      [...new Set(lock.targets.map(({ name }) => name))],
      plan.targets.map(targetName),
    ),
    difference("sets", setLines(lock), setLines(head)),
    difference("providers", providerLines(lock.providers), providerLines(head.providers)),
    difference("indexes", lock.indexes, head.indexes),
    difference("date", [lock.date], [head.date]),
  ].filter(({ locked, asked }) => locked.length + asked.length > 0);
  if (found.length > 0 || plan.request.upgrade !== undefined) return found;
  return [{ what: "constraints, options or the order of indexes", locked: [], asked: [] }];
}

function providerLines(providers: Lock["providers"]): readonly string[] {
  return Object.entries(providers).map(([name, list]) => `${name} = ${list.join(",")}`);
}

/** A line for each set, and one for each requirement that is its own. */
function setLines({ sets = {} }: Pick<Lock, "sets">): readonly string[] {
  return Object.entries(sets).flatMap(([name, { requirements }]) => [
    name,
    ...requirements.map((line) => `${name}: ${line}`),
  ]);
}

function difference(
  what: string,
  locked: readonly string[],
  asked: readonly string[],
): LockDifference {
  return {
    what,
    locked: locked.filter((line) => !asked.includes(line)),
    asked: asked.filter((line) => !locked.includes(line)),
  };
}
