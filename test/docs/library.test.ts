// The `ts` blocks of the library page are programs: type-checked as a user's would be, with the package
// in node_modules, and run. What stands in comments beside or below a console.log is what they print.
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { indexAtHand } from "../e2e/index-at-hand.ts";
import { newUser, ROOT, runProgram, scratch } from "../e2e/program.ts";
import { type Block, blocksOf } from "./markdown.ts";

const PAGE = "docs/reference/library.md";
const BLOCKS = blocksOf(join(ROOT, PAGE)).filter(({ language }) => language === "ts");
const folder = scratch("docs-library");
const user = newUser("docs-library");

const CONFIGURATION = {
  compilerOptions: {
    target: "es2024",
    module: "nodenext",
    strict: true,
    noEmit: true,
    types: ["node"],
    typeRoots: [join(ROOT, "node_modules", "@types")],
  },
  include: ["*.ts"],
};

function nameOf({ line }: Block): string {
  return `line-${line}.ts`;
}

/** The text behind `console.log(…); // text`, and of comment lines right below one. */
function printedBy({ text }: Block): string[] {
  const lines = text.split("\n");
  let below = false;
  return lines.flatMap((line) => {
    const beside = /^\s*.*console\.log\(.*\); \/\/ (.*)$/.exec(line)?.[1];
    const own = below ? /^\/\/ (.*)$/.exec(line)?.[1] : undefined;
    below = own !== undefined || /console\.log\(.*\);$/.test(line);
    return beside ?? own ?? [];
  });
}

beforeAll(() => {
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(ROOT, join(folder, "node_modules", "mach-nix"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(CONFIGURATION));
  for (const block of BLOCKS) writeFileSync(join(folder, nameOf(block)), block.text);
});

test("the examples type-check", () => {
  const tsc = join(ROOT, "node_modules", ".bin", "tsc");
  const { stdout } = runProgram(tsc, ["-p", folder], { cwd: folder, env: user.env });
  expect(stdout).toBe("");
});

test.for(BLOCKS.map((block) => ({ place: `${PAGE}:${block.line}`, block })))(
  "$place prints what it says",
  ({ block }, context) => {
    if (block.words.includes("index") && !indexAtHand()) context.skip();
    const expected = printedBy(block);
    expect(expected.length).toBeGreaterThan(0);
    const ran = runProgram(process.execPath, [join(folder, nameOf(block))], {
      cwd: folder,
      env: user.env,
    });
    expect(ran.status, ran.stderr).toBe(0);
    expect(ran.stdout.trimEnd().split("\n")).toEqual(expected);
  },
);
