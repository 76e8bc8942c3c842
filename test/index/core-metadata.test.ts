import { expect, test } from "vitest";
import { normalizeName } from "../../src/base/index.ts";
import { readCoreMetadata } from "../../src/index/core-metadata.ts";

const name = normalizeName("demo");
const head = "Metadata-Version: 2.1\nName: demo\nVersion: 1\n";

test.each<readonly [string, string, object]>([
  ["nothing more", head, { requiresDist: [], extras: [] }],
  [
    "CRLF",
    `${head}Requires-Dist: a\n`.replaceAll("\n", "\r\n"),
    { requiresDist: ["a"], extras: [] },
  ],
  ["a BOM", `\ufeff${head}Requires-Dist: a\n`, { requiresDist: ["a"], extras: [] }],
  ["folded lines", `${head}Requires-Dist: a\n  >=1\n`, { requiresDist: ["a >=1"], extras: [] }],
  [
    "any case",
    `${head}requires-dist: a\nREQUIRES-PYTHON: >=3\n`,
    { requiresDist: ["a"], extras: [], requiresPython: ">=3" },
  ],
  [
    "extras",
    `${head}Provides-Extra: A_b\nProvides-Extra: a-b\n`,
    { requiresDist: [], extras: ["a-b"] },
  ],
  [
    "what only looks so in the description",
    `${head}\nRequires-Dist: no\n`,
    { requiresDist: [], extras: [] },
  ],
  ["another spelling of the name", head.replace("demo", "Demo"), { requiresDist: [], extras: [] }],
])("%s", (_, text, expected) => {
  expect(readCoreMetadata(text, name)).toEqual(expected);
});

test.each<readonly [string, string]>([
  ["no name", "Version: 1\n"],
  ["no version", "Name: demo\n"],
  ["another name", "Name: other\nVersion: 1\n"],
  ["nothing", ""],
])("%s is a failure", (_, text) => {
  expect(readCoreMetadata(text, name)).toHaveProperty("failure");
});
