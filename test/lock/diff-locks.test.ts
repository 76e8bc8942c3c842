import { expect, test } from "vitest";
import { diffLocks, inputHash, writeLock } from "../../src/lock/index.ts";
import { lockOf, pin, sampleLock } from "./sample-lock.ts";

test("equal locks do not differ", () => {
  expect(diffLocks(sampleLock(), sampleLock())).toEqual([]);
});

test("pins that came, went and changed", () => {
  const from = lockOf([pin("a"), pin("b"), pin("c")]);
  const to = lockOf([pin("a"), pin("b", { version: "2.0" }), pin("d")]);
  expect(diffLocks(from, to)).toEqual([
    {
      target: "3.11-linux-x86_64",
      added: [pin("d")],
      removed: [pin("c")],
      changed: [{ from: pin("b"), to: pin("b", { version: "2.0" }) }],
    },
  ]);
});

test("other extras are a change, other askers are none", () => {
  const from = lockOf([pin("a"), pin("b")]);
  const extras = lockOf([pin("a", { extras: ["x"] }), pin("b")]);
  expect(diffLocks(from, extras)[0]?.changed).toHaveLength(1);
  const askers = lockOf([pin("a", { dependencies: ["b"] }), pin("b", { requestedBy: ["a"] })]);
  expect(diffLocks(from, askers)).toEqual([]);
});

test("a target that came brings all its pins", () => {
  const from = lockOf([pin("a")]);
  const second = {
    name: "3.12-linux-x86_64",
    python: "3.12",
    platform: "linux-x86_64",
    pins: [pin("a")],
  };
  const to = { ...from, targets: [...from.targets, second] };
  expect(diffLocks(from, to)).toEqual([
    { target: second.name, added: [pin("a")], removed: [], changed: [] },
  ]);
  expect(diffLocks(to, from)[0]?.removed).toEqual([pin("a")]);
});

test("the order of keys and of lists that have none does not reach the bytes", () => {
  const lock = sampleLock();
  const [target] = lock.targets;
  const turned = {
    ...Object.fromEntries(Object.entries(lock).toReversed()),
    targets: [{ ...target, pins: target?.pins.toReversed() }],
  } as unknown as typeof lock;
  expect(writeLock(turned)).toBe(writeLock(lock));
});

test("the input hash depends on the parts alone", () => {
  const hash = inputHash({ a: 1, b: ["x"] });
  expect(inputHash({ b: ["x"], a: 1, c: undefined })).toBe(hash);
  expect(inputHash({ a: 1, b: ["y"] })).not.toBe(hash);
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
});
