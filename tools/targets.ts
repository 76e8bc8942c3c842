// Writes the table of platforms into docs/reference/targets.md from src/target's table;
// with --check says whether it is up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { platformTable, type Platform } from "../src/target/index.ts";

const START = "<!-- targets:start -->";
const END = "<!-- targets:end -->";
const PAGE = new URL("../docs/reference/targets.md", import.meta.url);

function floorText({ os, libc, floor }: Platform): string {
  return floor === undefined ? "–" : `${libc ?? os} ${floor.join(".")}`;
}

/** As the formatter has tables: columns of equal width. */
function drawTable(): string {
  const rows = platformTable().map(({ platform, aliases }) => [
    `\`${platform.name}\``,
    floorText(platform),
    aliases.map((alias) => `\`${alias}\``).join(", "),
  ]);
  const head = ["platform", "floor", "aliases"];
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => cell(row, i).length)));
  const lines = [head, widths.map((width) => "-".repeat(width)), ...rows];
  return lines
    .map((row) => `| ${widths.map((width, i) => cell(row, i).padEnd(width)).join(" | ")} |`)
    .join("\n");
}

function cell(row: readonly string[], i: number): string {
  return row[i] ?? "";
}

/** The page with the table as it has to be. */
export function targetsPage(page: string): string {
  const from = page.indexOf(START) + START.length;
  const to = page.indexOf(END);
  if (to < from) throw new Error(`docs/reference/targets.md lacks ${START} … ${END}`);
  return `${page.slice(0, from)}\n\n${drawTable()}\n\n${page.slice(to)}`;
}

/** The page as it is. */
export function readTargetsPage(): string {
  return readFileSync(PAGE, "utf8");
}

if (import.meta.main) {
  const page = readTargetsPage();
  const drawn = targetsPage(page);
  if (drawn !== page && process.argv.includes("--check")) {
    console.error("docs/reference/targets.md is out of date: run `node tools/targets.ts`");
    process.exitCode = 1;
  } else if (drawn !== page) writeFileSync(PAGE, drawn);
}
