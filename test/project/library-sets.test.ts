// The library's `resolve` and `createLock` with sets.
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createLock, resolve, type Session, type Settings } from "../../src/project/library.ts";
import { makeWheel } from "../build/make-wheel.ts";
import { openWheelSession } from "./wheel-session.ts";

function place(): Session {
  const folder = mkdtempSync(join(tmpdir(), "mach-nix-library-sets-"));
  mkdirSync(join(folder, "wheels"));
  for (const version of ["1.0", "2.0", "3.0"]) {
    for (const name of ["lib", "free"]) {
      const metadata = `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n\n`;
      const file = join(folder, "wheels", `${name}-${version}-py3-none-any.whl`);
      writeFileSync(file, makeWheel({ name, version, metadata }));
    }
  }
  return openWheelSession(folder);
}

const REQUEST = {
  inputs: [],
  packages: ["free"],
  pythons: ["3.11"],
  platforms: ["linux-x86_64"],
};

test("resolve is of one set", async () => {
  const session = place();
  const settings: Settings = { sets: { a: { packages: ["lib<2"] }, b: { packages: ["lib>5"] } } };
  const outcome = await resolve(session, { ...REQUEST, set: "a" }, settings);
  expect(outcome).toMatchObject({ pins: [{ name: "free" }, { name: "lib", version: "1.0" }] });
  expect(await resolve(session, { ...REQUEST, set: "b" }, settings)).toMatchObject({
    kind: "conflict",
  });
  await expect(resolve(session, REQUEST, settings)).rejects.toMatchObject({
    code: "lock-set-needed",
  });
  const unknown = resolve(session, { ...REQUEST, set: "c" }, settings);
  await expect(unknown).rejects.toMatchObject({ code: "lock-unknown-set" });
  await expect(createLock(session, REQUEST, settings)).rejects.toMatchObject({
    code: "no-resolution",
    facts: { target: "3.11-linux-x86_64", set: "b" },
  });
});

test("a version that another set must have is taken where it may be", async () => {
  const settings: Settings = {
    sets: { a: { packages: ["free<3"] }, b: {}, c: { packages: ["lib"] } },
  };
  const { lock } = await createLock(place(), REQUEST, settings);
  expect(lock.requirements).toEqual(["free"]);
  expect(lock.sets).toEqual({
    a: { requirements: ["free<3"] },
    b: { requirements: [] },
    c: { requirements: ["lib"] },
  });
  const versions = lock.targets.map(({ set, pins }) => [set, ...pins.map((pin) => pin.version)]);
  expect(versions).toEqual([
    ["a", "2.0"],
    ["b", "2.0"],
    ["c", "2.0", "3.0"],
  ]);
});
