import { canonicalJson } from "../base/index.ts";
import type { Lock, LockedBuild, LockedSet, LockedTarget, Pin } from "./types.ts";

/**
 * The bytes of a lock: canonical JSON (sorted keys, LF) with every list whose order means nothing
 * sorted, so that equal locks have equal bytes.
 */
export function writeLock(lock: Lock): string {
  return canonicalJson({
    ...lock,
    requirements: lock.requirements.toSorted(),
    ...(lock.sets === undefined ? {} : { sets: mapValues(lock.sets, sortSet) }),
    targets: lock.targets
      .toSorted((a, b) => order(a.name, b.name) || order(a.set ?? "", b.set ?? ""))
      .map(sortTarget),
  });
}

function sortSet({ requirements }: LockedSet): LockedSet {
  return { requirements: requirements.toSorted() };
}

function sortTarget(target: LockedTarget): LockedTarget {
  const pins = target.pins.toSorted(
    (a, b) => order(a.name, b.name) || order(a.instance ?? "", b.instance ?? ""),
  );
  const { builds } = target;
  return {
    ...target,
    pins: pins.map(sortPin),
    ...(builds === undefined ? {} : { builds: mapValues(builds, sortBuild) }),
  };
}

function sortBuild({ requires, pins, crates }: LockedBuild): LockedBuild {
  return {
    requires: requires.toSorted(),
    pins: pins.toSorted((a, b) => order(a.name, b.name)).map(sortPin),
    ...(crates === undefined ? {} : { crates: crates.toSorted() }),
  };
}

function mapValues<T>(
  values: Readonly<Record<string, T>>,
  map: (value: T) => T,
): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));
}

function sortPin(pin: Pin): Pin {
  return {
    ...pin,
    ...(pin.extras === undefined ? {} : { extras: pin.extras.toSorted() }),
    dependencies: pin.dependencies.toSorted(),
    requestedBy: pin.requestedBy.toSorted(),
  };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
