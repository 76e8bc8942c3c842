// Bad input collected from other projects, and texts made to be slow: only typed errors, and soon.
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { UserError } from "../../src/base/index.ts";
import {
  dependencyExtra,
  evaluateMarker,
  parseDependency,
  parseEnvironmentYml,
  parseMarker,
  parsePyproject,
  parseRequirement,
  parseRequirements,
  parseScript,
  readRequirements,
  rewriteIncludes,
} from "../../src/requirement/index.ts";
import { environmentOf } from "./environment.ts";

const DATA = join(import.meta.dirname, "..", "..", "..", "shared", "data", "bad-input");
const missing = existsSync(DATA) ? "" : " (skipped: no ../shared/data here)";

/** Runs a reader; anything but an answer or a typed error fails. */
function survive(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
}

function surviveAll(text: string): void {
  for (const read of [
    parseRequirement,
    parseRequirements,
    parseMarker,
    parseDependency,
    dependencyExtra,
  ]) {
    survive(() => read(text));
  }
  for (const read of [parsePyproject, parseScript, parseEnvironmentYml]) survive(() => read(text));
  survive(() => rewriteIncludes(text, () => "x"));
  survive(() => parseScript(`# /// script\n# ${text}\n# ///`));
  survive(() => evaluateMarker(`os_name == ${JSON.stringify(text)}`, environmentOf("3.11")));
  survive(() => parseRequirements(`foo @ ${text}\n-e ${text}\n--hash=${text}\n-i ${text}`));
  survive(() => parseEnvironmentYml(`dependencies:\n- ${text}\n- pip: [${JSON.stringify(text)}]`));
}

test.skipIf(missing !== "")(`naughty strings${missing}`, () => {
  const strings = JSON.parse(
    readFileSync(join(DATA, "strings", "blns", "blns.json"), "utf8"),
  ) as string[];
  expect(strings.length).toBeGreaterThan(400);
  for (const text of strings) surviveAll(text);
});

test.skipIf(missing !== "")(`files that broke others${missing}`, async () => {
  const files = globSync(
    ["requirements/**", "strings/**", "conda/**", "metadata/**", "generated/text/**"],
    { cwd: DATA },
  )
    .map((name) => join(DATA, name))
    .filter((path) => statSync(path).isFile() && statSync(path).size < 1_000_000);
  expect(files.length).toBeGreaterThan(20);
  for (const path of files) {
    surviveAll(readFileSync(path, "utf8"));
    for (const name of ["r.txt", "pyproject.toml", "s.py", "e.yml"]) {
      const readFile = (each: string) => (each === name ? readFileSync(path) : undefined);
      await readRequirements(name, { readFile }).catch((error: unknown) => {
        if (!(error instanceof UserError)) throw error;
      });
    }
  }
});

const N = 100_000;

test.each<[string, string]>([
  ["blanks", " ".repeat(N)],
  ["blanks, then a name", `${" ".repeat(N)}x${" ".repeat(N)}#`],
  ["dots", `a${".".repeat(N)}`],
  ["digits", `a>=${"1".repeat(N)}`],
  ["dotted digits", `a>=${"1.".repeat(N)}x`],
  ["commas", `a>=1${",".repeat(N)}`],
  ["specifiers", `a${">=1,".repeat(N / 10)}`],
  ["extras", `a[${"b,".repeat(N)}]`],
  ["parentheses", `a; ${"(".repeat(N)}`],
  ["a long marker", `a; ${"os_name == 'a' or ".repeat(N / 20)}os_name == 'b'`],
  ["extra, again and again", `a; ${"extra == ".repeat(N / 10)}'`],
  ["continuations", "\\\n".repeat(N / 10)],
  ["backslashes", "\\".repeat(N)],
  ["variables", "${A}".repeat(N / 10)],
  ["quotes", `-r ${"'\"".repeat(N)}`],
  ["opening brackets", `./x${"[".repeat(N)}`],
  ["options", "--pre ".repeat(N / 50)],
  ["at signs", `git+https://x/${"@".repeat(N)}`],
  ["NUL", "a\0b"],
  ["a lone surrogate", "a; os_name == '\ud800'"],
  ["__proto__", "__proto__[__proto__]; extra == '__proto__'"],
  ["script blocks", "# /// script\n#\n".repeat(N / 100)],
])("%s", (_, text) => {
  const start = performance.now();
  surviveAll(text);
  survive(() => parseRequirements(text, { variables: new Map([["A", "bb"]]) }));
  expect(performance.now() - start).toBeLessThan(5000);
});

test("includes that double at every step", async () => {
  const readFile = (path: string) => {
    const next = `${Number.parseInt(path, 10) + 1}.txt`;
    return `-r ${next}\n-c ${next}\n-r ${next}`;
  };
  await expect(readRequirements("0.txt", { readFile })).rejects.toMatchObject({
    code: "requirements-file",
  });
});

test("YAML that grows", () => {
  const lines = ["a0: &a0 [x, x]"];
  for (let i = 1; i < 30; i++) lines.push(`a${i}: &a${i} [*a${i - 1}, *a${i - 1}]`);
  survive(() => parseEnvironmentYml(`${lines.join("\n")}\ndependencies: *a29`));
});
