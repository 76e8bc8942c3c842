// What the reference lists by hand has to list everything.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as library from "../../src/project/library.ts";
import { parseSettings, SETTINGS_KEYS } from "../../src/project/settings.ts";
import { ROOT } from "../e2e/program.ts";
import { blocksOf } from "./markdown.ts";

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** What of the names is not on a page. */
function missing(names: readonly string[], page: string): string[] {
  const text = read(page);
  return names.filter((name) => !text.includes(name));
}

test("every option of requirements files", () => {
  const source = read("src/requirement/line-options.ts");
  const names = [...source.matchAll(/^ {2}\["(--[a-z-]+)", (?:true|false)/gm)].map(
    ([, name = ""]) => name,
  );
  expect(names.length).toBeGreaterThan(15);
  expect(missing(names, "docs/reference/requirements.md")).toEqual([]);
});

test("every key of mach-nix.toml", () => {
  const headings = SETTINGS_KEYS.map((key) => `## ${key}\n`);
  expect(headings.length).toBeGreaterThan(10);
  expect(missing(headings, "docs/reference/settings.md")).toEqual([]);
});

test("every example of mach-nix.toml is one", async () => {
  const blocks = [
    ...blocksOf(join(ROOT, "docs/reference/settings.md")),
    ...blocksOf(join(ROOT, "docs/guides/steering.md")),
  ].filter(({ language }) => language === "toml");
  expect(blocks.length).toBeGreaterThan(10);
  for (const { text, line } of blocks) {
    await expect(parseSettings(text, `settings.md:${line}`)).resolves.toBeDefined();
  }
});

test("every function of the library", () => {
  expect(missing(Object.keys(library), "docs/reference/library.md")).toEqual([]);
});
