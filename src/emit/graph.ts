import type { LockedTarget, Pin } from "../lock/index.ts";
import type { ExportInput } from "./export-format.ts";
import { type ProviderColor, providerColors } from "./provider-colors.ts";

interface GraphNode {
  readonly provider: string;
  /** The input asked for it. */
  readonly asked: boolean;
}

interface Graph {
  /** By label, sorted. */
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly edges: readonly (readonly [from: string, to: string])[];
  readonly colors: ReadonlyMap<string, ProviderColor>;
}

/**
 * The dependencies of all targets as a graph for Graphviz, in the colours of the providers; what the
 * input asked for has a thick border.
 */
export function exportDot({ targets }: ExportInput): string {
  const { nodes, edges, colors } = graphOf(targets);
  return [
    `digraph "mach-nix" {`,
    `  rankdir=LR;`,
    `  node [shape=box, style=rounded, fontname="Helvetica,Arial,sans-serif", fontsize=12, height=0.3, margin="0.1,0.05"];`,
    `  edge [color="#8a94a3", arrowsize=0.6];`,
    ...[...nodes].map(([label, { provider, asked }]) => {
      const color = colors.get(provider)?.light ?? "#000000";
      const border = asked ? ", penwidth=2" : "";
      return `  ${quoted(label)} [color="${color}", width=${widthOf(label)}${border}];`;
    }),
    ...edges.map(([from, to]) => `  ${quoted(from)} -> ${quoted(to)};`),
    "}",
    "",
  ].join("\n");
}

/** Inches that hold a label in the widest of the usual fonts: whoever shows it may lack Helvetica. */
function widthOf(label: string): string {
  return ((label.length * 6.8 + 16) / 72).toFixed(2);
}

/** A string of the DOT language, in which nothing is an escape. */
function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** The same for Mermaid, as Markdown pages show it. */
export function exportMermaid({ targets }: ExportInput): string {
  const { nodes, edges, colors } = graphOf(targets);
  const ids = new Map([...nodes.keys()].map((label, i) => [label, `n${i}`]));
  const idsOf = (isMeant: (node: GraphNode) => boolean): string =>
    [...nodes].flatMap(([label, node]) => (isMeant(node) ? [ids.get(label) ?? ""] : [])).join();
  const asked = idsOf((node) => node.asked);
  const providers = [...colors].map(
    ([name, { light }], i) =>
      `  classDef provider${i} stroke:${light}\n  class ${idsOf((node) => node.provider === name)} provider${i}`,
  );
  return [
    "graph LR",
    ...[...ids].map(([label, id]) => `  ${id}["${label.replaceAll('"', "#quot;")}"]`),
    ...edges.map(([from, to]) => `  ${ids.get(from) ?? ""} --> ${ids.get(to) ?? ""}`),
    ...(providers.length < 2 ? [] : providers),
    ...(asked === "" ? [] : [`  classDef asked stroke-width:3px`, `  class ${asked} asked`]),
    "",
  ].join("\n");
}

function graphOf(targets: readonly LockedTarget[]): Graph {
  const nodes = new Map<string, GraphNode>();
  const edges = new Map<string, readonly [string, string]>();
  for (const { pins } of targets) {
    const byName = new Map(pins.map((pin) => [pin.name as string, pin]));
    for (const pin of pins) {
      const { provider, requestedBy, dependencies } = pin;
      const from = labelOf(pin);
      const asked = (nodes.get(from)?.asked ?? false) || requestedBy.includes("input");
      nodes.set(from, { provider, asked });
      for (const name of dependencies) {
        const to = byName.get(name);
        if (to !== undefined) edges.set(`${from}\n${labelOf(to)}`, [from, labelOf(to)]);
      }
    }
  }
  return {
    nodes: sorted(nodes),
    edges: [...sorted(edges).values()],
    colors: providerColors([...nodes.values()].map(({ provider }) => provider)),
  };
}

function sorted<T>(map: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  return new Map([...map].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function labelOf({ name, version }: Pin): string {
  return `${name} ${version}`;
}
