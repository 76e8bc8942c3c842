import { expect, test } from "vitest";
import { changeLines, lockChanges } from "../../src/cli/lock-changes.ts";
import type { Lock } from "../../src/lock/index.ts";
import { lockOf, pin } from "../lock/sample-lock.ts";

const OLD = lockOf([
  pin("down", { version: "2.0" }),
  pin("extra"),
  pin("gone"),
  pin("same"),
  pin("up", { version: "1.9" }),
]);
const NEW = lockOf([
  pin("down", { version: "2.0rc1" }),
  pin("extra", { extras: ["x"] }),
  pin("new"),
  pin("same"),
  pin("up", { version: "1.10" }),
]);

test("each change has its mark", () => {
  expect(changeLines(lockChanges(OLD, NEW))).toEqual([
    "3.11-linux-x86_64",
    "  ↓ down 2.0 → 2.0rc1",
    "  ~ extra 1.0 (extras none → x)",
    "  - gone 1.0",
    "  + new 1.0",
    "  ↑ up 1.9 → 1.10",
  ]);
});

test("providers, builds, attributes and files are told by both values", () => {
  const conda = { provider: "conda-forge", build: "py311_0" } as const;
  const [old, now] = [
    lockOf([
      pin("attribute", { provider: "nixpkgs", attribute: "a_3" }),
      pin("build", conda),
      pin("file", { artifact: "file-1.0-py3-none-any.whl" }),
      pin("moved", { version: "1.0" }),
    ]),
    lockOf([
      pin("attribute", { provider: "nixpkgs", attribute: "a_4" }),
      pin("build", { ...conda, build: "py311_1", artifact: "x" }),
      pin("file", { artifact: "file-1.0-cp311-cp311-manylinux_2_17_x86_64.whl" }),
      pin("moved", { version: "1.1", ...conda }),
    ]),
  ];
  expect(changeLines(lockChanges(old, now)).slice(1)).toEqual([
    "  ~ attribute 1.0 (attribute a_3 → a_4)",
    "  ~ build 1.0 (build py311_0 → py311_1)",
    "  ~ file 1.0 (file-1.0-py3-none-any.whl → file-1.0-cp311-cp311-manylinux_2_17_x86_64.whl)",
    "  ↑ moved 1.0 → 1.1 (wheel → conda-forge, build none → py311_0)",
  ]);
  expect(lockChanges(old, now)[0]?.changes.at(-1)?.differs).toContainEqual({
    what: "provider",
    from: "wheel",
    to: "conda-forge",
  });
});

test("a version that PEP 440 does not know has no direction", () => {
  const [a, b] = [lockOf([pin("a", { version: "x" })]), lockOf([pin("a", { version: "y" })])];
  const change = { kind: "changed", name: "a", from: "x", to: "y" };
  expect(lockChanges(a, b)[0]?.changes).toEqual([change]);
  expect(changeLines(lockChanges(a, b))[1]).toBe("  ~ a x → y");
});

test("targets with the same changes share them", () => {
  const twice = (lock: Lock): Lock => ({
    ...lock,
    targets: lock.targets.flatMap((target) => [target, { ...target, name: "3.12-linux-x86_64" }]),
  });
  const lines = changeLines(lockChanges(twice(OLD), twice(NEW)));
  expect(lines[0]).toBe("3.11-linux-x86_64, 3.12-linux-x86_64");
  expect(lines).toHaveLength(6);
  expect(changeLines(lockChanges(OLD, OLD))).toEqual([]);
});
