import type { PackageName } from "../../base/index.ts";
import type { MarkerEnvironment } from "../../target/index.ts";
import { comparePep440, satisfiesPep440, tryParseSpecifiers } from "../../version/index.ts";
import { evaluateMarker } from "../evaluate-marker.ts";
import type { Marker } from "../types.ts";
import type { ImportedPin, LockImport } from "./types.ts";

/**
 * One version for each name of another tool's lock. Where it has several, the one for this environment:
 * by the marker beside it, then the Pythons it is for, then what other packages need there; the highest
 * of those that are left.
 */
export function importedVersions(
  lock: LockImport,
  environment: MarkerEnvironment,
): ReadonlyMap<PackageName, string> {
  const byName = new Map<PackageName, ImportedPin[]>();
  for (const pin of lock.pins) {
    const known = byName.get(pin.name);
    if (known === undefined) byName.set(pin.name, [pin]);
    else known.push(pin);
  }
  return new Map(
    [...byName].map(([name, pins]) => [name, chooseVersion(pins, { lock, environment })]),
  );
}

interface Context {
  readonly lock: LockImport;
  readonly environment: MarkerEnvironment;
}

function chooseVersion(pins: readonly ImportedPin[], context: Context): string {
  const [first] = pins as readonly [ImportedPin];
  if (pins.length === 1) return first.version;
  const { environment, lock } = context;
  const marked = narrow(pins, ({ markers }) => anyHolds(markers, context));
  const fitting = narrow(marked, ({ requiresPython }) => admits(requiresPython, environment));
  const needs = lock.needs.filter(
    ({ name, marker }) =>
      name === first.name && anyHolds(marker === undefined ? [] : [marker], context),
  );
  const needed = narrow(fitting, ({ version }) =>
    needs.every(({ specifiers }) =>
      satisfiesPep440(version, specifiers.text, { prereleases: true }),
    ),
  );
  const [best = first] = needed.toSorted((a, b) => comparePep440(b.version, a.version));
  return best.version;
}

/** Those of which it holds, or all where it holds of none. */
function narrow<T>(items: readonly T[], holds: (item: T) => boolean): readonly T[] {
  const left = items.filter(holds);
  return left.length === 0 ? items : left;
}

function anyHolds(markers: readonly Marker[], { environment, lock }: Context): boolean {
  const { extras, groups } = lock;
  const options =
    lock.format === "pylock" ? ({ context: "lock_file", extras, groups } as const) : {};
  return markers.length === 0 || markers.some((marker) => holds(marker, { environment, options }));
}

/** False for a marker that has no meaning here. */
function holds(
  marker: Marker,
  {
    environment,
    options,
  }: {
    readonly environment: MarkerEnvironment;
    readonly options: Parameters<typeof evaluateMarker>[2];
  },
): boolean {
  try {
    return evaluateMarker(marker, environment, options);
  } catch {
    return false;
  }
}

function admits(requiresPython: string | undefined, environment: MarkerEnvironment): boolean {
  if (requiresPython === undefined || tryParseSpecifiers(requiresPython) === undefined) return true;
  return satisfiesPep440(environment.python_full_version, requiresPython, { prereleases: true });
}
