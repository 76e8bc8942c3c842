import { describe, expect, test } from "vitest";
import { normalizeName } from "../../src/base/index.ts";
import { condaRequirement } from "../../src/requirement/index.ts";
import { explainConflict, type MetadataOverride, resolve } from "../../src/resolve/index.ts";
import { ANY_VERSION, parseSpecifiers } from "../../src/version/index.ts";
import { type MixedWorld, mixedInput } from "./mixed-universes.ts";
import { MemoryIndex, type MemoryReleases } from "./memory-index.ts";
import { type Problem, run, versionsOf } from "./run-resolve.ts";

const DAY = 86_400_000;
const a = normalizeName("a");
const b = normalizeName("b");

function override(given: Partial<MetadataOverride>): MetadataOverride {
  const place = { file: "mach-nix.toml" };
  const nothing = { drop: [], replace: new Map(), add: [], reason: "", place };
  return { name: a, versions: ANY_VERSION, ...nothing, ...given };
}

async function pins(problem: Problem): Promise<Record<string, string>> {
  return versionsOf(await run(problem));
}

async function explanation(problem: Problem): Promise<string> {
  const result = await run(problem);
  return result.kind === "conflict" ? explainConflict(result) : "no conflict";
}

/** `a` has new sdists, `b` new wheels. */
const MIXED: MemoryReleases = {
  a: { "2.0": { wheels: [] }, "1.0": {} },
  b: { "2.0": {}, "1.0": {} },
};

function mixed(problem: Partial<Problem>): Problem {
  return {
    requirements: ["a", "b"],
    index: new MemoryIndex(MIXED, { sdists: true }),
    providers: { _default: ["wheel", "sdist"] },
    ...problem,
  };
}

describe("preference", () => {
  test("earlier providers win whatever the version", async () => {
    expect(await pins(mixed({}))).toEqual({ a: "1.0", b: "2.0" });
  });

  test("or the newest, the provider breaking ties", async () => {
    const result = await run(mixed({ steering: { prefer: "newest" } }));
    expect(result).toMatchObject({
      pins: [
        { name: "a", version: "2.0", provider: "sdist" },
        { name: "b", version: "2.0", provider: "wheel" },
      ],
    });
  });

  test("a list of its own replaces the default one for a name", async () => {
    const providers = { _default: ["wheel", "sdist"], a: ["sdist"] };
    expect(await pins(mixed({ providers }))).toEqual({ a: "2.0", b: "2.0" });
  });
});

describe("lowest versions", () => {
  const releases: MemoryReleases = {
    a: { "1": { requires: ["b>=1"] }, "2": { requires: ["b>=2"] }, "3": { requires: ["b"] } },
    b: { "0": {}, "1": {}, "2": {}, "3": {} },
  };

  test.each([
    ["highest", { a: "3", b: "3" }],
    ["lowest", { a: "2", b: "2" }],
    ["lowest-direct", { a: "2", b: "3" }],
  ] as const)("%s", async (order, expected) => {
    const requirements = ["a>=2"];
    expect(await pins({ releases, requirements, steering: { order } })).toEqual(expected);
  });

  test("of each provider, not over all of them", async () => {
    const given = mixed({ steering: { order: "lowest" } });
    expect(await pins(given)).toEqual({ a: "1.0", b: "1.0" });
  });

  test("former pins stay", async () => {
    const given = { releases, requirements: ["a"], preferences: { a: "3" } };
    expect(await pins({ ...given, steering: { order: "lowest" } })).toEqual({ a: "3", b: "0" });
  });
});

describe("minimum age", () => {
  const releases: MemoryReleases = {
    a: {
      "1.0": { uploaded: "2026-01-01" },
      "1.1": { uploaded: "2026-10-30" },
      "2.0b1": { uploaded: "2026-10-31" },
    },
    b: { "1.0": { uploaded: "2026-10-31" } },
  };
  const all = { all: 7 * DAY, byName: new Map() };

  test("what is younger is held back, and told", async () => {
    const result = await run({ releases, requirements: ["a"], steering: { minimumAge: all } });
    expect(versionsOf(result)).toEqual({ a: "1.0" });
    expect(result).toMatchObject({
      heldBack: [
        { name: "a", version: "1.1", instead: "1.0", uploadTime: Date.parse("2026-10-30") },
      ],
    });
  });

  test("a name can be exempt", async () => {
    const minimumAge = { all: 7 * DAY, byName: new Map([[a, 0]]) };
    const result = await run({ releases, requirements: ["a"], steering: { minimumAge } });
    expect(versionsOf(result)).toEqual({ a: "1.1" });
    expect(result).toMatchObject({ heldBack: [] });
  });

  test("a conflict over it names the age and the day", async () => {
    const steering = { minimumAge: all };
    expect(await explanation({ releases, requirements: ["b"], steering })).toContain(
      "b 1.0 was uploaded on 2026-10-31, too late for the minimum age of 7 days at 2026-11-01",
    );
  });

  test("files without a time count as old", async () => {
    const given = { releases: { a: { "1": {} } }, requirements: ["a"] };
    expect(await pins({ ...given, steering: { minimumAge: all } })).toEqual({ a: "1" });
  });
});

describe("exclusions", () => {
  const releases: MemoryReleases = { a: { "1.0": {}, "1.1": {}, "2.0": {} } };
  const excluded = [
    {
      name: a,
      versions: parseSpecifiers(">=1.1"),
      reason: "leaks",
      place: { file: "mach-nix.toml" },
    },
  ];

  test("excluded releases are not taken", async () => {
    expect(await pins({ releases, requirements: ["a"], steering: { excluded } })).toEqual({
      a: "1.0",
    });
  });

  test("a conflict over them names file and reason", async () => {
    const steering = { excluded };
    expect(await explanation({ releases, requirements: ["a>1.0"], steering })).toContain(
      'a >=1.1 are excluded in mach-nix.toml ("leaks")',
    );
  });
});

describe("overrides of metadata", () => {
  const releases: MemoryReleases = {
    a: {
      "1.0": { requires: ["b<2", "c"] },
      "2.0": { requires: ["b<2", "c"], extras: { x: ["b<1"] }, requiresPython: "<3.12" },
    },
    b: { "0.5": {}, "1.0": {}, "2.0": {} },
    c: { "1.0": {} },
  };

  test("a dependency is dropped", async () => {
    const overrides = [override({ drop: [b] })];
    expect(await pins({ releases, requirements: ["a"], steering: { overrides } })).toEqual({
      a: "1.0",
      c: "1.0",
    });
  });

  test("a bound is replaced, of the releases named only", async () => {
    const replace = new Map([[b, "b>=2"]]);
    const overrides = [override({ replace, versions: parseSpecifiers(">=1") })];
    const steering = { overrides };
    expect(await pins({ releases, requirements: ["a"], steering })).toMatchObject({ b: "2.0" });
    const others = [override({ replace, versions: parseSpecifiers(">=2") })];
    expect(
      await pins({ releases, requirements: ["a"], steering: { overrides: others } }),
    ).toMatchObject({ b: "1.0" });
  });

  test("under the condition of what it replaces", async () => {
    const overrides = [override({ replace: new Map([[b, "b>=2"]]), requiresPython: "" })];
    const steering = { overrides };
    expect(await pins({ releases, requirements: ["a[x]"], steering })).toEqual({
      a: "2.0",
      b: "2.0",
      c: "1.0",
    });
  });

  test("another Python is admitted, where files and metadata refuse it", async () => {
    const overrides = [override({ requiresPython: "" })];
    expect(await pins({ releases, requirements: ["a"], steering: { overrides } })).toMatchObject({
      a: "2.0",
    });
    const only = [override({ requiresPython: "<3" })];
    expect(
      await explanation({ releases, requirements: ["a"], steering: { overrides: only } }),
    ).toContain("needs Python <3");
  });

  test("a dependency is added", async () => {
    const overrides = [override({ add: ["d"] })];
    const more = { ...releases, d: { "1": {} } };
    expect(
      await pins({ releases: more, requirements: ["a"], steering: { overrides } }),
    ).toMatchObject({ d: "1" });
  });

  test("a conflict over one names file and reason", async () => {
    const overrides = [override({ replace: new Map([[b, "b>=3"]]), reason: "tried" })];
    expect(await explanation({ releases, requirements: ["a"], steering: { overrides } })).toContain(
      'needs b>=3 by an override in mach-nix.toml ("tried")',
    );
  });
});

test("pre-releases of the names given, and of no other", async () => {
  const releases: MemoryReleases = {
    a: { "1.0": {}, "2.0b1": {} },
    b: { "1.0": {}, "2.0b1": {} },
  };
  const steering = { prereleases: [b] };
  expect(await pins({ releases, requirements: ["a", "b"], steering })).toEqual({
    a: "1.0",
    b: "2.0b1",
  });
});

describe("versions of other targets", () => {
  const releases: MemoryReleases = { a: { "1.0": {}, "2.0": {}, "3.0": { wheels: [] } } };

  test("come before newer ones", async () => {
    const siblings = new Map([[a, "1.0"]]);
    expect(await pins({ releases, requirements: ["a"], siblings })).toEqual({ a: "1.0" });
  });

  test("but not before a former pin, an earlier provider, or what is required", async () => {
    const siblings = new Map([[a, "1.0"]]);
    const preferences = { a: "2.0" };
    expect(await pins({ releases, requirements: ["a"], siblings, preferences })).toEqual({
      a: "2.0",
    });
    expect(await pins({ releases, requirements: ["a>1"], siblings })).toEqual({ a: "2.0" });
    const given = {
      requirements: ["a"],
      index: new MemoryIndex(releases, { sdists: true }),
      siblings: new Map([[a, "3.0"]]),
    };
    expect(await pins(given)).toEqual({ a: "2.0" });
  });
});

describe("conda's packages are steered, too", () => {
  const world: MixedWorld = {
    candidates: [
      { name: "alpha", version: "1.0", provider: "chan", build: "b0", needs: ["beta>=1.0"] },
      { name: "beta", version: "1.0", provider: "chan", build: "b0", needs: [] },
      { name: "beta", version: "2.0", provider: "chan", build: "b0", needs: [] },
    ].map((one) => ({ ...one, provider: "chan", constrains: [] })),
    requirements: ["alpha>=1.0"],
    order: ["wheel", "chan"],
    prefer: "provider",
    lowest: false,
  };
  const beta = normalizeName("beta");
  const excluded = [{ name: beta, versions: parseSpecifiers(">=2"), reason: "" }];

  test.each([true, false])("excluded (a project of PyPI: %s)", async (isProject) => {
    const input = mixedInput(world);
    const conda = isProject
      ? input.conda
      : { channels: input.conda?.channels ?? new Map(), virtual: [] };
    const asked = { ...input, ...(conda === undefined ? {} : { conda }) };
    const requirements = isProject ? asked.requirements : [condaRequirement("alpha")];
    const free = await resolve({ ...asked, requirements });
    expect(versionsOf(free)).toMatchObject({ beta: "2.0" });
    const steered = await resolve({ ...asked, requirements, steering: { excluded } });
    expect(versionsOf(steered)).toMatchObject({ beta: "1.0" });
  });

  test("overridden", async () => {
    const name = normalizeName("alpha");
    const overrides = [override({ name, drop: [beta] })];
    const result = await resolve({ ...mixedInput(world), steering: { overrides } });
    expect(versionsOf(result)).toEqual({ alpha: "1.0" });
  });
});
