// Writes the table of platforms into docs/reference/targets.md from src/target's table;
// with --check says whether it is up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { markdownTable } from "./markdown-table.ts";
import { platformTable, type Platform } from "../src/target/index.ts";

const START = "<!-- targets:start -->";
const END = "<!-- targets:end -->";
const PAGE = new URL("../docs/reference/targets.md", import.meta.url);

function floorText({ os, libc, floor }: Platform): string {
  return floor === undefined ? "–" : `${libc ?? os} ${floor.join(".")}`;
}

function drawTable(): string {
  const rows = platformTable().map(({ platform, aliases }) => [
    `\`${platform.name}\``,
    floorText(platform),
    aliases.map((alias) => `\`${alias}\``).join(", "),
  ]);
  return markdownTable(["platform", "floor", "aliases"], rows);
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
