// Which sets follow from conflicts among extras and groups.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parsePyproject } from "../../src/requirement/index.ts";
import { conflictingSets } from "../../src/project/conflicting-sets.ts";

type Item = Readonly<Record<string, string>>;

function conflictsOf(lists: readonly (readonly Item[])[]): ReturnType<typeof parsePyproject> {
  const text = lists.map((list) => `[${list.map((item) => table(item)).join(", ")}]`).join(", ");
  return parsePyproject(`[project]\nname = "Our.App"\n[tool.uv]\nconflicts = [${text}]\n`);
}

function table(item: Item): string {
  return `{ ${Object.entries(item)
    .map(([key, value]) => `${key} = "${value}"`)
    .join(", ")} }`;
}

const CPU = { extra: "cpu" };
const GPU = { extra: "gpu" };

test.each<[string, Item[][], { extras?: string[]; groups?: string[] }, unknown]>([
  ["none is asked for", [[CPU, GPU]], {}, undefined],
  ["one of two", [[CPU, GPU]], { extras: ["cpu"], groups: ["gpu"] }, undefined],
  [
    "both, and another",
    [[CPU, GPU]],
    { extras: ["GPU", "cpu", "docs"] },
    { cpu: { extras: ["cpu", "docs"] }, gpu: { extras: ["docs", "gpu"] } },
  ],
  [
    "an extra and a group",
    [[{ extra: "cpu", package: "our_app" }, { group: "gpu" }]],
    { extras: ["cpu"], groups: ["gpu"] },
    { cpu: { extras: ["cpu"] }, gpu: { groups: ["gpu"] } },
  ],
  [
    "of one name",
    [[CPU, { group: "cpu" }]],
    { extras: ["cpu"], groups: ["cpu"] },
    { "extra-cpu": { extras: ["cpu"] }, "group-cpu": { groups: ["cpu"] } },
  ],
  [
    "two lists multiply",
    [
      [CPU, GPU],
      [{ group: "a" }, { group: "b" }],
    ],
    { extras: ["cpu", "gpu"], groups: ["a", "b"] },
    {
      "cpu+a": { extras: ["cpu"], groups: ["a"] },
      "cpu+b": { extras: ["cpu"], groups: ["b"] },
      "gpu+a": { extras: ["gpu"], groups: ["a"] },
      "gpu+b": { extras: ["gpu"], groups: ["b"] },
    },
  ],
  [
    "lists that share one",
    [
      [CPU, GPU],
      [CPU, { extra: "tpu" }],
    ],
    { extras: ["cpu", "gpu", "tpu"] },
    { cpu: { extras: ["cpu"] }, "gpu+tpu": { extras: ["gpu", "tpu"] } },
  ],
  [
    "another project's is uv's business",
    [[CPU, { extra: "gpu", package: "other" }]],
    { extras: ["cpu", "gpu"] },
    undefined,
  ],
])("%s", (_, lists, asked, expected) => {
  expect(conflictingSets(asked, conflictsOf(lists))).toEqual(expected);
});

test.each([
  ["conflicts = 1"],
  ['conflicts = ["cpu", 1, [], [1, 2], [{ extra = 1 }, {}]]'],
  ["conflicts = [[{ extra = 'cpu' }]]"],
])("what is of no known form is passed over: %s", (line) => {
  const project = parsePyproject(`[project]\nname = "a"\n[tool.uv]\n${line}\n`);
  expect(project).toEqual({ requirements: [] });
});

test("more sets than anybody wants are refused, however they come about", () => {
  const pairs = Array.from({ length: 40 }, (_, i) => [{ extra: `a${i}` }, { extra: `b${i}` }]);
  const extras = pairs.flatMap((pair) => pair.map(({ extra }) => extra));
  expect(() => conflictingSets({ extras }, conflictsOf(pairs))).toThrow(
    expect.objectContaining({ code: "project-many-sets", exit: 2 }) as Error,
  );
  // A star has two largest choices, though 2 ** 200 choices that could be grown.
  const star = Array.from({ length: 200 }, (_, i) => [CPU, { extra: `b${i}` }]);
  const all = ["cpu", ...star.map(([, other]) => other?.extra ?? "")];
  const sets = conflictingSets({ extras: all }, conflictsOf(star));
  expect(Object.entries(sets ?? {}).map(([name, { extras }]) => [name, extras?.length])).toEqual([
    ["set-1", 200],
    ["cpu", 1],
  ]);
});

test("each set is a largest choice, and every largest choice is a set", () => {
  const names = ["a", "b", "c", "d", "e"];
  const list = fc.uniqueArray(fc.constantFrom(...names), { minLength: 2, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(list, { maxLength: 4 }), fc.shuffledSubarray(names), (lists, extras) => {
      const found = conflictingSets(
        { extras },
        conflictsOf(lists.map((each) => each.map((extra) => ({ extra })))),
      );
      const clash = (some: readonly string[]): boolean =>
        lists.some((each) => each.filter((name) => some.includes(name)).length > 1);
      const choices = subsets(extras).filter((some) => !clash(some));
      const largest = choices.filter((some) =>
        extras.every((name) => some.includes(name) || clash([...some, name])),
      );
      const expected = largest.map((some) => some.toSorted().join()).toSorted();
      const got = Object.values(found ?? { all: { extras } }).map((parts) =>
        (parts.extras ?? []).toSorted().join(),
      );
      expect(got.toSorted()).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});

function subsets(names: readonly string[]): string[][] {
  const [first, ...rest] = names;
  if (first === undefined) return [[]];
  const without = subsets(rest);
  return [...without, ...without.map((some) => [first, ...some])];
}
