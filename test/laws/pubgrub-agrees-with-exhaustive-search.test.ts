import * as fc from "fast-check";
import { expect, test } from "vitest";
import { NONE } from "../../src/pubgrub/index.ts";
import {
  holds,
  isSound,
  premises,
  selections,
  solveUniverse,
  type Universe,
  universes,
} from "../pubgrub/universe.ts";

const counts = { solution: 0, conflict: 0 };

function checkUniverse(universe: Universe): void {
  const outcome = solveUniverse(universe);
  counts[outcome.kind]++;
  if (outcome.kind === "solution") {
    const size = 2 * universe.length;
    const selection = Array.from({ length: size }, (_, p) => outcome.decisions.get(p) ?? NONE);
    if (!isSound(universe, selection)) throw new Error(`unsound: ${selection.join(" ")}`);
    return;
  }
  const leaves = premises(outcome.tree);
  for (const selection of selections(universe)) {
    if (isSound(universe, selection)) throw new Error(`a solution exists: ${selection.join(" ")}`);
    // The premises alone exclude every selection, whatever else the universe says.
    if (!leaves.some((leaf) => holds(leaf, selection))) {
      throw new Error(`the premises allow ${selection.join(" ")}`);
    }
  }
}

test(
  "a solution where one exists, else premises that exclude every selection",
  { timeout: 120_000 },
  () => {
    fc.assert(fc.property(universes(), checkUniverse), { numRuns: 3000 });
    expect(Math.min(counts.solution, counts.conflict)).toBeGreaterThan(150);
  },
);
