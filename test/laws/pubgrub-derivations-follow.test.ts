import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Derivation } from "../../src/pubgrub/index.ts";
import {
  type Cause,
  holds,
  type Selection,
  selections,
  solveUniverse,
  type Universe,
  universes,
} from "../pubgrub/universe.ts";

function derivedNodes(tree: Derivation<Cause>): Extract<Derivation<Cause>, { kind: "derived" }>[] {
  if (tree.kind === "external") return [];
  return [tree, ...tree.causes.flatMap((cause) => derivedNodes(cause))];
}

function checkNodes(universe: Universe): void {
  const outcome = solveUniverse(universe);
  if (outcome.kind === "solution") return;
  const nodes = new Map(derivedNodes(outcome.tree).map((node) => [node.id, node]));
  expect(outcome.tree.terms.every((term) => term.package === 0)).toBe(true);
  for (const selection of selections(universe)) {
    for (const node of nodes.values()) checkNode(node, selection);
  }
}

function checkNode(
  node: Extract<Derivation<Cause>, { kind: "derived" }>,
  selection: Selection,
): void {
  if (holds(node, selection)) {
    if (!node.causes.some((cause) => holds(cause, selection))) throw new Error(`node ${node.id}`);
  }
}

test("every derived incompatibility follows from its two causes", () => {
  fc.assert(fc.property(universes(), checkNodes), { numRuns: 500 });
});
