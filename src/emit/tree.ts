import type { LockedTarget, Pin } from "../lock/index.ts";

/** A pin in the tree, with what it depends on. */
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
}

/** No real chain of dependencies is longer; a made-up lock's must not exhaust the stack. */
const DEEPEST = 500;

/**
 * A target's pins as trees, one for each that the input asked for. A pin's dependencies stand at
 * its first occurrence only, so that the whole is no larger than the lock; cycles end the same way.
 */
export function treeOf(target: LockedTarget, { depth = Infinity }: TreeOptions = {}): TreeNode[] {
  const deepest = Math.min(depth, DEEPEST);
  const pins = new Map<string, Pin>();
  for (const pin of target.pins) if (!pins.has(pin.name)) pins.set(pin.name, pin);
  const seen = new Set<string>();
  function node(pin: Pin, level: number): TreeNode {
    const { name, version, provider, extras = [], dependencies } = pin;
    const repeated = seen.has(name) && dependencies.length > 0;
    const isShown = !repeated && level < deepest;
    if (isShown) seen.add(name);
    return {
      name,
      version,
      provider,
      extras,
      repeated,
      dependencies: (isShown ? dependencies : [])
        .map((dependency) => pins.get(dependency))
        .filter((pin) => pin !== undefined)
        .map((pin) => node(pin, level + 1)),
    };
  }
  const roots = target.pins.filter(({ requestedBy }) => requestedBy.includes("input"));
  return roots.map((pin) => node(pin, 1));
}

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
  if (lines.some((line) => line.endsWith(" (*)"))) lines.push("(*) dependencies shown above");
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
  return JSON.stringify({ target: name, python, platform, tree: treeOf(target, options) }) + "\n";
}

/** The ways to write a tree. */
export const emitTree: Readonly<
  Record<"text" | "json", (target: LockedTarget, options: TreeOptions) => string>
> = { text: treeText, json: treeJson };
