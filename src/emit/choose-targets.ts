import { type Lock, type LockedTarget, targetsOfSet } from "../lock/index.ts";
import { emitError } from "./errors.ts";

/**
 * The targets of these names, all where none is named; of one set, or of all where none is named. Throws
 * UserError `lock-unknown-target` and `lock-unknown-set`.
 */
export function targetsOf(
  lock: Lock,
  names: readonly string[] = [],
  set?: string,
): readonly LockedTarget[] {
  const all = set === undefined ? lock.targets : targetsOfSet(lock, { asked: set });
  const chosen = names.length === 0 ? all : names.flatMap((name) => findTargets(all, name));
  if (chosen.length === 0) {
    throw emitError("lock-unknown-target", "the lock has no target", { hint: "lock again" });
  }
  return [...new Set(chosen)];
}

/** One, or one of each set. */
function findTargets(targets: readonly LockedTarget[], name: string): readonly LockedTarget[] {
  const found = targets.filter((target) => target.name === name);
  if (found.length > 0) return found;
  const names = [...new Set(targets.map((target) => target.name))].join(", ");
  throw emitError("lock-unknown-target", `the lock has no target "${name}"`, {
    hint: names === "" ? "lock again" : `it has ${names}`,
  });
}
