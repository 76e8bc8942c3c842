import { targetLabel } from "./sets.ts";
import type { Lock, LockedTarget, Pin } from "./types.ts";

/** How one target differs, of one set where there are some; pins are told by name and instance. */
export interface TargetDiff {
  readonly target: string;
  readonly set?: string;
  readonly added: readonly Pin[];
  readonly removed: readonly Pin[];
  /** Another version, provider, build, file or set of extras. */
  readonly changed: readonly { readonly from: Pin; readonly to: Pin }[];
}

/**
 * What changed from one lock to another: one entry for each target that differs, sorted by name, then
 * set.
 * Who asked for a pin, and what it depends on, is no difference by itself.
 */
export function diffLocks(from: Lock, to: Lock): readonly TargetDiff[] {
  const byLabel = new Map([...from.targets, ...to.targets].map((one) => [targetLabel(one), one]));
  return [...byLabel.keys()]
    .toSorted()
    .map((label) => byLabel.get(label) as LockedTarget)
    .map((target) => diffTarget(target, { before: find(from, target), after: find(to, target) }))
    .filter(({ added, removed, changed }) => added.length + removed.length + changed.length > 0);
}

function find(lock: Lock, { name, set }: LockedTarget): ReadonlyMap<string, Pin> {
  const target = lock.targets.find((one) => one.name === name && one.set === set);
  return new Map(target?.pins.map((pin) => [`${pin.name} ${pin.instance ?? ""}`, pin]));
}

function diffTarget(
  { name, set }: LockedTarget,
  { before, after }: { before: ReadonlyMap<string, Pin>; after: ReadonlyMap<string, Pin> },
): TargetDiff {
  const added = [...after].filter(([key]) => !before.has(key)).map(([, pin]) => pin);
  const removed = [...before].filter(([key]) => !after.has(key)).map(([, pin]) => pin);
  const changed = [...before].flatMap(([key, from]) => {
    const to = after.get(key);
    return to === undefined || identity(from) === identity(to) ? [] : [{ from, to }];
  });
  return { target: name, ...(set === undefined ? {} : { set }), added, removed, changed };
}

function identity({ version, provider, build, attribute, artifact, extras }: Pin): string {
  return JSON.stringify([version, provider, build, attribute, artifact, extras]);
}
