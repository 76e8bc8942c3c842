// What the reference lists by hand has to list everything.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as library from "../../src/project/library.ts";
import { ROOT } from "../e2e/program.ts";

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
  const list = /^const KEYS = (\[.*\]);$/m.exec(read("src/project/settings.ts"))?.[1] ?? "[]";
  const headings = (JSON.parse(list) as string[]).map((key) => `## ${key}\n`);
  expect(headings.length).toBeGreaterThan(3);
  expect(missing(headings, "docs/reference/settings.md")).toEqual([]);
});

test("every function of the library", () => {
  expect(missing(Object.keys(library), "docs/reference/library.md")).toEqual([]);
});
