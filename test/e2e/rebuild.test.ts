// `sync --rebuild`: what was built from source is built again and compared.
import { join } from "node:path";
import { expect, test } from "vitest";
import { indexAtHand } from "./index-at-hand.ts";
import { newUser, scratch } from "./program.ts";
import { writeProject } from "./source-project.ts";

const isPossible = process.platform === "linux";
const RANDOM = 'files = {**files, f"{NAME}/key.txt": os.urandom(8).hex()}';

/** A project's folder; with `onBuild`, what its build does besides. */
function project(onBuild?: string): string {
  const folder = join(scratch("rebuild"), "demo");
  writeProject(folder, { name: "demo", ...(onBuild === undefined ? {} : { onBuild }) });
  return folder;
}

test.runIf(isPossible)("a source distribution that gives the same files again", () => {
  const user = newUser("rebuild");
  const target = join(scratch("rebuild"), "env");
  const made = user.run(["env", target, "-p", project(), "--python", "3.11"]);
  expect(made.status, made.stderr).toBe(0);
  expect(made.stderr).toContain("1 of them new on this machine");
  const again = user.run(["sync", target, "--rebuild", "--offline"]);
  expect(again.status, again.stderr).toBe(0);
  expect(again.stderr).toContain("Built 1 source distribution again: the same files.");
  const told = user.run(["sync", target, "--rebuild", "--offline", "--json"]);
  const rebuilt = [{ name: "demo", version: "1.0", differing: [] }];
  expect(JSON.parse(told.stdout)).toMatchObject({ changed: false, rebuilt });
});

test.runIf(isPossible)("one that writes random bytes: the files that differ are named", () => {
  const user = newUser("rebuild-restless");
  const target = join(scratch("rebuild-restless"), "env");
  const made = user.run(["env", target, "-p", project(RANDOM), "--python", "3.11"]);
  expect(made.status, made.stderr).toBe(0);
  const again = user.run(["sync", target, "--rebuild", "--offline", "--json"]);
  expect(again.status).toBe(1);
  expect(JSON.parse(again.stdout)).toMatchObject({
    error: {
      code: "project-not-reproducible",
      message: "demo 1.0, built again, gives other files:\n  site/demo/key.txt",
    },
  });
});

test.runIf(isPossible && indexAtHand())("a real one, and an environment without any", () => {
  const user = newUser("rebuild-real");
  const target = join(scratch("rebuild-real"), "env");
  const real = ["-p", "docopt==0.6.2", "--provider", "docopt=sdist", "--python", "3.11"];
  expect(user.run(["env", target, ...real]).status).toBe(0);
  const again = user.run(["sync", target, "--rebuild"]);
  expect(again.stderr).toContain("Built 1 source distribution again: the same files.");
  const plain = join(scratch("rebuild-plain"), "env");
  expect(user.run(["env", plain, "-p", "tomli", "--python", "3.11"]).status).toBe(0);
  const nothing = user.run(["sync", plain, "--rebuild"]);
  expect(nothing.stderr).toContain("Nothing here is built from source.");
});
