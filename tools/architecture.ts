// Draws the architecture picture in docs/architecture.md from tools/architecture.json;
// with --check says whether the picture is up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { markdownTable } from "./markdown-table.ts";

interface Stage {
  readonly for: string;
  readonly imports: readonly string[];
  readonly effects: readonly string[];
}

const START = "<!-- architecture:start -->";
const END = "<!-- architecture:end -->";
const PAGE = new URL("../docs/architecture.md", import.meta.url);

function readStages(): Record<string, Stage> {
  const table = new URL("architecture.json", import.meta.url);
  return JSON.parse(readFileSync(table, "utf8")) as Record<string, Stage>;
}

function drawTable(stages: Record<string, Stage>): string {
  const rows = Object.entries(stages).map(([name, stage]) => [
    `\`${name}\``,
    stage.for,
    stage.imports.join(" ") || "–",
    stage.effects.join(", ") || "none",
  ]);
  return markdownTable(["folder", "what it is for", "may import", "effects"], rows);
}

function drawGraph(stages: Record<string, Stage>): string {
  const edges = Object.entries(stages).flatMap(([name, stage]) =>
    name === "cli" || name === "project" ? [] : stage.imports.map((to) => `  ${to} --> ${name}`),
  );
  return ["```mermaid", "flowchart LR", ...edges, "```"].join("\n");
}

function main(): void {
  const page = readFileSync(PAGE, "utf8");
  const from = page.indexOf(START) + START.length;
  const to = page.indexOf(END);
  if (to < 0) throw new Error(`docs/architecture.md lacks ${START} … ${END}`);
  const stages = readStages();
  const drawn = `${page.slice(0, from)}\n\n${drawTable(stages)}\n\n${drawGraph(stages)}\n\n${page.slice(to)}`;
  if (drawn === page) return;
  if (process.argv.includes("--check")) {
    console.error("docs/architecture.md is out of date: run `node tools/architecture.ts`");
    process.exitCode = 1;
    return;
  }
  writeFileSync(PAGE, drawn);
}

main();
