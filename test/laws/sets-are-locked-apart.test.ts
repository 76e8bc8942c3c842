// Sets out of random worlds: each has what it asks for, as if it were alone; their order means nothing.
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { UserError } from "../../src/base/index.ts";
import { type Lock, readLock, requirementsOfSet, writeLock } from "../../src/lock/index.ts";
import { createLock, type Session, type Settings } from "../../src/project/library.ts";
import { parseRequirement } from "../../src/requirement/index.ts";
import { satisfiesPep440 } from "../../src/version/index.ts";
import { makeWheel } from "../build/make-wheel.ts";
import { openWheelSession } from "../project/wheel-session.ts";

const NAMES = ["alpha", "beta", "gamma"] as const;
const VERSIONS = ["1.0", "2.0", "3.0"] as const;

/** `Requires-Dist` lines by version by name. */
type World = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

const line = fc
  .tuple(
    fc.constantFrom(...NAMES),
    fc.constantFrom("", "==", ">=", "<", "!="),
    fc.constantFrom(...VERSIONS),
  )
  .map(([name, op, version]) => (op === "" ? name : `${name}${op}${version}`));

const worlds: fc.Arbitrary<World> = fc
  .tuple(
    ...NAMES.map((name) =>
      fc
        .dictionary(fc.constantFrom(...VERSIONS), fc.array(line, { maxLength: 1 }), { minKeys: 1 })
        .map((releases) => [name, releases] as const),
    ),
  )
  .map((entries) => Object.fromEntries(entries));

const asked = fc.record({
  world: worlds,
  shared: fc.array(line, { maxLength: 1 }),
  sets: fc.dictionary(
    fc.constantFrom("cpu", "gpu", "x.1"),
    fc.array(line, { minLength: 1, maxLength: 2 }),
    { minKeys: 1, noNullPrototype: true },
  ),
});

function place(world: World): Session {
  const folder = mkdtempSync(join(tmpdir(), "mach-nix-set-law-"));
  mkdirSync(join(folder, "wheels"));
  for (const [name, versions] of Object.entries(world)) {
    for (const [version, requires] of Object.entries(versions)) {
      const needs = requires.map((each) => `Requires-Dist: ${each}\n`).join("");
      const metadata = `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${needs}\n`;
      const file = `${name}-${version}-py3-none-any.whl`;
      writeFileSync(join(folder, "wheels", file), makeWheel({ name, version, metadata }));
    }
  }
  return openWheelSession(folder);
}

/** The lock, or undefined where there is no resolution. */
async function locked(
  session: Session,
  packages: readonly string[],
  sets?: Settings["sets"],
): Promise<{ readonly lock: Lock; readonly text: string } | undefined> {
  const request = { inputs: [], packages, pythons: ["3.11", "3.12"], platforms: ["linux-x86_64"] };
  try {
    return await createLock(session, request, sets === undefined ? {} : { sets });
  } catch (error) {
    if (error instanceof UserError && error.code === "no-resolution") return undefined;
    throw error;
  }
}

/** What is wrong with the pins of a target, or undefined. */
function fault(
  lock: Lock,
  { set, pins }: Lock["targets"][number],
  world: World,
): string | undefined {
  const versions = new Map<string, string>(pins.map(({ name, version }) => [name, version]));
  const needs = pins.flatMap(({ name, version }) => world[name]?.[version] ?? []);
  const unmet = [...requirementsOfSet(lock, set), ...needs].find((text) => {
    const { name, specifiers } = parseRequirement(text);
    const version = versions.get(name);
    return version === undefined || !satisfiesPep440(version, specifiers);
  });
  return unmet === undefined ? undefined : `${set}: ${unmet} is not met`;
}

test("each set has what it asks for, and there is a lock where each could be locked alone", async () => {
  const counts = { locks: 0, conflicts: 0 };
  await fc.assert(
    fc.asyncProperty(asked, async ({ world, shared, sets }) => {
      const session = place(world);
      const parts = Object.fromEntries(
        Object.entries(sets).map(([name, packages]) => [name, { packages }]),
      );
      const together = await locked(session, shared, parts);
      const turned = Object.fromEntries(Object.entries(parts).toReversed());
      expect((await locked(session, shared, turned))?.text).toBe(together?.text);
      const alone = new Map<string, Lock | undefined>();
      for (const [name, packages] of Object.entries(sets)) {
        alone.set(name, (await locked(session, [...shared, ...packages]))?.lock);
      }
      expect(together !== undefined).toBe([...alone.values()].every((lock) => lock !== undefined));
      counts[together === undefined ? "conflicts" : "locks"]++;
      if (together === undefined) return;
      const { lock, text } = together;
      expect(writeLock(readLock(text, { path: "x" }))).toBe(text);
      for (const target of lock.targets) expect(fault(lock, target, world)).toBeUndefined();
      const [first = ""] = Object.keys(sets).toSorted();
      const own = lock.targets.filter(({ set }) => set === first);
      expect(own).toEqual(alone.get(first)?.targets.map((one) => ({ ...one, set: first })));
    }),
    { numRuns: 60 },
  );
  expect(Math.min(counts.locks, counts.conflicts)).toBeGreaterThan(3);
});
