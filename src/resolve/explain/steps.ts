import type { Place } from "../../base/index.ts";
import type { Derivation } from "../../pubgrub/index.ts";
import type { ConflictCause } from "../types.ts";
import { chainsOf } from "./chains.ts";
import { needKey, type Premise } from "./premise.ts";

type Derived = Extract<Derivation<ConflictCause>, { kind: "derived" }>;

/** A conclusion, with all that it rests on directly. */
export interface Step {
  readonly node: Derivation<ConflictCause>;
  readonly premises: readonly Premise[];
  /** Conclusions told before. */
  readonly earlier: readonly Derived[];
}

/** So many premises are told at once before a conclusion is put in between. */
const MAX_PREMISES = 8;

/** So much of a derivation is looked at to count its premises. */
const MAX_NODES = 500;

/**
 * A derivation as the steps of an argument, each told once, the last one being the whole. Chains are
 * one step; a conclusion is put in between where two arguments meet, where several rest on it, or
 * where the list would grow too long.
 */
export function stepsOf(tree: Derivation<ConflictCause>): readonly Step[] {
  let steps = known.get(tree);
  if (steps === undefined) known.set(tree, (steps = findSteps(tree)));
  return steps;
}

/** They are asked for by each who tells of them. */
const known = new WeakMap<Derivation<ConflictCause>, readonly Step[]>();

function findSteps(tree: Derivation<ConflictCause>): readonly Step[] {
  const steps: Step[] = [];
  const told = new Set<number>();
  const stack: { node: Derivation<ConflictCause>; step?: Step }[] = [{ node: tree }];
  while (stack.length > 0) {
    const top = stack.at(-1) as (typeof stack)[number];
    if (told.has(top.node.id)) {
      stack.pop();
      continue;
    }
    top.step ??= stepOf(top.node);
    const missing = top.step.earlier.filter(({ id }) => !told.has(id));
    if (missing.length === 0) {
      told.add(top.node.id);
      steps.push(top.step);
      stack.pop();
    } else stack.push(...missing.toReversed().map((node) => ({ node })));
  }
  return steps;
}

function stepOf(node: Derivation<ConflictCause>): Step {
  if (node.kind === "external") return { node, premises: [node], earlier: [] };
  const premises = new Map<number, Premise>();
  const earlier = new Map<number, Derived>();
  const open: Derived[] = [node];
  let counted = { size: 0, told: 0 };
  /** Counted anew when there are a third more: long chains would be counted again and again. */
  function told(): number {
    const { size } = premises;
    if (size > 12 && size * 3 < counted.size * 4) return counted.told;
    counted = { size, told: countTold(premises.values()) };
    return counted.told;
  }
  while (open.length > 0) {
    const { causes } = open.pop() as Derived;
    for (const cause of causes) {
      if (cause.kind === "external") premises.set(cause.id, cause);
      else if (isInline(cause, told)) open.push(cause);
      else earlier.set(cause.id, cause);
    }
  }
  return { node, premises: sortPremises([...premises.values()]), earlier: [...earlier.values()] };
}

/** Whether a cause is told as part of what follows from it. */
function isInline(cause: Derived, countSoFar: () => number): boolean {
  if (cause.shared) return leafCount(cause) <= 2;
  const told = countSoFar();
  if (told >= MAX_PREMISES) return false;
  return hasLeaf(cause) || told + leafCount(cause) <= MAX_PREMISES;
}

function hasLeaf({ causes }: Derived): boolean {
  return causes.some(({ kind }) => kind === "external");
}

/** How many premises are told: needs of one project on another count as one, and so do chains. */
function countTold(premises: Iterable<Premise>): number {
  const keys = new Set<string>();
  let chains = 0;
  for (const group of chainsOf([...premises])) {
    const [premise] = group;
    if (group.length > 1 || premise === undefined) chains++;
    else keys.add(needKey(premise) ?? `${premise.id}`);
  }
  return keys.size + chains;
}

/** By conclusion: a shared one is asked about wherever it is used. */
const leafCounts = new WeakMap<Derived, number>();

/** How many premises a conclusion rests on, as far as that matters here. */
function leafCount(node: Derived): number {
  let count = leafCounts.get(node);
  if (count === undefined) leafCounts.set(node, (count = countLeaves(node)));
  return count;
}

function countLeaves(node: Derived): number {
  const seen = new Set<number>();
  const open: Derivation<ConflictCause>[] = [node];
  const leaves: Premise[] = [];
  while (open.length > 0 && seen.size <= MAX_NODES) {
    const next = open.pop() as Derivation<ConflictCause>;
    if (seen.has(next.id)) continue;
    seen.add(next.id);
    if (next.kind === "external") leaves.push(next);
    else open.push(...next.causes);
  }
  return open.length > 0 ? Number.POSITIVE_INFINITY : countTold(leaves);
}

const ORDER: Readonly<Record<ConflictCause["kind"], number>> = {
  root: 9,
  input: 0,
  constraint: 1,
  requires: 2,
  constrains: 2,
  twin: 4,
  refused: 3,
  yanked: 3,
  broken: 3,
  exhausted: 3,
};

function isBehindWheel(cause: ConflictCause): boolean {
  return cause.kind === "refused" && cause.reason.kind === "has-wheel";
}

/**
 * The user's own words first; "the requirements are to be met" goes without saying, and so does that an
 * sdist is not looked at where there is a wheel.
 */
function sortPremises(premises: readonly Premise[]): readonly Premise[] {
  return premises
    .filter(({ cause }) => cause.kind !== "root" && !isBehindWheel(cause))
    .toSorted((a, b) => ORDER[a.cause.kind] - ORDER[b.cause.kind] || inOrder(a, b) || a.id - b.id);
}

/** The user's own words in the order in which they are written. */
function inOrder(a: Premise, b: Premise): number {
  const [one, other] = [placeOf(a), placeOf(b)];
  if (one?.file === undefined || one.file !== other?.file) return 0;
  return (one.line ?? 0) - (other.line ?? 0);
}

function placeOf({ cause }: Premise): Place | undefined {
  return cause.kind === "input" || cause.kind === "constraint"
    ? cause.requirement.place
    : undefined;
}
