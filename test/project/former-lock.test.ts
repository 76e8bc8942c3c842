import { expect, test } from "vitest";
import type { Lock } from "../../src/lock/index.ts";
import { keptVersions } from "../../src/project/former-lock.ts";

const FORMER = {
  targets: [
    {
      name: "3.11-linux-x86_64",
      pins: [
        { name: "pyyaml", version: "6.0" },
        { name: "six", version: "1.16.0" },
      ],
    },
  ],
} as unknown as Lock;

test.each([
  ["nothing is upgraded", undefined, ["pyyaml", "six"]],
  ["all are", true, []],
  ["one is, however its name is spelled", ["PyYAML"], ["six"]],
] as const)("kept where %s", (_, upgrade, kept) => {
  expect([...keptVersions(FORMER, { name: "3.11-linux-x86_64" }, upgrade).keys()]).toEqual(kept);
});

test("a new target begins with the pins of the first", () => {
  const kept = keptVersions(FORMER, { name: "3.12-linux-x86_64" }, undefined);
  expect(kept.get("six" as never)).toBe("1.16.0");
});

test("a target of a set begins with its own pins, of a new set with those of another", () => {
  const pins = (version: string): object[] => [{ name: "six", version }];
  const name = "3.11-linux-x86_64";
  const former = {
    targets: [
      { name, set: "cpu", pins: pins("1.15.0") },
      { name, set: "gpu", pins: pins("1.16.0") },
    ],
  } as unknown as Lock;
  const of = (set: string): string | undefined =>
    keptVersions(former, { name, set }, undefined).get("six" as never);
  expect([of("gpu"), of("cpu"), of("tpu")]).toEqual(["1.16.0", "1.15.0", "1.15.0"]);
});
