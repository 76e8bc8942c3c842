import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { silent } from "../../src/base/index.ts";
import { listGenerations } from "../../src/environment/index.ts";
import { collectStore, makeEnvironment, openSession } from "../../src/project/index.ts";
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
