import * as fc from "fast-check";
import { expect, test } from "vitest";
import { conflictFacts } from "../../src/resolve/index.ts";
import { MemoryIndex } from "../resolve/memory-index.ts";
import { run } from "../resolve/run-resolve.ts";
import { worlds } from "../resolve/universes.ts";

async function answer(problem: Parameters<typeof run>[0]): Promise<unknown> {
  const result = await run(problem);
  return result.kind === "conflict" ? { conflict: true } : result;
}

test("the order of requirements and constraints changes nothing", async () => {
  await fc.assert(
    fc.asyncProperty(worlds({ prereleases: true }), async (world) => {
      const turned = {
        ...world,
        requirements: world.requirements.toReversed(),
        constraints: world.constraints.toReversed(),
      };
      expect(await answer(turned)).toEqual(await answer(world));
    }),
    { numRuns: 500 },
  );
});

test("answers that have to be waited for change nothing", async () => {
  await fc.assert(
    fc.asyncProperty(worlds({ prereleases: true }), async (world) => {
      const late = new MemoryIndex(world.releases, { turns: 1 });
      expect(await answer({ ...world, index: late })).toEqual(await answer(world));
    }),
    { numRuns: 200 },
  );
});

test("the same question has the same answer, word for word", async () => {
  await fc.assert(
    fc.asyncProperty(worlds({ prereleases: true }), async (world) => {
      const [a, b] = [await run(world), await run(world)];
      const told = [a, b].map((result) =>
        result.kind === "conflict" ? conflictFacts(result) : result,
      );
      expect(told[0]).toEqual(told[1]);
    }),
    { numRuns: 200 },
  );
});
