import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Requirement, evaluateMarker, parseRequirement } from "../../src/requirement/index.ts";
import type { Resolution } from "../../src/resolve/index.ts";
import { markerEnvironment } from "../../src/target/index.ts";
import { satisfiesPep440 } from "../../src/version/index.ts";
import type { MemoryRelease } from "../resolve/memory-index.ts";
import { run, targetOf } from "../resolve/run-resolve.ts";
import { type World, worlds } from "../resolve/universes.ts";

// An independent reading of the world: nothing of the resolver's own is used.
const ENVIRONMENT = markerEnvironment(targetOf());

/** Versions by name. */
type Selection = ReadonlyMap<string, string>;

function inEffect(lines: readonly string[]): Requirement[] {
  return lines
    .map((line) => parseRequirement(line))
    .filter(({ marker }) => marker === undefined || evaluateMarker(marker, ENVIRONMENT));
}

function isUsable({ requiresPython, wheels, yanked }: MemoryRelease, isPinned: boolean): boolean {
  return (
    requiresPython !== ">=3.13" && wheels?.[0] === "py3-none-any" && (yanked === false || isPinned)
  );
}

/** All that is asked for once the selection is made: by the input, and by what that leads to. */
function askedFor(selection: Selection, { releases, requirements }: World): Requirement[] {
  const asked: Requirement[] = [];
  const told = new Set<string>();
  const open = inEffect(requirements);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    asked.push(next);
    const release = releases[next.name]?.[selection.get(next.name) ?? ""];
    for (const part of ["", ...next.extras]) {
      const key = `${next.name}[${part}]`;
      if (release === undefined || told.has(key)) continue;
      told.add(key);
      open.push(...inEffect((part === "" ? release.requires : release.extras?.[part]) ?? []));
    }
  }
  return asked;
}

function isMet({ name, specifiers }: Requirement, selection: Selection): boolean {
  const version = selection.get(name);
  return version !== undefined && satisfiesPep440(version, specifiers);
}

/**
 * What is wrong with a selection, or undefined. `pinnedBy` says whose pins vouch for yanked releases:
 * where dependencies' count, it matters which candidates were tried, so that a conflict may be told
 * although a pin of a candidate that was not tried would have helped.
 */
function fault(selection: Selection, world: World, pinnedBy: "all" | "input"): string | undefined {
  const active = askedFor(selection, world);
  const unmet = active.find((requirement) => !isMet(requirement, selection));
  if (unmet !== undefined) return `not met: ${unmet.text}`;
  const limits = inEffect(world.constraints);
  const pins = [...limits, ...(pinnedBy === "all" ? active : inEffect(world.requirements))];
  for (const [name, version] of selection) {
    const isPinned = pins.some(
      (r) => r.name === name && r.specifiers.specifiers.some(({ op }) => op === "=="),
    );
    if (!isUsable(world.releases[name]?.[version] ?? {}, isPinned))
      return `unusable: ${name} ${version}`;
    const out = limits.find((r) => r.name === name && !satisfiesPep440(version, r.specifiers));
    if (out !== undefined) return `outside ${out.text}`;
  }
  return undefined;
}

function selectionOf({ pins }: Resolution): Selection {
  return new Map(pins.map(({ name, version }) => [name, version]));
}

/** Every selection of versions. */
function* selections({ releases }: World): Generator<Selection> {
  const names = Object.keys(releases);
  function* from(i: number, chosen: Selection): Generator<Selection> {
    const name = names[i];
    if (name === undefined) {
      yield chosen;
      return;
    }
    yield* from(i + 1, chosen);
    for (const version of Object.keys(releases[name] ?? {})) {
      yield* from(i + 1, new Map([...chosen, [name, version]]));
    }
  }
  yield* from(0, new Map());
}

test("a resolution is valid, and a conflict means that none is", { timeout: 120_000 }, async () => {
  const counts = { resolutions: 0, conflicts: 0 };
  await fc.assert(
    fc.asyncProperty(worlds(), async (world) => {
      const result = await run(world);
      if (result.kind === "resolution") {
        counts.resolutions++;
        const wrong = fault(selectionOf(result), world, "all");
        if (wrong !== undefined) throw new Error(wrong);
        return;
      }
      counts.conflicts++;
      for (const selection of selections(world)) {
        if (fault(selection, world, "input") !== undefined) continue;
        throw new Error(`there is one: ${JSON.stringify([...selection])}`);
      }
    }),
    { numRuns: 400 },
  );
  expect(Math.min(counts.resolutions, counts.conflicts)).toBeGreaterThan(20);
});

test("nothing is in a resolution that nobody asked for", async () => {
  await fc.assert(
    fc.asyncProperty(worlds({ prereleases: true }), async (world) => {
      const result = await run(world);
      if (result.kind === "conflict") return;
      for (const { requestedBy } of result.pins) expect(requestedBy.length).toBeGreaterThan(0);
    }),
    { numRuns: 300 },
  );
});
