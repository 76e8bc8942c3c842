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
  expect([...keptVersions(FORMER, "3.11-linux-x86_64", upgrade).keys()]).toEqual(kept);
});

test("a new target begins with the pins of the first", () => {
  expect(keptVersions(FORMER, "3.12-linux-x86_64", undefined).get("six" as never)).toBe("1.16.0");
});
