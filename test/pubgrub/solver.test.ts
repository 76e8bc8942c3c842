import { describe, expect, test } from "vitest";
import {
  type Choice,
  type Dependencies,
  type Outcome,
  ROOT,
  solve,
  type Source,
  URGENCY,
} from "../../src/pubgrub/index.ts";
import { type Cause, type Need, solveUniverse, type Universe, UniverseSource } from "./universe.ts";

function need(package_: number, ...candidates: number[]): Need {
  return { package: package_, candidates, feature: false };
}

function candidate(...needs: Need[]): Universe[number][number] {
  return { needs, featureNeeds: [], broken: false };
}

/** Packages 1 … n: chosen candidates, or "conflict". */
function answer(universe: Universe): string | Record<number, number> {
  const outcome = solveUniverse(universe);
  if (outcome.kind === "conflict") return "conflict";
  return Object.fromEntries(
    [...outcome.decisions]
      .filter(([p]) => p !== ROOT && p % 2 === 0)
      .map(([p, index]) => [p / 2, index]),
  );
}

const range = (count: number): number[] => [...Array(count).keys()];

test.each<[what: string, universe: Universe, expected: string | Record<number, number>]>([
  ["nothing is needed", [[candidate()]], {}],
  [
    "the first candidate is the best",
    [[candidate(need(1, 0, 1))], [candidate(), candidate()]],
    { 1: 0 },
  ],
  ["a need narrows", [[candidate(need(1, 1))], [candidate(), candidate()]], { 1: 1 }],
  ["nothing can meet a need", [[candidate(need(1))], [candidate()]], "conflict"],
  [
    "two needs clash",
    [[candidate(need(1, 0), need(1, 1))], [candidate(), candidate()]],
    "conflict",
  ],
  [
    "an older candidate that fits",
    [
      [candidate(need(1, 0, 1), need(2, 1))],
      [candidate(need(2, 0)), candidate(need(2, 1))],
      [candidate(), candidate()],
    ],
    { 1: 1, 2: 1 },
  ],
  [
    "a broken candidate is passed over",
    [[candidate(need(1, 0, 1))], [{ ...candidate(), broken: true }, candidate()]],
    { 1: 1 },
  ],
  ["only broken ones", [[candidate(need(1, 0))], [{ ...candidate(), broken: true }]], "conflict"],
])("%s", (_, universe, expected) => {
  expect(answer(universe)).toEqual(expected);
});

describe("effort", () => {
  test("equal needs of many candidates are one conflict, not one each", () => {
    const same = range(2000).map(() => candidate(need(2, 0)));
    const outcome = solveUniverse([
      [candidate(need(1, ...range(2000)), need(2, 1))],
      same,
      [candidate(), candidate()],
    ]);
    expect(outcome.kind).toBe("conflict");
    expect(outcome.counts.decisions).toBeLessThan(2100);
  });

  test("what was learned is not tried again", () => {
    // Packages 1 … 8 are free; 9 and 10 exclude each other whatever those are.
    const free = range(8).map(() => range(4).map(() => candidate()));
    const needs = range(8).map((i) => need(i + 1, 0, 1, 2, 3));
    const universe: Universe = [
      [candidate(...needs, need(9, 0, 1), need(10, 0, 1))],
      ...free,
      [candidate(need(11, 0)), candidate(need(11, 0))],
      [candidate(need(11, 1)), candidate(need(11, 1))],
      [candidate(), candidate()],
    ];
    const outcome = solveUniverse(universe);
    expect(outcome.kind).toBe("conflict");
    expect(outcome.counts.conflicts).toBeLessThan(20);
  });

  test("a chain of a thousand packages", () => {
    const chain = range(1000).map((i) => [i === 999 ? candidate() : candidate(need(i + 2, 0))]);
    expect(Object.keys(answer([[candidate(need(1, 0))], ...chain])).length).toBe(1000);
  });
});

/** A source that makes the solver wait before every answer. */
class LateSource implements Source<Cause> {
  readonly inner: UniverseSource;
  readonly ready = new Set<string>();
  waits = 0;

  constructor(universe: Universe) {
    this.inner = new UniverseSource(universe);
  }

  group(package_: number): number {
    return this.inner.group(package_);
  }

  waiting(): void {
    this.waits++;
  }

  private async wait(key: string): Promise<void> {
    await Promise.resolve();
    this.ready.add(key);
  }

  choose(package_: number, allowed: readonly number[]): Choice<Cause> {
    const key = `choose ${package_}`;
    return this.ready.has(key) ? this.inner.choose(package_, allowed) : this.wait(key);
  }

  dependencies(
    package_: number,
    index: number,
    view: { decision(package_: number): number },
  ): Dependencies<Cause> | Promise<Dependencies<Cause>> {
    const key = `needs ${package_}`;
    const answerNow = (): Dependencies<Cause> => this.inner.dependencies(package_, index, view);
    return this.ready.has(key) ? answerNow() : this.wait(key).then(answerNow);
  }
}

describe("waiting", () => {
  const universe: Universe = [
    [candidate(need(1, 0, 1))],
    [candidate(need(2, 0)), candidate()],
    [candidate()],
  ];

  test("does not change the answer", async () => {
    const source = new LateSource(universe);
    const late = await solve(source, { kind: "root" });
    expect(late).toEqual(solveUniverse(universe));
    expect(source.waits).toBeGreaterThan(0);
  });

  test("does not happen where all is there", () => {
    const outcome = solve(new UniverseSource(universe), { kind: "root" });
    expect(outcome).not.toBeInstanceOf(Promise);
  });

  test("passes on what goes wrong", async () => {
    const source = new LateSource(universe);
    source.choose = () => Promise.reject(new Error("no network"));
    await expect(Promise.resolve(solve(source, { kind: "root" }))).rejects.toThrow("no network");
  });
});

describe("a source that breaks its word is a bug", () => {
  test.each([
    ["a candidate that is not allowed", 7, "is not allowed"],
    ["no candidate and no reason", [] as const, "no reason"],
  ])("%s", (_, choice, message) => {
    const source = new UniverseSource([[candidate(need(1, 0))], [candidate()]]);
    const choose = source.choose.bind(source);
    source.choose = (package_, allowed) => (package_ === ROOT ? choose(package_, allowed) : choice);
    expect(() => solve(source, { kind: "root" })).toThrow(message);
  });
});

test("urgency comes before order", () => {
  const tried: number[] = [];
  const source: Source<string> = {
    group: (package_) => package_,
    choose: (package_) => (tried.push(package_), 0),
    dependencies: (package_) => ({
      subject: package_,
      candidate: 0,
      condition: -1,
      list:
        package_ === ROOT
          ? [
              { package: 1, set: [0, 1], urgency: URGENCY.normal, cause: "a" },
              { package: 2, set: [0, 1], urgency: URGENCY.single, cause: "b" },
              { package: 3, set: [0, 1], urgency: URGENCY.fixed, cause: "c" },
            ]
          : [],
    }),
  };
  const outcome = solve(source, "root") as Outcome<string>;
  expect(outcome.kind).toBe("solution");
  expect(tried).toEqual([0, 3, 2, 1]);
});
