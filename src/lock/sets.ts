import { nearestName } from "../target/index.ts";
import { lockError } from "./errors.ts";
import type { Lock, LockedTarget } from "./types.ts";

/** What a set can be called: what is safe as an option's value, as a key and in a Nix attribute. */
export const SET_NAME: RegExp = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$/;

/** The names of a lock's sets, sorted; none where all is locked together. */
export function setNames({ sets }: Lock): readonly string[] {
  return Object.keys(sets ?? {}).toSorted();
}

/** A target for people: `3.11-linux-x86_64`, in a lock with sets `3.11-linux-x86_64 (cpu)`. */
export function targetLabel({ name, set }: Pick<LockedTarget, "name" | "set">): string {
  return set === undefined ? name : `${name} (${set})`;
}

/** All that a set asks for, the whole lock's requirements included; those alone without a set. */
export function requirementsOfSet(
  { requirements, sets }: Lock,
  set: string | undefined,
): readonly string[] {
  const own =
    set !== undefined && sets !== undefined && Object.hasOwn(sets, set) ? sets[set] : undefined;
  return own === undefined ? requirements : [...requirements, ...own.requirements].toSorted();
}

/**
 * The one of several sets that is meant: the one asked for, else the usual one; undefined where there
 * are no sets and none is asked for. Throws UserError `lock-unknown-set` and `lock-set-needed`.
 */
export function chooseSet(
  known: readonly string[],
  { asked, usual }: { readonly asked?: string | undefined; readonly usual?: string | undefined },
): string | undefined {
  const set = asked ?? (known.length === 0 ? undefined : usual);
  if (set !== undefined && !known.includes(set)) throw unknownSet(set, known);
  if (set === undefined && known.length > 0) {
    throw lockError("lock-set-needed", `there are several sets: ${known.join(", ")}`, {
      hint: `choose one: --set ${known[0]}`,
      facts: { sets: known },
    });
  }
  return set;
}

/** The targets of one set; all of a lock without sets. Throws as `chooseSet`. */
export function targetsOfSet(
  lock: Lock,
  choice: Parameters<typeof chooseSet>[1],
): readonly LockedTarget[] {
  const set = chooseSet(setNames(lock), choice);
  return set === undefined ? lock.targets : lock.targets.filter((target) => target.set === set);
}

function unknownSet(set: string, known: readonly string[]): Error {
  const meant = nearestName(set, known);
  const hint =
    known.length === 0
      ? "everything is locked together: leave --set out, or see [sets] of mach-nix.toml"
      : meant === undefined
        ? `there are ${known.join(", ")}`
        : `did you mean ${meant}?`;
  return lockError("lock-unknown-set", `there is no set "${set}"`, {
    hint,
    facts: { sets: known },
  });
}
