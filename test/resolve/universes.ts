import * as fc from "fast-check";
import type { MemoryRelease, MemoryReleases } from "./memory-index.ts";

/** A small world of packages and what is asked of it. */
export interface World {
  readonly releases: MemoryReleases;
  readonly requirements: readonly string[];
  readonly constraints: readonly string[];
}

const NAMES = ["alpha", "beta", "gamma", "delta"] as const;
const FINALS = ["1.0", "1.1", "2.0", "3.0"] as const;
const PRES = ["2.0a1", "3.1rc1"] as const;

function specifiers(versions: readonly string[]): fc.Arbitrary<string> {
  const version = fc.constantFrom(...versions);
  const one = fc
    .tuple(fc.constantFrom("==", "!=", ">=", "<=", "<", ">"), version)
    .map(([op, v]) => op + v);
  return fc.oneof(
    { arbitrary: fc.constant(""), weight: 2 },
    { arbitrary: one, weight: 5 },
    { arbitrary: fc.tuple(one, one).map(([a, b]) => `${a},${b}`), weight: 1 },
  );
}

/** A requirement line on one of the names, sometimes with an extra or a marker. */
function lines({
  extras,
  versions,
}: {
  extras: boolean;
  versions: readonly string[];
}): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.constantFrom(...NAMES),
      extras ? fc.constantFrom("", "", "[x]") : fc.constant(""),
      specifiers(versions),
      fc.constantFrom("", "", "", "; python_version >= '3'", "; os_name == 'nt'"),
    )
    .map((parts) => parts.join(""));
}

/** Worlds of four names with up to five versions each. */
export function worlds({
  prereleases = false,
}: { prereleases?: boolean } = {}): fc.Arbitrary<World> {
  const versions = prereleases ? [...FINALS, ...PRES] : FINALS;
  const release: fc.Arbitrary<MemoryRelease> = fc.record({
    requires: fc.array(lines({ extras: true, versions }), { maxLength: 2 }),
    extras: fc
      .array(lines({ extras: false, versions }), { maxLength: 2 })
      .map((list) => ({ x: list })),
    requiresPython: fc.constantFrom(">=3", ">=3", ">=3", ">=3.13"),
    wheels: fc.constantFrom(
      ["py3-none-any"],
      ["py3-none-any"],
      ["py3-none-any"],
      ["cp312-cp312-win_amd64"],
    ),
    yanked: fc.constantFrom<(false | string)[]>(false, false, false, false, "bad"),
  });
  const releases = fc.tuple(
    ...NAMES.map((name) =>
      fc
        .uniqueArray(fc.tuple(fc.constantFrom(...versions), release), {
          maxLength: 4,
          selector: ([version]) => version,
        })
        .map((list) => [name, Object.fromEntries(list)] as const),
    ),
  );
  return fc.record({
    releases: releases.map((list) =>
      Object.fromEntries(list.filter(([, r]) => Object.keys(r).length > 0)),
    ),
    requirements: fc.array(lines({ extras: true, versions }), { minLength: 1, maxLength: 3 }),
    constraints: fc.array(lines({ extras: false, versions }), { maxLength: 1 }),
  });
}
