import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { silent } from "../../src/base/index.ts";
import { listGenerations } from "../../src/environment/index.ts";
import {
  collectStore,
  makeEnvironment,
  openSession,
  temporaryEnvironment,
} from "../../src/project/index.ts";
import { writeWheel } from "../environment/fixture.ts";

test("what only former generations of an environment use is collected with them", async () => {
  const cwd = mkdtempSync(join(tmpdir(), "mach-nix-collect-"));
  const wheels = join(cwd, "wheels");
  for (const version of ["1.0", "2.0"]) writeWheel(wheels, { name: "lib", version, files: {} });
  const session = openSession({
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], MACH_NIX_HOME: join(cwd, "home") },
    cwd,
    now: Date.now,
    report: silent,
    options: { noIndex: true, findLinks: [wheels] },
  });
  for (const version of ["1.0", "2.0"]) {
    const request = { inputs: [], packages: [`lib==${version}`], directory: "env" };
    await makeEnvironment(session, { ...request, compile: "never" });
  }
  const directory = join(cwd, "env");
  expect(listGenerations(directory)).toEqual([1, 2]);

  const former = [expect.stringMatching(/-lib-1\.0$/)];
  expect(await collectStore(session, { dryRun: true })).toMatchObject({ removed: former, kept: 1 });
  expect(listGenerations(directory)).toEqual([1, 2]);

  expect(await collectStore(session)).toMatchObject({ removed: former, kept: 1 });
  expect(listGenerations(directory)).toEqual([2]);
  expect(await collectStore(session)).toMatchObject({ removed: [], kept: 1 });
});

test("a temporary environment that was not used for thirty days is collected", async () => {
  const cwd = mkdtempSync(join(tmpdir(), "mach-nix-collect-"));
  const wheels = join(cwd, "wheels");
  writeWheel(wheels, { name: "lib", files: {} });
  let now = Date.now();
  const session = openSession({
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], MACH_NIX_HOME: join(cwd, "home") },
    cwd,
    now: () => now,
    report: silent,
    options: { noIndex: true, findLinks: [wheels] },
  });
  const { directory } = await temporaryEnvironment(session, { inputs: [], packages: ["lib"] });
  now += 29 * 24 * 3600_000;
  expect(await collectStore(session)).toMatchObject({ removed: [], kept: 1 });
  await temporaryEnvironment(session, { inputs: [], packages: ["lib"] });
  now += 29 * 24 * 3600_000;
  expect(await collectStore(session)).toMatchObject({ removed: [], kept: 1 });
  now += 2 * 24 * 3600_000;
  const removed = [expect.stringMatching(/-lib-1\.0$/)];
  expect(await collectStore(session, { dryRun: true })).toMatchObject({ removed, kept: 0 });
  expect(existsSync(directory)).toBe(true);
  expect(await collectStore(session)).toMatchObject({ removed, kept: 0 });
  expect(existsSync(directory)).toBe(false);
});
