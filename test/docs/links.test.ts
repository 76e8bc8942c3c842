import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../e2e/program.ts";
import { anchorsOf, proseOf } from "./markdown.ts";

const PAGES = ["README.md", "CONTRIBUTING.md", ...globSync("docs/**/*.md", { cwd: ROOT }).sort()];
const LINK = /!?\[(?:[^\][]|\[[^\]]*\])*\]\(([^()\s]+)\)/g;

interface Link {
  readonly line: number;
  readonly to: string;
}

/** A link may go over the end of a line, so that a page is searched as one text. */
function linksOf(text: string): Link[] {
  const prose = proseOf(text).join("\n");
  return [...prose.matchAll(LINK)].map(({ 1: to = "", index }) => ({
    line: prose.slice(0, index).split("\n").length,
    to,
  }));
}

function problemOf(page: string, to: string): string | undefined {
  if (/^https?:/.test(to)) return undefined;
  const [path = "", anchor] = to.split("#");
  const target = path === "" ? join(ROOT, page) : join(ROOT, dirname(page), path);
  if (!existsSync(target)) return "there is no such file";
  if (anchor === undefined || statSync(target).isDirectory()) return undefined;
  return anchorsOf(readFileSync(target, "utf8")).has(anchor) ? undefined : "no such heading";
}

test.each(PAGES)("%s: every link leads somewhere", (page) => {
  const links = linksOf(readFileSync(join(ROOT, page), "utf8"));
  const broken = links.flatMap(({ line, to }) => {
    const problem = problemOf(page, to);
    return problem === undefined ? [] : [`${page}:${line}: ${to}: ${problem}`];
  });
  expect(broken).toEqual([]);
});

test("every page is linked from README or from another page", () => {
  const linked = new Set(
    PAGES.flatMap((page) =>
      linksOf(readFileSync(join(ROOT, page), "utf8"))
        .filter(({ to }) => !/^https?:/.test(to))
        .map(({ to }) => join(dirname(page), to.split("#")[0] || page)),
    ),
  );
  const alone = PAGES.filter((page) => page !== "README.md" && !linked.has(page));
  expect(alone).toEqual([]);
});
