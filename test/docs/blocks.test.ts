// The `sh` blocks of a page are one session of a user: run in order, each in the folder where the last
// one ended, in a clean home with the built program on PATH.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { indexAtHand } from "../e2e/index-at-hand.ts";
import { newUser, ROOT, runProgram, scratch } from "../e2e/program.ts";
import { type Block, blocksOf } from "./markdown.ts";

const PAGES = [
  "docs/getting-started.md",
  "docs/guides/from-pip-and-uv.md",
  "docs/guides/conda.md",
  "docs/guides/steering.md",
  "docs/guides/offline-index.md",
  "docs/guides/other-tools.md",
  "docs/guides/bazel.md",
  "docs/reference/exports.md",
  "docs/guides/crawler.md",
  "docs/guides/nix-python.md",
];

/** One script of all blocks; where it stops, its last line on stderr names the block. */
function sessionOf(page: string, blocks: readonly Block[]): string {
  const parts = blocks.map(({ text, line }) => `echo "block: ${page}:${line}" >&2\n${text}`);
  return `set -eu\n${parts.join("\n")}\necho "all blocks done"\n`;
}

describe.skipIf(!indexAtHand())("blocks of pages", () => {
  test.each(PAGES)("%s: every sh block succeeds", { timeout: 180_000 }, (page) => {
    const { env } = newUser("docs");
    const folder = join(scratch("docs"), "work");
    mkdirSync(folder);
    const blocks = blocksOf(join(ROOT, page)).filter(({ language }) => language === "sh");
    expect(blocks.length).toBeGreaterThan(1);
    const ran = runProgram("bash", ["-c", sessionOf(page, blocks)], {
      cwd: folder,
      env: { ...env, PATH: `${join(ROOT, "bin")}:${env["PATH"]}` },
    });
    expect(ran, ran.stderr).toMatchObject({ status: 0 });
    expect(ran.stdout).toMatch(/all blocks done\n$/);
  });
});
