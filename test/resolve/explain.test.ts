import { expect, test } from "vitest";
import { explainConflict } from "../../src/resolve/index.ts";
import { fileHash } from "./memory-index.ts";
import { type Problem, run } from "./run-resolve.ts";

const ROWS: readonly (readonly [what: string, problem: Problem])[] = [
  [
    "nothing by that name, but one like it",
    { releases: { requests: { "1": { requires: ["requestz"] } } }, requirements: ["requests"] },
  ],
  [
    "a Python too old",
    { releases: { a: { "1": { requiresPython: ">=3.12" } } }, requirements: ["a"], python: "3.11" },
  ],
  [
    "a Python too new",
    { releases: { a: { "1": { requiresPython: "<3.9" } } }, requirements: ["a"], python: "3.11" },
  ],
  [
    "wheels for other systems",
    {
      releases: {
        a: { "1": { wheels: ["cp312-cp312-macosx_13_0_arm64", "cp312-cp312-win_amd64"] } },
      },
      requirements: ["a"],
    },
  ],
  [
    "wheels for other Pythons",
    {
      releases: {
        a: {
          "1": { wheels: ["cp310-cp310-manylinux_2_17_x86_64", "cp39-cp39-manylinux_2_17_x86_64"] },
        },
      },
      requirements: ["a"],
    },
  ],
  [
    "a glibc too old",
    {
      releases: {
        a: {
          "1": { wheels: ["cp312-cp312-manylinux_2_34_x86_64"] },
          "0.9": { wheels: ["cp312-cp312-manylinux_2_34_x86_64"] },
        },
      },
      requirements: ["a"],
    },
  ],
  [
    "a macOS too old",
    {
      releases: { a: { "1": { wheels: ["cp312-cp312-macosx_15_0_arm64"] } } },
      requirements: ["a"],
      platform: "macos-arm64",
    },
  ],
  [
    "only sdists",
    { releases: { a: { "1": { wheels: [] }, "2": { wheels: [] } } }, requirements: ["a"] },
  ],
  ["yanked", { releases: { a: { "1": { yanked: "leaks memory" } } }, requirements: ["a"] }],
  [
    "a hash of nothing",
    { releases: { a: { "1": {} } }, requirements: [`a --hash=sha256:${fileHash("other")}`] },
  ],
  ["wheels refused", { releases: { a: { "1": {} } }, requirements: ["a"], noBinary: [":all:"] }],
  [
    "broken metadata",
    { releases: { a: { "1": { failure: "METADATA is missing" } } }, requirements: ["a"] },
  ],
  [
    "a constraint against a requirement",
    { releases: { a: { "1": {}, "2": {} } }, requirements: ["a>=2"], constraints: ["a<2"] },
  ],
  [
    "a pin against a dependency's pin",
    {
      releases: { a: { "1": { requires: ["b==1"] } }, b: { "1": {}, "2": {} } },
      requirements: ["a", "b==2"],
    },
  ],
  [
    "many versions with equal needs",
    {
      releases: {
        a: Object.fromEntries(
          Array.from({ length: 30 }, (_, i) => [`1.${i}`, { requires: ["b<2"] }]),
        ),
        b: { "1": {}, "2": {} },
      },
      requirements: ["a>=1.5", "b>=2"],
    },
  ],
  [
    "many versions with needs of their own",
    {
      releases: {
        a: Object.fromEntries(
          Array.from({ length: 30 }, (_, i) => [`1.${i}`, { requires: [`b==1.${i}`] }]),
        ),
        b: Object.fromEntries(
          Array.from({ length: 30 }, (_, i) => [`1.${i}`, {}]).concat([["2", {}]]),
        ),
      },
      requirements: ["a", "b>=2"],
    },
  ],
  [
    "many versions with ranges of their own",
    {
      releases: {
        a: Object.fromEntries(
          Array.from({ length: 6 }, (_, i) => [`1.${i}`, { requires: [`b>=1.${i},<1.${i + 3}`] }]),
        ),
        b: Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`1.${i}`, {}])),
      },
      requirements: ["a", "b>1.7"],
    },
  ],
  [
    "a long chain",
    {
      releases: {
        a: { "1": { requires: ["b"] } },
        b: { "1": { requires: ["c"] } },
        c: { "1": { requires: ["d"] } },
        d: { "1": { requires: ["e>=2"] } },
        e: { "1": {}, "2": {} },
      },
      requirements: ["a", "e<2"],
    },
  ],
  [
    "two arguments that meet",
    {
      releases: {
        a: { "1": { requires: ["x>=2"] }, "2": { requires: ["y>=2"] } },
        x: { "1": {}, "2": { requires: ["z==1"] } },
        y: { "1": {}, "2": { requires: ["z==2"] } },
        z: { "1": {}, "2": {}, "3": {} },
      },
      requirements: ["a", "z==3"],
    },
  ],
  [
    "an extra's need",
    {
      releases: { a: { "1": { extras: { x: ["b>=2"] } } }, b: { "1": {}, "2": {} } },
      requirements: ["a[x]", "b<2"],
    },
  ],
  [
    "a need of another version of itself",
    {
      releases: { a: { "1": { requires: ["a>=2"] }, "2": { requires: ["a<2"] } } },
      requirements: ["a"],
    },
  ],
  [
    "versions without a wheel here and there",
    {
      releases: {
        a: {
          "1.0": { wheels: [] },
          "1.1": {
            wheels: ["cp38-cp38-manylinux_2_17_x86_64", "pp38-pypy38_pp73-manylinux_2_17_x86_64"],
          },
          "1.2": { wheels: ["cp38-cp38-manylinux_2_17_x86_64", "cp39-cp39-manylinux_2_17_x86_64"] },
          "2.0": {},
        },
      },
      requirements: ["a<2"],
    },
  ],
  [
    "a release after the date",
    { releases: { a: { "1": {}, "2": { later: "2026-11-16" } } }, requirements: ["a>=2"] },
  ],
  [
    "a project after the date",
    {
      releases: { a: { "1": { later: "2026-11-16" }, "2": { later: "2026-11-18" } } },
      requirements: ["a"],
    },
  ],
  ["a project without releases", { releases: { a: {} }, requirements: ["a"] }],
];

test.each(ROWS)("%s", async (what, problem) => {
  const result = await run(problem);
  const text = result.kind === "conflict" ? explainConflict(result) : "no conflict";
  await expect(`${text}\n`).toMatchFileSnapshot(
    `../cases/resolve/${what.replace(/\W+/g, "-")}.txt`,
  );
});
