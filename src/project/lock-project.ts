import { type Report, UserError } from "../base/index.ts";
import { dirname, resolve as resolvePath } from "node:path";
import { chooseSet, type Lock, writeLock, writeLockFile } from "../lock/index.ts";
import { type RequirementInput } from "../requirement/index.ts";
import { type Conflict, type Resolution } from "../resolve/index.ts";
import { targetName } from "../target/index.ts";
import { assembleLock, type ResolvedTarget } from "./assemble-lock.ts";
import { noteSystemLibraries } from "./conda-notes.ts";
import { LOCK_FILE } from "./lock-file.ts";
import { readSettings } from "./read-settings.ts";
import { noteImported } from "./imported-locks.ts";
import type { Session } from "./session.ts";
import type { Settings } from "./settings.ts";
import type { LockRequest, LockResult } from "./types.ts";
import { withAsked } from "./planned-sets.ts";
import { isUnchanged, lockHead, type LockPlan, planLock } from "./lock-plan.ts";

/** What locking gives, and the input it read. */
export interface Locked extends LockResult {
  readonly input: RequirementInput;
}

/**
 * Resolves a request and writes the lock to `output`, `mach-nix.lock` in the session's folder unless
 * told otherwise; the mach-nix.toml beside it counts. With the same inputs as the lock there, nothing
 * is resolved; with other inputs, pins that still fit stay. Throws the stages' errors, and UserError
 * `no-resolution` with the explanation.
 */
export async function lockProject(
  session: Session,
  request: LockRequest & { readonly output?: string },
): Promise<LockResult> {
  const path = resolvePath(session.cwd, request.output ?? LOCK_FILE);
  const settings = await readSettings(dirname(path));
  const { input: _, ...result } = await lockAt(session, request, { path, settings });
  return result;
}

/**
 * As `lockProject`, with the settings given. Throws UserError `lock-unknown-set`, and with `forOneSet`
 * `lock-set-needed`, before anything is resolved.
 */
export async function lockAt(
  session: Session,
  request: LockRequest,
  {
    path,
    settings,
    forOneSet = false,
  }: { readonly path: string; readonly settings: Settings; readonly forOneSet?: boolean },
): Promise<Locked> {
  const plan = await planLock(session, request, { path, settings });
  if (forOneSet || request.set !== undefined) plannedSet(plan);
  const { former, input } = plan;
  if (former !== undefined && isUnchanged(plan, former)) {
    return {
      lock: former.lock,
      text: former.text,
      path,
      changed: false,
      skipped: [],
      heldBack: [],
      input,
    };
  }
  const { resolveTargets } = await import("./resolve-plan.ts");
  let resolved: readonly ResolvedTarget[];
  try {
    resolved = await resolveTargets(session, plan);
  } catch (error) {
    if (plan.olderPythons.length === 0 || !isConflict(error)) throw error;
    return lockOlder(error, { ...plan, report: session.report }, (python) =>
      lockAt(session, { ...request, pythons: [python] }, { path, settings, forOneSet }),
    );
  }
  const assembled = assembleLock(lockHead(withAsked(plan, resolved)), resolved, plan);
  const nix = former?.lock.nix;
  const lock = nix === undefined ? assembled : { ...assembled, nix };
  const text = writeLock(lock);
  const { changed } = writeLockFile(path, text);
  const skipped = resolved.flatMap(({ resolution }) => resolution.skipped);
  const heldBack = resolved.flatMap(({ target, set, resolution }) =>
    resolution.heldBack.map((one) => ({
      ...one,
      target: targetName(target),
      ...(set === undefined ? {} : { set }),
    })),
  );
  if (heldBack.length > 0) {
    const { noteHeldBack } = await import("./held-back-notes.ts");
    noteHeldBack(session.report, { heldBack, steering: plan.steering });
  }
  noteImported(session.report, resolved, plan.imported);
  noteSystemLibraries(session.report, lock);
  return { lock, text, path, changed, skipped, heldBack, input };
}

/** How many Pythons of a range are tried after the newest. */
const OLDER = 4;

/** Locks for the newest older Python of a range for which there is a solution. Throws the first conflict. */
async function lockOlder(
  conflict: unknown,
  {
    olderPythons,
    targets,
    report,
  }: Pick<LockPlan, "olderPythons" | "targets"> & { readonly report: Report },
  lock: (python: string) => Promise<Locked>,
): Promise<Locked> {
  for (const python of olderPythons.slice(0, OLDER)) {
    try {
      const locked = await lock(python);
      const message = `With Python ${targets[0]?.python.text} there is no solution: ${python} is taken`;
      report({ kind: "note", level: "warning", code: "conda-older-python", message });
      return locked;
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
  throw conflict;
}

function isConflict(error: unknown): boolean {
  return error instanceof UserError && error.code === "no-resolution";
}

/** As `lockProject`, without a former lock and without writing. */
export async function lockRequest(
  session: Session,
  request: LockRequest,
  settings: Settings,
): Promise<{ readonly lock: Lock; readonly text: string }> {
  const plan = await planLock(session, request, { settings });
  const { resolveTargets } = await import("./resolve-plan.ts");
  const resolved = await resolveTargets(session, plan);
  const lock = assembleLock(lockHead(withAsked(plan, resolved)), resolved, plan);
  return { lock, text: writeLock(lock) };
}

/** The one of a plan's sets that is meant, if it has some. */
function plannedSet({ sets, request, settings }: LockPlan): string | undefined {
  const names = sets.map(({ name }) => name);
  return chooseSet(names, { asked: request.set, usual: settings.set });
}

/**
 * What resolving a request gives for each of its targets by name, up to one that has a conflict; of
 * several sets for the one that is meant. Throws UserError `lock-unknown-set` and `lock-set-needed`.
 */
export async function resolveRequest(
  session: Session,
  request: LockRequest,
  settings: Settings,
): Promise<readonly (Resolution | Conflict)[]> {
  const all = await planLock(session, request, { settings });
  const set = plannedSet(all);
  const plan = { ...all, sets: all.sets.filter(({ name }) => name === set) };
  const { resolvePlan } = await import("./resolve-plan.ts");
  const outcomes = await resolvePlan(session, plan);
  const conflict = outcomes.find(({ kind }) => kind === "conflict");
  if (conflict !== undefined) return [conflict];
  const named = plan.targets.map((target, i) => [targetName(target), outcomes[i]] as const);
  return named.toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, outcome]) => outcome ?? []);
}
