import { expect, test } from "vitest";
import { normalizeName } from "../../src/base/index.ts";
import type { PackageIndex, ReleaseMetadata } from "../../src/index/index.ts";
import { chainProviders, sdistProvider, wheelProvider } from "../../src/provider/index.ts";
import { MemoryIndex, type MemoryReleases } from "../resolve/memory-index.ts";
import { run, versionsOf } from "../resolve/run-resolve.ts";

const a = normalizeName("a");

const RELEASES: MemoryReleases = {
  a: { "3.0": { wheels: [] }, "2.0": {}, "1.0": { sdist: false } },
  b: { "1.0": { wheels: [], requires: ["a>=2"] } },
};

/** An index that knows what source distributions need. */
function indexWithSdists(releases: MemoryReleases, turns = 0): PackageIndex {
  const index = new MemoryIndex(releases, { turns });
  return {
    project: (name) => index.project(name),
    metadata: (name, file) => index.metadata(name, file),
    sdistMetadata: (name, { version }): ReleaseMetadata => ({
      requiresDist: releases[name]?.[version]?.requires ?? [],
      extras: [],
    }),
    prefetch: () => undefined,
    close: () => undefined,
  };
}

function chainOf(index: PackageIndex, order: readonly string[]): ReturnType<typeof chainProviders> {
  const wheels = wheelProvider({
    index,
    rankWheel: () => 0,
    admitsPython: () => true,
    hashes: new Map(),
    noBinary: () => false,
  });
  const sdists = sdistProvider({
    index,
    python: [3, 12],
    onlyBinary: () => false,
    system: "linux",
    admitsPython: () => true,
    hashes: new Map(),
    requiresPython: () => undefined,
  });
  return chainProviders([wheels, sdists], { _default: order });
}

test.each([0, 2])(
  "lists stand behind each other in the order asked for (turns: %d)",
  async (turns) => {
    const list = await chainOf(indexWithSdists(RELEASES, turns), ["sdist", "wheel"]).candidates(a);
    expect(list?.versions).toEqual(["3.0", "2.0", "1.0", "3.0", "2.0", "1.0"]);
    expect(list?.starts).toEqual([0, 3]);
    expect(list?.providerOf?.(2)).toBe("sdist");
    expect(list?.providerOf?.(3)).toBe("wheel");
    expect(list?.look(0)).toMatchObject({ kind: "candidate", file: { kind: "sdist" } });
    expect(list?.look(2)).toMatchObject({ kind: "refusal", reason: { kind: "no-sdist" } });
    expect(list?.look(3)).toMatchObject({ kind: "refusal", reason: { kind: "only-sdist" } });
    expect(list?.fileNames(1)).toEqual(["a-2.0.tar.gz"]);
  },
);

test("behind wheels, source distributions are for versions that have none", async () => {
  const list = await chainOf(indexWithSdists(RELEASES), ["wheel", "sdist"]).candidates(a);
  expect(list?.look(3)).toMatchObject({ kind: "candidate", file: { kind: "sdist" } });
  expect(list?.look(4)).toMatchObject({ kind: "refusal", reason: { kind: "has-wheel" } });
});

test("a name that is only in other providers' lists is not looked for", async () => {
  expect(await chainOf(indexWithSdists(RELEASES), ["nixpkgs"]).candidates(a)).toBeUndefined();
});

test.each([
  [["a"], ["wheel", "sdist"], {}, { a: "2.0 wheel" }],
  [["a"], ["sdist", "wheel"], {}, { a: "3.0 sdist" }],
  [["a>2"], ["wheel", "sdist"], {}, { a: "3.0 sdist" }],
  [["b"], ["wheel", "sdist"], {}, { a: "2.0 wheel", b: "1.0 sdist" }],
  [["a"], ["wheel", "sdist"], { a: "3.0" }, { a: "3.0 sdist" }],
])("%j with %j, keeping %j", async (requirements, order, preferences, expected) => {
  const index = indexWithSdists(RELEASES);
  const found = await run({ index, requirements, preferences, providers: { _default: order } });
  if (found.kind === "conflict") throw new Error("no resolution");
  const chosen = found.pins.map((pin) => [pin.name, `${pin.version} ${pin.provider}`]);
  expect(Object.fromEntries(chosen)).toEqual(expected);
});

test("--only-binary refuses source distributions", async () => {
  const index = indexWithSdists(RELEASES);
  const given = { index, onlyBinary: [":all:"], providers: { _default: ["sdist", "wheel"] } };
  expect(versionsOf(await run({ ...given, requirements: ["a"] }))).toEqual({ a: "2.0" });
  expect(await run({ ...given, requirements: ["b"] })).toMatchObject({ kind: "conflict" });
});
