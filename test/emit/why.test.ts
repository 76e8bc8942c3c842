import { expect, test } from "vitest";
import { packageNames, whyOf, whyText } from "../../src/emit/index.ts";
import type { LockedTarget } from "../../src/lock/index.ts";
import { lockOf, pin, sampleLock } from "../lock/sample-lock.ts";

test("all ways, the shortest first, with what the input says", () => {
  const lock = sampleLock();
  expect(whyText(whyOf(lock, lock.targets, "Colorama"))).toBe(
    [
      "colorama 1.0 (wheel) on 3.11-linux-x86_64",
      "  flask[async,dotenv]>=3 → flask[async,dotenv] 3.0 → click 1.0 → colorama 1.0",
      "  flask[async,dotenv]>=3 → flask[async,dotenv] 3.0 → jinja2 1.0 → colorama 1.0",
      "",
    ].join("\n"),
  );
});

test("a cycle is gone through once", () => {
  const lock = sampleLock();
  const [answer] = whyOf(lock, lock.targets, "jinja2");
  expect(answer?.paths.map(({ steps }) => steps.map(({ name }) => name))).toEqual([
    ["flask", "jinja2"],
  ]);
});

test("targets with the same answer share it; those without the package are left out", () => {
  const lock = sampleLock();
  const [first] = lock.targets as [LockedTarget];
  const other = { ...first, name: "3.12-linux-x86_64" };
  const empty = { ...first, name: "3.13-linux-x86_64", pins: [] };
  const old = first.pins.map((pin) => ({ ...pin, version: "0.1" }));
  const targets = [first, other, empty, { ...first, name: "3.8-linux-x86_64", pins: old }];
  const answers = whyOf({ ...lock, targets }, targets, "click");
  expect(answers.map(({ targets, version }) => [targets, version])).toEqual([
    [["3.11-linux-x86_64", "3.12-linux-x86_64"], "1.0"],
    [["3.8-linux-x86_64"], "0.1"],
  ]);
  expect(whyOf(lock, targets, "nothing")).toEqual([]);
  expect(packageNames(targets)).toHaveLength(5);
});

test("a name that a requirement gives by URL, and one that no requirement has", () => {
  const lock = lockOf([pin("a"), pin("b")], { requirements: ["A_ @ https://example.org", "-e a"] });
  expect(whyText(whyOf(lock, lock.targets, "a"))).toContain("  -e a → a 1.0\n");
  expect(whyText(whyOf(lock, lock.targets, "b"))).toContain("  input → b 1.0\n");
});

test("ways without number are not all looked for", () => {
  const layer = (i: number): string[] => [0, 1, 2].map((n) => `p${i}-${n}`);
  const pins = Array.from({ length: 30 }, (_, i) =>
    layer(i).map((name) =>
      pin(name, {
        dependencies: i === 29 ? [] : layer(i + 1),
        requestedBy: i === 0 ? ["input"] : layer(i - 1),
      }),
    ),
  ).flat();
  const lock = lockOf(pins);
  const [answer] = whyOf(lock, lock.targets, "p29-0");
  expect(answer?.more).toBe(true);
  expect(whyText([answer as never])).toContain("… and more ways");
});

test("as many ways as wanted, and how many more there are", () => {
  const middle = Array.from({ length: 12 }, (_, i) => `m${i}`);
  const lock = lockOf([
    pin("end", { requestedBy: middle }),
    ...middle.map((name) => pin(name, { dependencies: ["end"] })),
  ]);
  const answers = whyOf(lock, lock.targets, "end");
  const few = whyText(answers, 10).trimEnd().split("\n");
  expect(few).toHaveLength(12);
  expect(few.at(-1)).toBe("  … and 2 longer ways; --all shows them");
  expect(whyText(answers)).not.toContain("…");
});
