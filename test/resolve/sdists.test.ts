// Source distributions: whose metadata counts, and what is not tried.
import { expect, test } from "vitest";
import { explainConflict } from "../../src/resolve/index.ts";
import { MemoryIndex, type MemoryRelease, type MemoryReleases } from "./memory-index.ts";
import { run, versionsOf } from "./run-resolve.ts";

const ELSEWHERE = ["cp38-cp38-win_amd64"];

function indexOf(releases: MemoryReleases): MemoryIndex {
  return new MemoryIndex(releases, { sdists: true });
}

const BASE: MemoryReleases = { base: { "2.0": {}, "1.0": {} } };

test("a wheel for another system tells what a release needs; only what is chosen is asked itself", async () => {
  const index = indexOf({
    ...BASE,
    tool: {
      "3.0": { wheels: ELSEWHERE, requires: ["base>=3"] },
      "2.0": { wheels: ELSEWHERE, requires: ["base>=2"] },
      "1.0": { wheels: ELSEWHERE },
    },
  });
  const result = await run({ index, requirements: ["tool"] });
  expect(versionsOf(result)).toEqual({ base: "2.0", tool: "2.0" });
  expect(index.asked.filter((asked) => asked.startsWith("tool "))).toEqual(["tool 2.0"]);
});

test.each<[string, MemoryRelease["own"], Record<string, string>]>([
  ["needs something else", { requires: ["base<2"] }, { base: "1.0", tool: "2.0" }],
  ["needs nothing", { requires: [] }, { tool: "2.0" }],
  ["cannot be built", { failure: "no compiler" }, { base: "1.0", tool: "1.0" }],
  ["needs what there is not", { requires: ["base>9"] }, { base: "1.0", tool: "1.0" }],
])("a chosen source distribution that itself %s", async (_, own, expected) => {
  const index = indexOf({
    ...BASE,
    tool: {
      "2.0": { wheels: ELSEWHERE, requires: ["base"], ...(own === undefined ? {} : { own }) },
      "1.0": { requires: ["base<2"] },
    },
  });
  const providers = { _default: ["sdist", "wheel"] };
  const result = await run({ index, providers, requirements: ["tool"] });
  expect(versionsOf(result)).toEqual(expected);
});

/** Releases 1.0 to `count`.0, none of which can be built. */
function unbuildable(count: number, wheels: readonly string[]): Record<string, MemoryRelease> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => {
      const version = `${i + 1}.0`;
      const says = `tool-${version}.tar.gz could not be built: no compiler`;
      return [version, { wheels, own: { failure: `${says} (The log is ${version}.log)` } }];
    }),
  );
}

test.each([["wheels for another system", ELSEWHERE] as const, ["no wheels", []] as const])(
  "when two could not be built, others are not tried: with %s",
  async (_, wheels) => {
    const index = indexOf({ tool: unbuildable(9, wheels) });
    const result = await run({ index, requirements: ["tool"] });
    if (result.kind === "resolution") throw new Error("there is one");
    expect(index.asked.filter((asked) => asked.startsWith("tool "))).toHaveLength(2);
    const text = explainConflict(result);
    expect(text).toContain(
      "tool >=8.0 (sdist) could not be built: no compiler (The log is 9.0.log)",
    );
    expect(text).toContain(
      "tool <=7.0 (sdist) were not tried, since 9.0 and 8.0 could not be built",
    );
  },
);

test("a pinned one is tried all the same", async () => {
  const index = indexOf({
    tool: { ...unbuildable(5, []), "1.0": { wheels: [] } },
    other: { "2.0": { requires: ["tool>1"] }, "1.0": { requires: ["tool==1.0"] } },
  });
  const result = await run({ index, requirements: ["other"] });
  expect(versionsOf(result)).toEqual({ other: "1.0", tool: "1.0" });
});
