import { type LockedTarget, targetLabel } from "../lock/index.ts";
import { byteText } from "../base/index.ts";
import { sizeOf, type TreeNode, type TreeOptions, treeOf } from "./tree.ts";

export interface TreeTextOptions extends TreeOptions {
  /** Providers and sizes in columns of their own, with the target's sum at the end. */
  readonly size?: boolean;
}

/** A line of the tree: with columns, `text` has no provider. */
interface Row {
  readonly text: string;
  readonly node: TreeNode;
}

const CYCLE = "(cycle)";
/** What is below stands above. */
const LEGEND = {
  true: "(*) what needs it is shown above",
  false: "(*) dependencies shown above",
} as const;

function treeText(target: LockedTarget, options: TreeTextOptions): string {
  const rows = rowsOf(treeOf(target, options), options.size === true);
  const nodes = rows.map(({ node }) => node);
  const marked = nodes.some(({ repeated, cycle }) => repeated && !cycle);
  const lines = [
    targetLabel(target),
    ...(options.size === true ? columned(rows, options.columns) : rows.map(({ text }) => text)),
    ...(options.size === true ? [sumLine(target, options)] : []),
    ...(marked ? [LEGEND[`${options.invert === true}`]] : []),
    ...(nodes.some(({ cycle }) => cycle) ? [`${CYCLE} it stands above itself`] : []),
  ];
  return lines.map((line) => fit(line, options.columns)).join("\n") + "\n";
}

function rowsOf(trees: readonly TreeNode[], bare: boolean): Row[] {
  const rows: Row[] = [];
  function draw(nodes: readonly TreeNode[], indent: string): void {
    for (const [index, node] of nodes.entries()) {
      const isLast = index === nodes.length - 1;
      rows.push({ text: `${indent}${isLast ? "└── " : "├── "}${label(node, bare)}`, node });
      draw(node.dependencies, `${indent}${isLast ? "    " : "│   "}`);
    }
  }
  draw(trees, "");
  return rows;
}

function label(node: TreeNode, bare: boolean): string {
  const { name, version, build, provider, extras } = node;
  const full = extras.length === 0 ? name : `${name}[${extras.join(",")}]`;
  const release = [full, version, ...(build === undefined ? [] : [build])].join(" ");
  return `${release}${bare ? "" : ` (${provider})`}${mark(node)}`;
}

function mark({ repeated, cycle }: TreeNode): string {
  if (cycle) return ` ${CYCLE}`;
  return repeated ? " (*)" : "";
}

const SIZE_WIDTH = 8;
const LEAST_TEXT = 20;

/** Where the columns do not fit, the tree is cut, not the sizes. */
function columned(rows: readonly Row[], columns = Infinity): string[] {
  const providers = Math.max(0, ...rows.map(({ node }) => node.provider.length));
  const room = Math.max(LEAST_TEXT, columns - providers - SIZE_WIDTH - 4);
  const widest = Math.min(room, Math.max(0, ...rows.map(({ text }) => text.length)));
  return rows.map(({ text, node }) => {
    const size = node.size === undefined ? "-" : byteText(node.size);
    const cells = [fit(text, widest).padEnd(widest), node.provider.padEnd(providers)];
    return [...cells, size.padStart(SIZE_WIDTH)].join("  ");
  });
}

/** What all files of the target come to, each counted once. */
function sumLine({ pins }: LockedTarget, { artifacts = {} }: TreeOptions): string {
  const sizes = pins.map(({ artifact }) => sizeOf(artifact, artifacts));
  const known = sizes.filter((size) => size !== undefined);
  const sum = byteText(known.reduce((sum, size) => sum + size, 0));
  const unknown = sizes.length - known.length;
  const packages = `${pins.length} package${pins.length === 1 ? "" : "s"}`;
  return `${packages}, ${sum}${unknown === 0 ? "" : ` and ${unknown} of unknown size`}`;
}

function fit(line: string, columns: number | undefined): string {
  if (columns === undefined || line.length <= columns) return line;
  return `${line.slice(0, Math.max(1, columns - 1))}…`;
}

function treeJson(target: LockedTarget, options: TreeTextOptions): string {
  const { name, set, python, platform } = target;
  const nodes = treeOf(target, options);
  const tree = options.invert === true ? nodes.map(inverted) : nodes;
  return JSON.stringify({ target: name, set, python, platform, tree }) + "\n";
}

/** A node whose children are called what they are. */
function inverted({ dependencies, ...node }: TreeNode): object {
  return { ...node, dependents: dependencies.map(inverted) };
}

/** The ways to write a tree. */
export const emitTree: Readonly<
  Record<"text" | "json", (target: LockedTarget, options: TreeTextOptions) => string>
> = { text: treeText, json: treeJson };
