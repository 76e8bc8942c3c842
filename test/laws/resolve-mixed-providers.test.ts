import * as fc from "fast-check";
import { expect, test } from "vitest";
import { resolve, type ResolvedPin } from "../../src/resolve/index.ts";
import { isSound, selectionOf, selections } from "../resolve/mixed-selections.ts";
import { mixedInput, mixedWorlds } from "../resolve/mixed-universes.ts";

const RUNS = Number(process.env["LAW_RUNS"] ?? 1500);

test(
  "with all providers mixed, an answer is sound and a conflict means that there is none",
  { timeout: 120_000 },
  async () => {
    const counts = { resolutions: 0, conflicts: 0, mixed: 0 };
    await fc.assert(
      fc.asyncProperty(mixedWorlds(), async (world) => {
        const result = await resolve(mixedInput(world));
        if (result.kind === "resolution") {
          counts.resolutions++;
          if (new Set(result.pins.map(({ provider }) => provider)).size > 1) counts.mixed++;
          if (!isSound(selectionOf(result, world), world)) throw new Error("the answer is wrong");
          return;
        }
        counts.conflicts++;
        for (const selection of selections(world)) {
          if (!isSound(selection, world)) continue;
          throw new Error(`there is one: ${JSON.stringify([...selection.values()])}`);
        }
      }),
      { numRuns: RUNS },
    );
    expect(Math.min(counts.resolutions, counts.conflicts, counts.mixed)).toBeGreaterThan(50);
  },
);

test("the order of requirements changes nothing", { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(mixedWorlds(), async (world) => {
      const turned = { ...world, requirements: world.requirements.toReversed() };
      const [one, other] = [await resolve(mixedInput(world)), await resolve(mixedInput(turned))];
      expect(shape(other)).toEqual(shape(one));
    }),
    { numRuns: 400 },
  );
});

test(
  "with the former answer as preference, what is met already changes nothing",
  { timeout: 60_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(mixedWorlds(), fc.nat(), async (world, pick) => {
        const before = await resolve(mixedInput(world));
        if (before.kind === "conflict" || before.pins.length === 0) return;
        const { name, version } = before.pins[pick % before.pins.length] as ResolvedPin;
        const more = { ...world, requirements: [...world.requirements, `${name}>=${version}`] };
        const preferences = new Map(before.pins.map((pin) => [pin.name, pin.version]));
        const after = await resolve({ ...mixedInput(more), preferences });
        expect(versions(after)).toEqual(versions(before));
      }),
      { numRuns: 600 },
    );
  },
);

function shape(result: Awaited<ReturnType<typeof resolve>>): unknown {
  if (result.kind === "conflict") return "conflict";
  return result.pins.map(({ name, version, provider, build }) => [name, version, provider, build]);
}

function versions(result: Awaited<ReturnType<typeof resolve>>): unknown {
  if (result.kind === "conflict") return "conflict";
  return result.pins.map(({ name, version }) => [name, version]);
}
