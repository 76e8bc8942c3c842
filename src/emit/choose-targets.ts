import type { Lock, LockedTarget } from "../lock/index.ts";
import { emitError } from "./errors.ts";

/** The targets of these names, all where none is named. Throws UserError `lock-unknown-target`. */
export function targetsOf(lock: Lock, names: readonly string[] = []): readonly LockedTarget[] {
  const chosen = names.length === 0 ? lock.targets : names.map((name) => findTarget(lock, name));
  if (chosen.length === 0) {
    throw emitError("lock-unknown-target", "the lock has no target", { hint: "lock again" });
  }
  return [...new Set(chosen)];
}

function findTarget(lock: Lock, name: string): LockedTarget {
  const found = lock.targets.find((target) => target.name === name);
  if (found !== undefined) return found;
  const names = lock.targets.map((target) => target.name).join(", ");
  throw emitError("lock-unknown-target", `the lock has no target "${name}"`, {
    hint: names === "" ? "lock again" : `it has ${names}`,
  });
}
