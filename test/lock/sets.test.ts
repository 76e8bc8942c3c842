// Locks with sets: what is read and refused, written in whatever order, told apart, and chosen.
import { describe, expect, test } from "vitest";
import { UserError } from "../../src/base/index.ts";
import {
  chooseSet,
  diffLocks,
  type Lock,
  type LockedTarget,
  readLock,
  requirementsOfSet,
  targetsOfSet,
  writeLock,
} from "../../src/lock/index.ts";
import { lockOf, pin } from "./sample-lock.ts";

function target(set: string, python: string, version: string): LockedTarget {
  const name = `${python}-linux-x86_64`;
  return { name, set, python, platform: "linux-x86_64", pins: [pin("lib", { version })] };
}

/** Two sets, each with another `lib`, for two Pythons. */
function lockWithSets(): Lock {
  const { artifacts } = lockOf([pin("lib"), pin("lib", { version: "2.0" })]);
  return lockOf([], {
    artifacts,
    requirements: ["app"],
    sets: { cpu: { requirements: ["lib<2"] }, gpu: { requirements: ["lib>=2", "cuda"] } },
    targets: [
      target("cpu", "3.11", "1.0"),
      target("cpu", "3.12", "1.0"),
      target("gpu", "3.11", "2.0"),
      target("gpu", "3.12", "2.0"),
    ],
  });
}

function thrown(act: () => unknown): UserError {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

test("the bytes do not depend on the order of sets, targets and requirements", () => {
  const lock = lockWithSets();
  const { cpu, gpu } = lock.sets as Required<NonNullable<Lock["sets"]>>;
  const text = writeLock(lock);
  const turned = {
    ...lock,
    sets: { gpu: { requirements: (gpu?.requirements ?? []).toReversed() }, cpu: cpu ?? gpu },
    targets: lock.targets.toReversed(),
  } as Lock;
  expect(writeLock(turned)).toBe(text);
  expect(writeLock(readLock(text, { path: "x" }))).toBe(text);
  expect(readLock(text, { path: "x" }).targets.map(({ name, set }) => `${name} ${set}`)).toEqual([
    "3.11-linux-x86_64 cpu",
    "3.11-linux-x86_64 gpu",
    "3.12-linux-x86_64 cpu",
    "3.12-linux-x86_64 gpu",
  ]);
});

/** A value that may be changed in any way. */
type Loose = ReturnType<typeof JSON.parse>;

describe("what no lock says of sets", () => {
  test.each<[string, (lock: Loose) => void, string]>([
    ["no set at all", (lock) => (lock.sets = {}), "lock-invalid"],
    ["a list", (lock) => (lock.sets = []), "lock-invalid"],
    ["another key", (lock) => (lock.sets.cpu.extras = []), "lock-invalid"],
    ["a name with a slash", (lock) => (lock.sets["a/b"] = { requirements: [] }), "lock-unsafe"],
    ["a prototype", (lock) => replaceText(lock, '"cpu"', '"__proto__"'), "lock-unsafe"],
    ["a target of none", (lock) => delete lock.targets[0].set, "lock-invalid"],
    ["a target of an unknown one", (lock) => (lock.targets[0].set = "tpu"), "lock-invalid"],
    ["a target of an inherited one", (lock) => (lock.targets[0].set = "toString"), "lock-invalid"],
    ["a target twice", (lock) => (lock.targets[0] = lock.targets[1]), "lock-invalid"],
    ["a target that is missing", (lock) => lock.targets.pop(), "lock-invalid"],
    ["a set without targets", (lock) => (lock.sets.tpu = { requirements: [] }), "lock-invalid"],
    ["targets of sets, and no sets", (lock) => delete lock.sets, "lock-invalid"],
  ])("%s", (_, change, code) => {
    const lock = JSON.parse(writeLock(lockWithSets())) as Loose;
    change(lock);
    const text = typeof lock.text === "string" ? (lock.text as string) : JSON.stringify(lock);
    expect(thrown(() => readLock(text, { path: "x" })).code).toBe(code);
  });
});

/** Hands the text on that a parsed object could not be. */
function replaceText(lock: Loose, from: string, to: string): void {
  lock.text = JSON.stringify(lock).replaceAll(from, to);
}

test("a difference names the set, and a set that only one lock has is added or removed", () => {
  const lock = lockWithSets();
  const newer = { ...lock, targets: [target("gpu", "3.11", "1.0"), ...lock.targets.slice(0, 2)] };
  expect(diffLocks(lock, newer)).toMatchObject([
    { target: "3.11-linux-x86_64", set: "gpu", changed: [{ to: { version: "1.0" } }] },
    { target: "3.12-linux-x86_64", set: "gpu", removed: [{ name: "lib" }] },
  ]);
  expect(diffLocks(lock, lock)).toEqual([]);
});

test("what a set asks for", () => {
  const lock = lockWithSets();
  expect(requirementsOfSet(lock, "gpu")).toEqual(["app", "cuda", "lib>=2"]);
  expect(requirementsOfSet(lock, undefined)).toEqual(["app"]);
  expect(requirementsOfSet(lock, "toString")).toEqual(["app"]);
});

test("the set that is meant", () => {
  const known = ["cpu", "gpu"];
  expect(chooseSet(known, { asked: "gpu", usual: "cpu" })).toBe("gpu");
  expect(chooseSet(known, { usual: "cpu" })).toBe("cpu");
  expect(chooseSet([], { usual: "cpu" })).toBeUndefined();
  expect(targetsOfSet(lockWithSets(), { asked: "cpu" })).toHaveLength(2);
  expect(targetsOfSet(lockOf([pin("a")]), {})).toHaveLength(1);
  expect(thrown(() => chooseSet(known, {}))).toMatchObject({
    code: "lock-set-needed",
    message: "there are several sets: cpu, gpu",
    hint: "choose one: --set cpu",
  });
  expect(thrown(() => chooseSet(known, { asked: "gppu" }))).toMatchObject({
    code: "lock-unknown-set",
    hint: "did you mean gpu?",
  });
  expect(thrown(() => chooseSet(known, { usual: "elsewhere" })).hint).toBe("there are cpu, gpu");
  expect(thrown(() => chooseSet([], { asked: "cpu" })).code).toBe("lock-unknown-set");
});
