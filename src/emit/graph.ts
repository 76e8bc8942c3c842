import type { LockedTarget, Pin } from "../lock/index.ts";
import type { ExportInput } from "./export-format.ts";

interface Graph {
  /** Labels, sorted; true for those that the input asked for. */
  readonly nodes: ReadonlyMap<string, boolean>;
  readonly edges: readonly (readonly [from: string, to: string])[];
}

/** The dependencies of all targets as a graph for Graphviz. */
export function exportDot({ targets }: ExportInput): string {
  const { nodes, edges } = graphOf(targets);
  return [
    `digraph "mach-nix" {`,
    `  rankdir=LR;`,
    `  node [shape=box, style=rounded, fontname="sans-serif"];`,
    ...[...nodes].map(([label, asked]) => `  "${label}"${asked ? " [penwidth=2]" : ""};`),
    ...edges.map(([from, to]) => `  "${from}" -> "${to}";`),
    "}",
    "",
  ].join("\n");
}

/** The same for Mermaid, as Markdown pages show it. */
export function exportMermaid({ targets }: ExportInput): string {
  const { nodes, edges } = graphOf(targets);
  const ids = new Map([...nodes.keys()].map((label, i) => [label, `n${i}`]));
  const asked = [...nodes].flatMap(([label, asked]) => (asked ? [ids.get(label) ?? ""] : []));
  return [
    "graph LR",
    ...[...ids].map(([label, id]) => `  ${id}["${label}"]`),
    ...edges.map(([from, to]) => `  ${ids.get(from) ?? ""} --> ${ids.get(to) ?? ""}`),
    ...(asked.length === 0
      ? []
      : [`  classDef asked stroke-width:3px`, `  class ${asked.join()} asked`]),
    "",
  ].join("\n");
}

function graphOf(targets: readonly LockedTarget[]): Graph {
  const nodes = new Map<string, boolean>();
  const edges = new Map<string, readonly [string, string]>();
  for (const { pins } of targets) {
    const byName = new Map(pins.map((pin) => [pin.name as string, pin]));
    for (const pin of pins) {
      const from = labelOf(pin);
      nodes.set(from, (nodes.get(from) ?? false) || pin.requestedBy.includes("input"));
      for (const name of pin.dependencies) {
        const to = byName.get(name);
        if (to !== undefined) edges.set(`${from}\n${labelOf(to)}`, [from, labelOf(to)]);
      }
    }
  }
  return { nodes: sorted(nodes), edges: [...sorted(edges).values()] };
}

function sorted<T>(map: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  return new Map([...map].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function labelOf({ name, version }: Pin): string {
  return `${name} ${version}`;
}
