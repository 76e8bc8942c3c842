import { expect, test } from "vitest";
import type { Lock } from "../../src/lock/index.ts";
import { keptVersions, renewalOf } from "../../src/project/former-lock.ts";

const FORMER = {
  targets: [
    {
      name: "3.11-linux-x86_64",
      pins: [
        { name: "pyyaml", version: "6.0", condaName: "yaml", dependencies: ["six", "wheel"] },
        { name: "six", version: "1.16.0", dependencies: ["pyyaml"] },
        { name: "wheel", version: "1", dependencies: [] },
      ],
    },
  ],
} as unknown as Lock;

test.each([
  ["nothing is upgraded", undefined, ["pyyaml", "six", "wheel"]],
  ["all are", true, []],
  ["one is, however its name is spelled", ["PyYAML"], ["six", "wheel"]],
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

test("what is upgraded may change what it needs, however many steps away", () => {
  const renewal = renewalOf(FORMER, { name: "3.11-linux-x86_64" }, ["Six"]);
  expect([...(renewal?.names ?? [])]).toEqual(["six", "conda:six"]);
  expect([...(renewal?.below ?? [])].toSorted()).toEqual(
    ["conda:six", "conda:wheel", "conda:yaml", "pyyaml", "six", "wheel"].toSorted(),
  );
});

test.each([[undefined], [true]] as const)("nothing is renewed with upgrade %s", (upgrade) => {
  expect(renewalOf(FORMER, { name: "3.11-linux-x86_64" }, upgrade)).toBeUndefined();
});
