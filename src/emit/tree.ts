import type { Lock, LockedTarget, Pin } from "../lock/index.ts";

/** A pin in the tree, with what it depends on, or, inverted, with what depends on it. */
export interface TreeNode {
  readonly name: string;
  readonly version: string;
  /** Conda's build string. */
  readonly build?: string;
  readonly provider: string;
  readonly extras: readonly string[];
  /** Bytes of its file, where the lock knows them. */
  readonly size?: number;
  /** Its dependencies are shown elsewhere: there they stand for the first time. */
  readonly repeated: boolean;
  /** It stands above itself: here a cycle closes. Always `repeated` as well. */
  readonly cycle: boolean;
  readonly dependencies: readonly TreeNode[];
}

export interface TreeOptions {
  /** Width to cut lines to; whole lines where it is left out. */
  readonly columns?: number;
  /** Levels to show; all where it is left out. */
  readonly depth?: number;
  /** From what nothing is below to what the input asked for: each pin's children are who needs it. */
  readonly invert?: boolean;
  /** The lock's files, for sizes; without them no node has one. */
  readonly artifacts?: Lock["artifacts"];
}

/** No real chain of dependencies is longer; a made-up lock's must not exhaust the stack. */
const DEEPEST = 500;

/**
 * A target's pins as trees, one for each that the input asked for; inverted, one for each that needs
 * nothing more. A pin's children stand at its first occurrence only, so that the whole is no larger
 * than the lock; cycles end the same way.
 */
export function treeOf(
  target: LockedTarget,
  { depth = Infinity, invert = false, artifacts = {} }: TreeOptions = {},
): TreeNode[] {
  const deepest = Math.min(depth, DEEPEST);
  const pins = new Map<string, Pin>();
  for (const pin of target.pins) if (!pins.has(pin.name)) pins.set(pin.name, pin);
  const seen = new Set<string>();
  const above = new Set<string>();
  const reached = new Set<string>();
  function childrenOf({ dependencies, requestedBy }: Pin): readonly Pin[] {
    const names = invert ? requestedBy : dependencies;
    return names.map((name) => pins.get(name)).filter((pin) => pin !== undefined);
  }
  function node(pin: Pin, level: number): TreeNode {
    const { name } = pin;
    const children = childrenOf(pin);
    const cycle = above.has(name);
    const repeated = seen.has(name) && children.length > 0;
    const isShown = !repeated && level < deepest;
    reached.add(name);
    if (!isShown) return { ...describePin(pin, artifacts), repeated, cycle, dependencies: [] };
    seen.add(name);
    above.add(name);
    const dependencies = children.map((child) => node(child, level + 1));
    above.delete(name);
    return { ...describePin(pin, artifacts), repeated, cycle, dependencies };
  }
  const roots = target.pins.filter((pin) =>
    invert ? pin.dependencies.length === 0 : pin.requestedBy.includes("input"),
  );
  const trees = roots.map((pin) => node(pin, 1));
  // A cycle that nothing is below has no such pin: one of it has to stand for it.
  for (const pin of invert ? cycleEnds(target) : []) {
    if (!reached.has(pin.name)) trees.push(node(pin, 1));
  }
  return trees;
}

/** What a pin is, as trees and pages show it. */
export function describePin(
  { name, version, build, provider, extras = [], artifact }: Pin,
  artifacts: Lock["artifacts"],
): Omit<TreeNode, "repeated" | "cycle" | "dependencies"> {
  const size = sizeOf(artifact, artifacts);
  return {
    name,
    version,
    ...(build === undefined ? {} : { build }),
    provider,
    extras,
    ...(size === undefined ? {} : { size }),
  };
}

/** The bytes of a pin's file, where the lock knows them. */
export function sizeOf(
  artifact: string | undefined,
  artifacts: Lock["artifacts"],
): number | undefined {
  if (artifact === undefined || !Object.hasOwn(artifacts, artifact)) return undefined;
  return artifacts[artifact]?.size;
}

/**
 * The pins below which there is no pin that needs nothing more: those of cycles, and what needs them.
 */
function cycleEnds({ pins }: LockedTarget): readonly Pin[] {
  const byName = new Map(pins.map((pin) => [pin.name as string, pin]));
  const grounded = pins.filter(({ dependencies }) => dependencies.length === 0);
  const found = new Set(grounded);
  for (const pin of grounded) {
    for (const name of pin.requestedBy) {
      const next = byName.get(name);
      if (next === undefined || found.has(next)) continue;
      found.add(next);
      grounded.push(next);
    }
  }
  return pins.filter((pin) => !found.has(pin));
}
