import { expect, test } from "vitest";
import { type Lock, type LockedBuild, readLock, writeLock } from "../../src/lock/index.ts";
import { lockOf, pin } from "./sample-lock.ts";

const SDIST = "demo-1.0.tar.gz";

/** A lock with a source distribution in Rust. */
function rustLock(crates: readonly string[], files: readonly string[] = crates): Lock {
  const { targets, artifacts, ...lock } = lockOf([
    pin("demo", { provider: "sdist", artifact: SDIST }),
  ]);
  const build: LockedBuild = { requires: ["maturin"], pins: [], crates };
  const file = Object.values(artifacts)[0] as Lock["artifacts"][string];
  return {
    ...lock,
    targets: targets.map((target) => ({ ...target, builds: { [SDIST]: build } })),
    artifacts: { ...artifacts, ...Object.fromEntries(files.map((name) => [name, file])) },
  };
}

test("crates are written sorted, and read back", () => {
  const names = ["wasi-0.11.0+wasi-snapshot-preview1.crate", "a_b-c-1.0.0-beta.2.crate"];
  const text = writeLock(rustLock(names));
  const lock = readLock(text, { path: "mach-nix.lock" });
  expect(lock.targets[0]?.builds?.[SDIST]?.crates).toEqual(names.toSorted());
  expect(writeLock(lock)).toBe(text);
});

test.each([
  ["a crate that is not there", ["a-1.0.0.crate"], [], "lock-invalid"],
  ["a wheel", ["a-1.0-py3-none-any.whl"], undefined, "lock-invalid"],
  ["a path", ["../a-1.0.0.crate"], undefined, "lock-unsafe"],
  ["no version", ["a.crate"], undefined, "lock-unsafe"],
])("%s is refused", (_, crates, files, code) => {
  const text = writeLock(rustLock(crates, files ?? crates));
  expect(() => readLock(text, { path: "mach-nix.lock" })).toThrow(
    expect.objectContaining({ code }) as Error,
  );
});

test("a pin cannot be a crate", () => {
  const crate = "demo-1.0.0.crate";
  const lock = lockOf([pin("demo", { provider: "sdist", artifact: crate })]);
  expect(() => readLock(writeLock(lock), { path: "mach-nix.lock" })).toThrow(
    expect.objectContaining({ code: "lock-invalid" }) as Error,
  );
});
