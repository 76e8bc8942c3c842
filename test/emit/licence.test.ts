import { expect, test } from "vitest";
import { EXPORTS, type Licence, licenceOf } from "../../src/emit/index.ts";
import { lockOf, pin } from "../lock/sample-lock.ts";

function metadata(...lines: readonly string[]): string {
  return ["Metadata-Version: 2.4", "Name: a", ...lines, "", "License: not a header"].join("\n");
}

const MIT = "Classifier: License :: OSI Approved :: MIT License";

test.each<[string, readonly string[], Licence | undefined]>([
  ["an expression", ["License-Expression: MIT OR Apache-2.0"], { expression: "MIT OR Apache-2.0" }],
  ["an expression before all else", [MIT, "License-Expression: MIT"], { expression: "MIT" }],
  [
    "classifiers, each by its last part",
    [MIT, "Classifier: License :: Public Domain", "Classifier: Topic :: X"],
    { names: ["MIT License", "Public Domain"] },
  ],
  ["a classifier that says nothing", ["Classifier: License :: OSI Approved"], undefined],
  ["classifiers before the short name", ["License: Expat", MIT], { names: ["MIT License"] }],
  ["a short name", ["License: BSD-3-Clause  "], { names: ["BSD-3-Clause"] }],
  ["a short name, with carriage return", ["License: BSD\r"], { names: ["BSD"] }],
  ["a whole text", ["License: Copyright (c)", "        All rights"], undefined],
  ["a long line", [`License: ${"x".repeat(300)}`], undefined],
  ["unknown", ["License: UNKNOWN"], undefined],
  ["an empty one", ["License: "], undefined],
  ["none", [], undefined],
])("%s", (_, lines, licence) => {
  expect(licenceOf(metadata(...lines))).toEqual(licence);
});

test("a bill of materials has those that are known", () => {
  const lock = lockOf([pin("a"), pin("b"), pin("c")]);
  const known = new Map<string, Licence>([
    ["a-1.0-py3-none-any.whl", { expression: "MIT" }],
    ["b-1.0-py3-none-any.whl", { names: ["BSD License", "MIT License"] }],
  ]);
  const text = EXPORTS.cyclonedx({
    lock,
    targets: lock.targets,
    places: { absolute: (path) => path, relative: (path) => path },
    licence: (artifact) => known.get(artifact),
  });
  const { components } = JSON.parse(text as string) as { components: { licenses?: unknown }[] };
  expect(components.map(({ licenses }) => licenses)).toEqual([
    [{ expression: "MIT" }],
    [{ license: { name: "BSD License" } }, { license: { name: "MIT License" } }],
    undefined,
  ]);
});
