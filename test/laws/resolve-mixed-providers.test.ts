import * as fc from "fast-check";
import { expect, test } from "vitest";
import { resolve, type Resolution, type ResolvedPin } from "../../src/resolve/index.ts";
import { satisfiesPep440 } from "../../src/version/index.ts";
import {
  MIXED_NAMES,
  type MixedCandidate,
  mixedInput,
  type MixedWorld,
  mixedWorlds,
  nameOf,
} from "../resolve/mixed-universes.ts";

// An independent reading of the world: nothing of the resolver's own is used.
type Selection = ReadonlyMap<string, MixedCandidate>;

function meets({ version, build }: MixedCandidate, text: string): boolean {
  const [line = "", pattern] = text.split(" ");
  if (pattern !== undefined && (build === undefined || (pattern !== "b*" && pattern !== build))) {
    return false;
  }
  return satisfiesPep440(version, line.replace(/^[a-z]+/, ""));
}

/** Whether all that is asked for, by the input and by what is selected, is there; and what is not. */
function isSound(selection: Selection, { requirements }: MixedWorld): boolean {
  const chosen = [...selection.values()];
  const asked = [...requirements, ...chosen.flatMap(({ needs }) => needs)];
  const limits = chosen.flatMap(({ constrains }) => constrains);
  return (
    asked.every((text) => {
      const found = selection.get(nameOf(text));
      return found !== undefined && meets(found, text);
    }) &&
    limits.every((text) => {
      const found = selection.get(nameOf(text));
      return found === undefined || meets(found, text);
    })
  );
}

function candidatesOf(world: MixedWorld, name: string): readonly MixedCandidate[] {
  return world.candidates.filter((one) => one.name === name && world.order.includes(one.provider));
}

/** Every selection of at most one candidate a name. */
function* selections(world: MixedWorld): Generator<Selection> {
  function* from(i: number, chosen: Selection): Generator<Selection> {
    const name = MIXED_NAMES[i];
    if (name === undefined) {
      yield chosen;
      return;
    }
    yield* from(i + 1, chosen);
    for (const one of candidatesOf(world, name))
      yield* from(i + 1, new Map([...chosen, [name, one]]));
  }
  yield* from(0, new Map());
}

function selectionOf({ pins }: Resolution, world: MixedWorld): Selection {
  return new Map(pins.map((pin) => [pin.name, candidateOf(pin, world)]));
}

function candidateOf(
  { name, version, provider, build }: ResolvedPin,
  world: MixedWorld,
): MixedCandidate {
  const found = candidatesOf(world, name).find(
    (one) => one.version === version && one.provider === provider && one.build === build,
  );
  if (found === undefined) throw new Error(`no such candidate: ${name} ${version} ${provider}`);
  return found;
}

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
