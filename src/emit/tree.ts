import type { LockedTarget, Pin } from "../lock/index.ts";

/** A pin in the tree, with what it depends on, or, inverted, with what depends on it. */
export interface TreeNode {
  readonly name: string;
  readonly version: string;
  readonly provider: string;
  readonly extras: readonly string[];
  /** Its dependencies are shown elsewhere: there they stand for the first time. */
  readonly repeated: boolean;
  readonly dependencies: readonly TreeNode[];
}

export interface TreeOptions {
  /** Width to cut lines to; whole lines where it is left out. */
  readonly columns?: number;
  /** Levels to show; all where it is left out. */
  readonly depth?: number;
  /** From what nothing is below to what the input asked for: each pin's children are who needs it. */
  readonly invert?: boolean;
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
  { depth = Infinity, invert = false }: TreeOptions = {},
): TreeNode[] {
  const deepest = Math.min(depth, DEEPEST);
  const pins = new Map<string, Pin>();
  for (const pin of target.pins) if (!pins.has(pin.name)) pins.set(pin.name, pin);
  const seen = new Set<string>();
  const reached = new Set<string>();
  function childrenOf({ dependencies, requestedBy }: Pin): readonly Pin[] {
    const names = invert ? requestedBy : dependencies;
    return names.map((name) => pins.get(name)).filter((pin) => pin !== undefined);
  }
  function node(pin: Pin, level: number): TreeNode {
    const { name, version, provider, extras = [] } = pin;
    const children = childrenOf(pin);
    const repeated = seen.has(name) && children.length > 0;
    const isShown = !repeated && level < deepest;
    if (isShown) seen.add(name);
    reached.add(name);
    return {
      name,
      version,
      provider,
      extras,
      repeated,
      dependencies: (isShown ? children : []).map((child) => node(child, level + 1)),
    };
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

/** What is below stands above. */
const LEGEND = {
  true: "(*) what needs it is shown above",
  false: "(*) dependencies shown above",
} as const;

function treeText(target: LockedTarget, options: TreeOptions): string {
  const lines = [target.name];
  function draw(nodes: readonly TreeNode[], indent: string): void {
    for (const [index, node] of nodes.entries()) {
      const isLast = index === nodes.length - 1;
      lines.push(`${indent}${isLast ? "└── " : "├── "}${label(node)}`);
      draw(node.dependencies, `${indent}${isLast ? "    " : "│   "}`);
    }
  }
  const nodes = treeOf(target, options);
  draw(nodes, "");
  if (lines.some((line) => line.endsWith(" (*)"))) lines.push(LEGEND[`${options.invert === true}`]);
  return lines.map((line) => fit(line, options.columns)).join("\n") + "\n";
}

function label({ name, version, provider, extras, repeated }: TreeNode): string {
  const full = extras.length === 0 ? name : `${name}[${extras.join(",")}]`;
  return `${full} ${version} (${provider})${repeated ? " (*)" : ""}`;
}

function fit(line: string, columns: number | undefined): string {
  if (columns === undefined || line.length <= columns) return line;
  return `${line.slice(0, Math.max(1, columns - 1))}…`;
}

function treeJson(target: LockedTarget, options: TreeOptions): string {
  const { name, python, platform } = target;
  const nodes = treeOf(target, options);
  const tree = options.invert === true ? nodes.map(inverted) : nodes;
  return JSON.stringify({ target: name, python, platform, tree }) + "\n";
}

/** A node whose children are called what they are. */
function inverted({ dependencies, ...node }: TreeNode): object {
  return { ...node, dependents: dependencies.map(inverted) };
}

/** The ways to write a tree. */
export const emitTree: Readonly<
  Record<"text" | "json", (target: LockedTarget, options: TreeOptions) => string>
> = { text: treeText, json: treeJson };
