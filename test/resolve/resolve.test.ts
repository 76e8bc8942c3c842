import { describe, expect, test } from "vitest";
import { errorMaker, EXIT, type ProgressEvent, UserError } from "../../src/base/index.ts";
import { explainConflict, RESOLVE_ERRORS } from "../../src/resolve/index.ts";
import { fileHash, MemoryIndex, type MemoryReleases } from "./memory-index.ts";
import { inputOf, type Problem, run, versionsOf } from "./run-resolve.ts";

type Row = readonly [what: string, problem: Problem, versions: Readonly<Record<string, string>>];

const PLAIN: MemoryReleases = { a: { "1.0": {}, "1.5": {}, "2.0": {}, "3.0a1": {} } };

const ROWS: readonly Row[] = [
  ["the newest final version", { releases: PLAIN, requirements: ["a"] }, { a: "2.0" }],
  [
    "names are normalized",
    { releases: { "Foo.Bar": { "1": {} } }, requirements: ["foo_bar"] },
    { "foo-bar": "1" },
  ],
  [
    "markers are the target's",
    { releases: PLAIN, requirements: ["a; sys_platform == 'linux'", "b; sys_platform == 'win32'"] },
    { a: "2.0" },
  ],
  [
    "a constraint holds",
    { releases: PLAIN, requirements: ["a"], constraints: ["a<2"] },
    { a: "1.5" },
  ],
  ["a constraint adds nothing", { releases: PLAIN, requirements: [], constraints: ["a<2"] }, {}],
  [
    "a constraint out of effect",
    { releases: PLAIN, requirements: ["a"], constraints: ["a<2; os_name == 'nt'"] },
    { a: "2.0" },
  ],
  [
    "a preference that fits",
    { releases: PLAIN, requirements: ["a>=1"], preferences: { a: "1.5" } },
    { a: "1.5" },
  ],
  [
    "a preference that does not fit",
    { releases: PLAIN, requirements: ["a>=2"], preferences: { a: "1.5" } },
    { a: "2.0" },
  ],
  [
    "a preference that is gone",
    { releases: PLAIN, requirements: ["a"], preferences: { a: "1.7" } },
    { a: "2.0" },
  ],
  [
    "pre-releases on request",
    { releases: PLAIN, requirements: ["a"], prereleases: true },
    { a: "3.0a1" },
  ],
  [
    "a pre-release named in the input admits for all",
    { releases: { ...PLAIN, b: { "1": { requires: ["a>1"] } } }, requirements: ["b", "a>=1.0a0"] },
    { a: "3.0a1", b: "1" },
  ],
  [
    "a pre-release named in a constraint",
    { releases: PLAIN, requirements: ["a"], constraints: ["a>=1.0a0"] },
    { a: "3.0a1" },
  ],
  [
    "a pre-release named by a dependency is for its own range",
    { releases: { ...PLAIN, b: { "1": { requires: ["a>=1.0a0"] } } }, requirements: ["b", "a"] },
    { a: "2.0", b: "1" },
  ],
  [
    "pre-releases where nothing else meets the specifier",
    { releases: PLAIN, requirements: ["a>2"] },
    { a: "3.0a1" },
  ],
  [
    "pre-releases where nothing else meets all specifiers together",
    {
      releases: {
        a: { "1.0": {}, "1.5a1": {}, "2.0": {} },
        b: { "1": { requires: ["a<2"] } },
        c: { "1": { requires: ["a>1"] } },
      },
      requirements: ["b", "c"],
    },
    { a: "1.5a1", b: "1", c: "1" },
  ],
  [
    "pre-releases where no final version has a wheel",
    { releases: { a: { "1.0": { wheels: [] }, "2.0a1": {} } }, requirements: ["a"] },
    { a: "2.0a1" },
  ],
  [
    "a yanked version is passed over",
    { releases: { a: { "1": {}, "2": { yanked: "bad" } } }, requirements: ["a"] },
    { a: "1" },
  ],
  [
    "a yanked version that is pinned",
    { releases: { a: { "1": {}, "2": { yanked: "bad" } } }, requirements: ["a==2"] },
    { a: "2" },
  ],
  [
    "a yanked version pinned by ===",
    { releases: { a: { "2": { yanked: "" } } }, requirements: ["a===2"] },
    { a: "2" },
  ],
  [
    "a yanked version pinned by a dependency",
    {
      releases: { a: { "1": {}, "2": { yanked: "bad" } }, b: { "1": { requires: ["a==2"] } } },
      requirements: ["a", "b"],
    },
    { a: "2", b: "1" },
  ],
  [
    "requires-python of the file",
    { releases: { a: { "1": {}, "2": { requiresPython: ">=3.13" } } }, requirements: ["a"] },
    { a: "1" },
  ],
  [
    "requires-python of the metadata only",
    {
      releases: { a: { "1": {}, "2": { requiresPython: ">=3.13", pythonInMetadataOnly: true } } },
      requirements: ["a"],
    },
    { a: "1" },
  ],
  [
    "an upper bound of requires-python counts",
    { releases: { a: { "1": {}, "2": { requiresPython: "<3.12" } } }, requirements: ["a"] },
    { a: "1" },
  ],
  [
    "a broken requires-python excludes nothing",
    { releases: { a: { "2": { requiresPython: "nonsense" } } }, requirements: ["a"] },
    { a: "2" },
  ],
  [
    "a version without a wheel for the target",
    {
      releases: { a: { "1": {}, "2": { wheels: ["cp312-cp312-win_amd64"] } } },
      requirements: ["a"],
    },
    { a: "1" },
  ],
  [
    "a version with only an sdist",
    { releases: { a: { "1": {}, "2": { wheels: [] } } }, requirements: ["a"] },
    { a: "1" },
  ],
  [
    "a hash picks the version",
    { releases: PLAIN, requirements: [`a --hash=sha256:${fileHash("a-1.0-py3-none-any.whl")}`] },
    { a: "1.0" },
  ],
  [
    "a local version meets its public one",
    { releases: { a: { "1.0": {}, "1.0+cpu": {} } }, requirements: ["a==1.0"] },
    { a: "1.0+cpu" },
  ],
  [
    "a local version by name",
    { releases: { a: { "1.0": {}, "1.0+cpu": {}, "1.0+gpu": {} } }, requirements: ["a==1.0+cpu"] },
    { a: "1.0+cpu" },
  ],
  [
    "an extra adds its needs",
    { releases: { a: { "1": { extras: { x: ["b"] } } }, b: { "1": {} } }, requirements: ["a[x]"] },
    { a: "1", b: "1" },
  ],
  [
    "an extra within an extra",
    {
      releases: { a: { "1": { extras: { all: ["a[x]"], x: ["b"] } } }, b: { "1": {} } },
      requirements: ["a[all]"],
    },
    { a: "1", b: "1" },
  ],
  [
    "going back over many versions",
    {
      releases: {
        a: Object.fromEntries(
          Array.from({ length: 40 }, (_, i) => [`${i + 1}`, { requires: [`b==${i + 1}`] }]),
        ),
        b: Object.fromEntries(
          Array.from({ length: 40 }, (_, i) => [`${i + 1}`, { requires: [`c<${40 - i}`] }]),
        ),
        c: { "30": {} },
      },
      requirements: ["a", "c==30"],
    },
    { a: "10", b: "10", c: "30" },
  ],
  [
    "a cycle",
    {
      releases: { a: { "1": { requires: ["b"] } }, b: { "1": { requires: ["a"] } } },
      requirements: ["a"],
    },
    { a: "1", b: "1" },
  ],
  [
    "a project that needs itself",
    { releases: { a: { "1": { requires: ["a>=1"] } } }, requirements: ["a"] },
    { a: "1" },
  ],
  [
    "wheels refused by name",
    { releases: { a: { "1": {} }, b: { "1": {} } }, requirements: ["a"], noBinary: ["b"] },
    { a: "1" },
  ],
  [
    "wheels refused but for those wanted by name, as in pip",
    { releases: { a: { "1": {} } }, requirements: ["a"], noBinary: [":all:"], onlyBinary: ["a"] },
    { a: "1" },
  ],
];

test.each(ROWS)("%s", async (_, problem, versions) => {
  expect(versionsOf(await run(problem))).toEqual(versions);
});

test("an extra's need takes the project back", async () => {
  const releases = {
    a: { "1": { extras: { x: ["b<2"] } }, "2": { extras: { x: ["b>=2"] } } },
    b: { "1": {}, "2": {} },
    c: { "1": { requires: ["b<2"] } },
  };
  expect(versionsOf(await run({ releases, requirements: ["a[x]", "c"] }))).toEqual({
    a: "1",
    b: "1",
    c: "1",
  });
});

test.each(ROWS)("the same where answers are awaited: %s", async (_, problem, versions) => {
  const index = new MemoryIndex(problem.releases ?? {}, { turns: 2 });
  expect(versionsOf(await run({ ...problem, index }))).toEqual(versions);
});

test("a preference is waited for, however much sooner others are there", async () => {
  const index = new MemoryIndex(PLAIN);
  const metadata = index.metadata.bind(index);
  index.metadata = async (name, file) => {
    const turns = file.filename.includes("-1.5-") ? 20 : 1;
    for (let i = 0; i < turns; i++) await new Promise<void>((done) => void setImmediate(done));
    return metadata(name, file);
  };
  const problem = { requirements: ["a"], preferences: { a: "1.5" }, index };
  expect(versionsOf(await run(problem))).toEqual({ a: "1.5" });
});

describe("a pin", () => {
  const releases = {
    a: { "1": { requires: ["b"], extras: { x: ["c"] } } },
    b: { "1": { requires: ["c"] } },
    c: {
      "1": {
        wheels: [
          "py3-none-any",
          "cp312-cp312-manylinux_2_17_x86_64",
          "cp311-cp311-manylinux_2_17_x86_64",
        ],
      },
    },
  };

  test("says who asked for it and what it needs", async () => {
    const result = await run({ releases, requirements: ["a[x]", "b"] });
    if (result.kind === "conflict") throw new Error("conflict");
    expect(
      result.pins.map(({ name, extras, dependencies, requestedBy }) => ({
        name,
        extras,
        dependencies,
        requestedBy,
      })),
    ).toEqual([
      { name: "a", extras: ["x"], dependencies: ["b", "c"], requestedBy: ["input"] },
      { name: "b", extras: [], dependencies: ["c"], requestedBy: ["a", "input"] },
      { name: "c", extras: [], dependencies: [], requestedBy: ["a", "b"] },
    ]);
  });

  test("has the wheel that fits best", async () => {
    const result = await run({ releases, requirements: ["c"] });
    if (result.kind === "conflict") throw new Error("conflict");
    expect(result.pins[0]?.file?.filename).toBe("c-1-cp312-cp312-manylinux_2_17_x86_64.whl");
    expect(result.pins[0]?.provider).toBe("wheel");
  });
});

test("an extra that does not exist is noted, as pip warns", async () => {
  const notes: ProgressEvent[] = [];
  const result = await run({
    releases: PLAIN,
    requirements: ["a[nothing]"],
    report: (event) => notes.push(event),
  });
  expect(versionsOf(result)).toEqual({ a: "2.0" });
  expect(notes).toEqual([
    expect.objectContaining({
      code: "resolve-unknown-extra",
      message: "a 2.0 has no extra named nothing",
    }),
  ]);
});

test.each([
  ["metadata that cannot be had", { failure: "not a zip file" }, "not a zip file"],
  [
    "a dependency that cannot be read",
    { requires: ["b >>> 1"] },
    "cannot read Requires-Dist: b >>> 1",
  ],
  ["a marker without meaning", { requires: ["b; nothing == 'x'"] }, "nothing"],
])("%s: the candidate is skipped and named", async (_, release, reason) => {
  const result = await run({ releases: { a: { "1": {}, "2": release } }, requirements: ["a"] });
  expect(versionsOf(result)).toEqual({ a: "1" });
  expect(result.kind === "resolution" ? result.skipped : []).toEqual([
    { name: "a", version: "2", reason: expect.stringContaining(reason) as string },
  ]);
});

describe("direct references", () => {
  const referenced = {
    version: "9.0",
    metadata: { requiresDist: ["b"], extras: [] },
    file: {
      filename: "a-9.0-py3-none-any.whl",
      kind: "wheel",
      url: "https://example.org/a-9.0-py3-none-any.whl",
      yanked: false,
    },
  } as const;
  const releases = { a: { "1": {}, "2": {} }, b: { "1": {} }, c: { "1": { requires: ["a>=2"] } } };
  const reference = "a @ https://example.org/a-9.0-py3-none-any.whl";
  const referenceFile = (): typeof referenced => referenced;

  test("beat every version, and meet specifiers by their own", async () => {
    const result = await run({ releases, requirements: [reference, "c"], referenceFile });
    expect(versionsOf(result)).toEqual({ a: "9.0", b: "1", c: "1" });
    expect(result.kind === "resolution" ? result.pins[0]?.provider : "").toBe("reference");
  });

  test("of a dependency", async () => {
    const result = await run({
      releases: { ...releases, d: { "1": { requires: [reference] } } },
      requirements: ["a", "d"],
      referenceFile: async () => referenced,
    });
    expect(versionsOf(result)).toEqual({ a: "9.0", b: "1", d: "1" });
  });

  test("two different ones clash", async () => {
    const result = await run({
      releases,
      requirements: [reference, "a @ https://example.org/other/a-9.0-py3-none-any.whl"],
      referenceFile,
    });
    expect(result.kind === "conflict" ? explainConflict(result) : "").toMatchInlineSnapshot(`
      "These cannot all be met:
        - requirements.txt:1 asks for a @ https://example.org/a-9.0-py3-none-any.whl
        - requirements.txt:2 asks for a @ https://example.org/other/a-9.0-py3-none-any.whl
      What would help:
        - change one of a @ https://example.org/a-9.0-py3-none-any.whl (requirements.txt:1) and a @ https://example.org/other/a-9.0-py3-none-any.whl (requirements.txt:2)"
    `);
  });

  test("whose version does not meet a specifier", async () => {
    const result = await run({ releases, requirements: [reference, "a<5"], referenceFile });
    expect(result.kind).toBe("conflict");
  });

  test("that cannot be used end the run with their error", async () => {
    const make = errorMaker({ "x-git": { exit: EXIT.badInput, title: "", explain: "" } });
    const problem = {
      releases,
      requirements: [reference],
      referenceFile: () => make("x-git", "git is not built"),
    };
    await expect(run(problem)).rejects.toThrow("git is not built");
  });

  test("of a dependency that cannot be used: the candidate is passed over", async () => {
    const make = errorMaker({ "x-git": { exit: EXIT.badInput, title: "", explain: "" } });
    const result = await run({
      releases: { ...releases, d: { "1": {}, "2": { requires: [reference] } } },
      requirements: ["d"],
      referenceFile: () => make("x-git", "git is not built"),
    });
    expect(versionsOf(result)).toEqual({ d: "1" });
    expect(
      result.kind === "resolution" ? result.skipped.map(({ version }) => version) : [],
    ).toEqual(["2"]);
  });

  test("without a way to read them", async () => {
    const error = await run({ releases, requirements: [reference] }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      code: "resolve-reference-unreadable",
      exit: RESOLVE_ERRORS["resolve-reference-unreadable"].exit,
    });
  });
});

test("a requirement without a name is an error", async () => {
  const input = inputOf({ releases: PLAIN, requirements: ["a"] });
  const nameless = input.requirements.map((requirement) => ({ ...requirement, name: "" as never }));
  const { resolve } = await import("../../src/resolve/index.ts");
  await expect(resolve({ ...input, requirements: nameless })).rejects.toMatchObject({
    code: "resolve-reference-name",
  });
});
