// Locks of other tools are files that anybody may have written: each gives versions or a typed error.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { UserError } from "../../src/base/index.ts";
import { importedVersions, readLockImport } from "../../src/requirement/index.ts";
import { markerEnvironment, parsePlatform, parsePythonVersion } from "../../src/target/index.ts";
import { tryParsePep440 } from "../../src/version/index.ts";

const LOCKS = join(import.meta.dirname, "../cases/locks");
const ENVIRONMENT = markerEnvironment({
  python: parsePythonVersion("3.11"),
  platform: parsePlatform("linux-x86_64"),
});
const FILES = [
  "uv.lock",
  "poetry.lock",
  "pdm.lock",
  "Pipfile.lock",
  "pylock.toml",
  "uv-compile.txt",
];
const PIECES = [
  '"',
  "'",
  "{",
  "]",
  "\n",
  "=",
  "[[package]]",
  "__proto__",
  "1e999",
  "\\u0000",
  "#",
  "",
];

/** A text with some of it replaced. */
function mutated(text: string): fc.Arbitrary<string> {
  const change = fc.tuple(fc.nat(text.length), fc.nat(40), fc.constantFrom(...PIECES));
  return fc
    .array(change, { minLength: 1, maxLength: 4 })
    .map((changes) =>
      changes.reduce(
        (text, [at, length, by]) => text.slice(0, at) + by + text.slice(at + length),
        text,
      ),
    );
}

async function outcome(file: string, content: string | Uint8Array): Promise<unknown> {
  try {
    return importedVersions(await readLockImport(file, content), ENVIRONMENT);
  } catch (error) {
    return error;
  }
}

function expectTyped(found: unknown): void {
  if (found instanceof UserError) return;
  expect(found).toBeInstanceOf(Map);
  for (const [name, version] of found as ReadonlyMap<string, string>) {
    expect([name, tryParsePep440(version)?.text]).toEqual([name, version]);
  }
}

test.each(FILES)("%s, changed somewhere", async (file) => {
  const text = readFileSync(join(LOCKS, file), "utf8");
  await fc.assert(
    fc.asyncProperty(mutated(text), async (text) => expectTyped(await outcome(file, text))),
    { numRuns: 60 },
  );
});

test.each(FILES)("%s of any bytes", async (file) => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) =>
      expectTyped(await outcome(file, bytes)),
    ),
    { numRuns: 60 },
  );
});

test.each(FILES.slice(0, 5))("%s with values of any kind", async (file) => {
  const values = fc.constantFrom("1", '"x"', "[]", "{}", "true", '["a", 1]', '[{ name = "b" }]');
  const keys = [
    "name",
    "version",
    "source",
    "markers",
    "marker",
    "dependencies",
    "resolution-markers",
  ];
  const table = fc
    .tuple(...keys.map(() => values))
    .map((all) => keys.map((key, i) => `${key} = ${all[i]}`).join("\n"));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom("package", "packages"), table, async (key, body) =>
      expectTyped(await outcome(file, `[[${key}]]\n${body}\n`)),
    ),
    { numRuns: 60 },
  );
});
