import * as fc from "fast-check";
import { expect, test } from "vitest";
import { normalizeName, type PackageName } from "../../src/base/index.ts";
import { condaNode } from "../../src/provider/index.ts";
import { resolve, type Resolution } from "../../src/resolve/index.ts";
import {
  isAsked,
  isSound,
  type Selection,
  selectionOf,
  selections,
} from "../resolve/mixed-selections.ts";
import {
  type MixedCandidate,
  mixedInput,
  type MixedWorld,
  mixedWorlds,
  nameOf,
} from "../resolve/mixed-universes.ts";

const RUNS = Number(process.env["LAW_RUNS"] ?? 500);

/** What a lock's pins say is to be kept. */
function preferencesOf({ pins }: Resolution, without?: string): Map<PackageName, string> {
  return new Map(
    pins.flatMap(({ name, version, build }): [PackageName, string][] => {
      if (name === without) return [];
      const own: [PackageName, string] = [name, version];
      return build === undefined ? [own] : [own, [condaNode(name), `${version} ${build}`]];
    }),
  );
}

function versionsOf(selection: Selection): Map<string, string> {
  return new Map([...selection].map(([name, { version }]) => [name, version]));
}

/** The names that both have, in other versions. */
function changed(before: Selection, after: Selection): readonly string[] {
  const versions = versionsOf(after);
  return [...versionsOf(before)].flatMap(([name, version]) =>
    versions.has(name) && versions.get(name) !== version ? [name] : [],
  );
}

test(
  "with the former answer as preference, a requirement that goes with it changes nothing else",
  { timeout: 120_000 },
  async () => {
    let counted = 0;
    await fc.assert(
      fc.asyncProperty(mixedWorlds({ names: 4, most: 18 }), async (world) => {
        const less = { ...world, requirements: world.requirements.slice(1) };
        const before = await resolve(mixedInput(less));
        if (before.kind === "conflict") return;
        const after = await resolve({ ...mixedInput(world), preferences: preferencesOf(before) });
        const old = selectionOf(before, less);
        for (const selection of selections(world)) {
          const keeps = [...old].every(([name, one]) => selection.get(name) === one);
          if (!keeps || !isSound(selection, world)) continue;
          counted++;
          if (after.kind === "conflict") throw new Error("there is an answer");
          expect(changed(old, selectionOf(after, world))).toEqual([]);
          return;
        }
      }),
      { numRuns: RUNS },
    );
    expect(counted).toBeGreaterThan(0);
  },
);

/** What a pin needs, directly or through others. */
function below({ pins }: Resolution, name: string): ReadonlySet<PackageName> {
  const found = new Set<PackageName>();
  const open = [name];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const needed of pins.find((pin) => pin.name === next)?.dependencies ?? []) {
      if (found.has(needed)) continue;
      found.add(needed);
      open.push(needed);
    }
  }
  return found;
}

function withNodes(names: Iterable<PackageName>): ReadonlySet<PackageName> {
  return new Set([...names].flatMap((name) => [name, condaNode(name)]));
}

/** Whether the order of preference has one candidate before another. */
function isBetter(a: MixedCandidate, b: MixedCandidate, world: MixedWorld): boolean {
  const provider = world.order.indexOf(a.provider) - world.order.indexOf(b.provider);
  const newer = Number(a.version) - Number(b.version);
  const version = world.lowest ? newer : -newer;
  if (world.prefer === "newest") return version < 0 || (version === 0 && provider < 0);
  return provider < 0 || (provider === 0 && version < 0);
}

/** Whether all but one of the names are there, in their versions, and no others. */
function keepsAll(before: Selection, after: Selection, but: string): boolean {
  const isKept = ([name, { version }]: [string, MixedCandidate]): boolean =>
    name === but || after.get(name)?.version === version;
  return before.size === after.size && [...before].every(isKept);
}

test(
  "what is upgraded becomes as new as the rest allows, and the rest stays",
  { timeout: 120_000 },
  async () => {
    let upgraded = 0;
    await fc.assert(
      fc.asyncProperty(
        mixedWorlds({ names: 4, least: 8, most: 20, loose: true }),
        fc.nat(),
        fc.constantFrom("2.0", "3.0"),
        async (world, pick, since) => {
          // What has appeared since the lock was made.
          const asked = nameOf(world.requirements[pick % world.requirements.length] as string);
          const old = world.candidates.filter((one) => one.name !== asked || one.version < since);
          const before = await resolve(mixedInput({ ...world, candidates: old }));
          if (before.kind === "conflict" || before.pins.length === 0) return;
          const name = normalizeName(asked);
          const loose = below(before, name);
          const after = await resolve({
            ...mixedInput(world),
            preferences: preferencesOf(before, name),
            renewal: { names: withNodes([name]), below: withNodes(loose) },
          });
          if (after.kind === "conflict") throw new Error("the former answer still holds");
          const own = selectionOf(before, world);
          const found = selectionOf(after, world);
          const moved = changed(own, found);
          if (moved.includes(name)) upgraded++;
          const fixed = [...own.keys()].filter(
            (one) => one !== name && !loose.has(normalizeName(one)),
          );
          expect(moved.filter((one) => fixed.includes(one))).toEqual([]);
          for (const selection of selections(world)) {
            if (fixed.some((one) => selection.get(one) !== found.get(one))) continue;
            const [other, one] = [selection.get(name), found.get(name)];
            if (other === undefined || one === undefined || !isSound(selection, world)) continue;
            // A project stands for a conda package only where no channel has it, if it can be helped.
            if (!world.order.includes("chan") && isBetter(other, one, world))
              throw new Error(`better: ${JSON.stringify([...selection])}`);
            if (other === one && keepsAll(own, selection, name) && isAsked(selection, world)) {
              const needless = moved.filter((moving) => moving !== name);
              if (needless.length > 0) throw new Error(`changed for nothing: ${needless.join()}`);
            }
          }
        },
      ),
      { numRuns: RUNS },
    );
    expect(upgraded).toBeGreaterThan(0);
  },
);
