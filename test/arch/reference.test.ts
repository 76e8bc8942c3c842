import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { EXIT } from "../../src/base/index.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { CLI_ERRORS } from "../../src/cli/errors.ts";
import { errorCatalogue } from "../../src/project/index.ts";
import { commandsPage, errorsPage } from "../../tools/reference.ts";

const ROOT = join(import.meta.dirname, "../..");

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

function filesUnder(folder: string, ending: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(ending))
    .map((path) => join(folder, path));
}

/** The codes that a folder's catalogue file defines, read from its text. */
function codesIn(path: string): string[] {
  return [...read(path).matchAll(/^ {2}"?([a-z][a-z0-9-]*)"?: \{$/gm)].map(
    ([, code]) => code ?? "",
  );
}

const CATALOGUES = filesUnder("src", "/errors.ts");

test("the reference of errors is what the catalogues say", async () => {
  expect(read("docs/reference/errors.md")).toBe(await errorsPage());
});

test("the reference of the command line is what the help texts say", async () => {
  expect(read("docs/reference/cli.md")).toBe(await commandsPage());
});

test("no two folders define the same code, and every folder's codes are in the catalogue", async () => {
  const all = CATALOGUES.flatMap(codesIn);
  expect(all.length).toBeGreaterThan(50);
  expect(all.filter((code, at) => all.indexOf(code) !== at)).toEqual([]);
  const known = Object.keys({ ...(await errorCatalogue()), ...CLI_ERRORS });
  expect(known.toSorted()).toEqual(all.toSorted());
});

test("every error is provoked by a test that names its code", () => {
  const tests = filesUnder("test", ".ts")
    .filter((path) => !path.includes("arch/reference"))
    .map(read)
    .join("\n");
  const missing = CATALOGUES.flatMap(codesIn).filter(
    (code) => !new RegExp(`[^a-z0-9-]${code}[^a-z0-9-]`).test(tests),
  );
  expect(missing).toEqual([]);
});

test("every error has a title, an explanation and a documented exit code", async () => {
  const entries = Object.entries({ ...(await errorCatalogue()), ...CLI_ERRORS });
  const page = read("docs/reference/exit-codes.md");
  const bad = entries.filter(
    ([code, { title, explain, exit }]) =>
      !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(code) ||
      !/^\S.*[^.\s]$/.test(title) ||
      explain.length < 20 ||
      !page.includes(`| ${exit} `),
  );
  expect(bad.map(([code]) => code)).toEqual([]);
});

test("every exit code is documented", () => {
  const page = read("docs/reference/exit-codes.md");
  for (const code of Object.values(EXIT))
    expect(page).toMatch(new RegExp(`^\\| ${code} +\\|`, "m"));
});

test("every command has a help text with examples, in 80 columns", async () => {
  for (const { name, brief, load } of COMMANDS) {
    const { spec } = (await load()).command;
    expect(brief).toMatch(/^[a-z].*[^.]$/);
    expect(spec.examples.length).toBeGreaterThan(0);
    for (const { line } of spec.examples) expect(line).toContain(`mach-nix ${name}`);
  }
  const long = (await commandsPage()).split("\n").filter((line) => line.length > 85);
  expect(long.filter((line) => !line.startsWith("  mach-nix"))).toEqual([]);
});

test("the launcher has no syntax that old Nodes cannot parse", () => {
  const text = read("bin/mach-nix");
  expect(text).not.toMatch(
    /=>|`[^`\n]*\$\{|\b(?:let|const|class|async|import)\b.*[;{(]|\?\?|\?\.|,\s*\n\s*\)/,
  );
});

// A worker is a process of ours: its arguments come from us.
test("only the command line reads the process's arguments and environment, or prints", () => {
  const bad = filesUnder("src", ".ts")
    .filter((path) => !path.startsWith("src/cli/") && !path.endsWith("-worker.ts"))
    .filter((path) => /\bprocess\.(?:env|argv|stdout|stderr)\b|\bconsole\.\w+\(/.test(read(path)));
  expect(bad).toEqual([]);
});
