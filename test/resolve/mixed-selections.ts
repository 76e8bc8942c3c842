import type { Resolution, ResolvedPin } from "../../src/resolve/index.ts";
import { satisfiesPep440 } from "../../src/version/index.ts";
import { MIXED_NAMES, type MixedCandidate, type MixedWorld, nameOf } from "./mixed-universes.ts";

// An independent reading of mixed worlds: nothing of the resolver's own is used.

/** At most one candidate a name. */
export type Selection = ReadonlyMap<string, MixedCandidate>;

function meets({ version, build }: MixedCandidate, text: string): boolean {
  const [line = "", pattern] = text.split(" ");
  if (pattern !== undefined && (build === undefined || (pattern !== "b*" && pattern !== build))) {
    return false;
  }
  return satisfiesPep440(version, line.replace(/^[a-z]+/, ""));
}

/** Whether all that is asked for, by the input and by what is selected, is there; and what is not. */
export function isSound(selection: Selection, { requirements }: MixedWorld): boolean {
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

/** The candidates of a name that a provider in the order has. */
export function candidatesOf(world: MixedWorld, name: string): readonly MixedCandidate[] {
  return world.candidates.filter((one) => one.name === name && world.order.includes(one.provider));
}

/** Every selection of at most one candidate a name. */
export function* selections(world: MixedWorld): Generator<Selection> {
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

/** What a resolution selects. */
export function selectionOf({ pins }: Resolution, world: MixedWorld): Selection {
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

/** Whether the requirements lead to everything that is selected. */
export function isAsked(selection: Selection, { requirements }: MixedWorld): boolean {
  const found = new Set<string>();
  const open = requirements.map(nameOf);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    open.push(...(selection.get(name)?.needs ?? []).map(nameOf));
  }
  return [...selection.keys()].every((name) => found.has(name));
}
