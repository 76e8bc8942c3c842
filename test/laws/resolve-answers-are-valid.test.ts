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

/** Versions and extras by name. */
type Selection = ReadonlyMap<
  string,
  { readonly version: string; readonly extras: ReadonlySet<string> }
>;

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

function linesOf(selection: Selection, { releases, requirements }: World): string[] {
  const lines = [...requirements];
  for (const [name, { version, extras }] of selection) {
    const release = releases[name]?.[version] ?? {};
    lines.push(...(release.requires ?? []));
    for (const extra of extras) lines.push(...(release.extras?.[extra] ?? []));
  }
  return lines;
}

function isMet({ name, extras, specifiers }: Requirement, selection: Selection): boolean {
  const chosen = selection.get(name);
  return (
    chosen !== undefined &&
    satisfiesPep440(chosen.version, specifiers) &&
    extras.every((extra) => chosen.extras.has(extra))
  );
}

/** What is wrong with a selection, or undefined. */
function fault(selection: Selection, world: World): string | undefined {
  const active = inEffect(linesOf(selection, world));
  const unmet = active.find((requirement) => !isMet(requirement, selection));
  if (unmet !== undefined) return `not met: ${unmet.text}`;
  const limits = inEffect(world.constraints);
  for (const [name, { version }] of selection) {
    const isPinned = [...active, ...limits].some(
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
  return new Map(
    pins.map(({ name, version, extras }) => [name, { version, extras: new Set(extras) }]),
  );
}

/** Every selection of versions, each with all extras that could be asked for. */
function* selections({ releases }: World): Generator<Selection> {
  const names = Object.keys(releases);
  function* from(
    i: number,
    chosen: ReadonlyMap<string, { version: string; extras: Set<string> }>,
  ): Generator<Selection> {
    const name = names[i];
    if (name === undefined) {
      yield chosen;
      return;
    }
    yield* from(i + 1, chosen);
    for (const version of Object.keys(releases[name] ?? {})) {
      for (const extras of [new Set<string>(), new Set(["x"])]) {
        yield* from(i + 1, new Map([...chosen, [name, { version, extras }]]));
      }
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
        const wrong = fault(selectionOf(result), world);
        if (wrong !== undefined) throw new Error(wrong);
        return;
      }
      counts.conflicts++;
      for (const selection of selections(world)) {
        if (fault(selection, world) !== undefined) continue;
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
