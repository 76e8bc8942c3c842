// Dependencies that only a project's build tells, asked of it when a lock is made.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LOCAL_ENVIRONMENT, release, serveLocalIndex } from "./local-index.ts";
import { newUser, type Ran, scratch } from "./program.ts";
import { type SourceProject, writeProject } from "./source-project.ts";

const PROJECT: SourceProject = {
  name: "shop",
  metadata: [
    "Provides-Extra: more",
    "Provides-Extra: all",
    "Requires-Dist: base>=2",
    'Requires-Dist: old; python_version < "3"',
    'Requires-Dist: extra-lib; extra == "more"',
    'Requires-Dist: shop[more]; extra == "all"',
    'Requires-Dist: never; extra == "never"',
  ],
};

interface Place {
  readonly folder: string;
  readonly run: (...words: readonly string[]) => Promise<Ran>;
  readonly lock: () => { requirements: string[]; targets: { pins: { name: string }[] }[] };
}

async function newPlace(): Promise<Place> {
  const user = newUser("dynamic");
  const folder = scratch("dynamic");
  const index = await serveLocalIndex(
    release("base", "1.0"),
    release("base", "2.0"),
    release("extra-lib", "1.0"),
    release("other", "1.0"),
  );
  const env = { ...LOCAL_ENVIRONMENT, PIP_INDEX_URL: index.url };
  mkdirSync(join(folder, "shop"));
  return {
    folder: join(folder, "shop"),
    run: (...words) => user.start(words, { cwd: join(folder, "shop"), env }),
    lock: () =>
      JSON.parse(readFileSync(join(folder, "shop", "mach-nix.lock"), "utf8")) as ReturnType<
        Place["lock"]
      >,
  };
}

function names({ targets }: ReturnType<Place["lock"]>): string[] {
  return targets.flatMap(({ pins }) => pins.map(({ name }) => name));
}

test("the build is asked, once for a project that stays as it is", async () => {
  const { folder, run, lock } = await newPlace();
  writeProject(folder, PROJECT);
  const first = await run("lock", "-r", "pyproject.toml");
  expect(first.status, first.stderr).toBe(0);
  expect(names(lock())).toEqual(["base"]);
  expect(lock().requirements).toEqual(["base>=2"]);
  expect((await run("lock", "-r", "pyproject.toml")).stderr).toContain("Nothing changed");
  expect((await run("lock", "-r", "pyproject.toml", "--check", "--offline")).status).toBe(0);
  expect((await run("why", "base")).stdout).toContain("  base>=2 → base 2.0\n");

  const more = await run("lock", "-r", "pyproject.toml", "--extra", "all");
  expect(more.status, more.stderr).toBe(0);
  expect(names(lock())).toEqual(["base", "extra-lib"]);
  expect(lock().requirements).toEqual(["base>=2", "extra-lib"]);

  // What says how it is built says whether it has to be asked again.
  const text = readFileSync(join(folder, "pyproject.toml"), "utf8");
  writeProject(folder, { ...PROJECT, metadata: ["Requires-Dist: other"] });
  writeFileSync(join(folder, "pyproject.toml"), `${text}# changed\n`);
  const check = await run("lock", "-r", "pyproject.toml", "--extra", "all", "--check");
  expect([check.status, check.stdout]).not.toEqual([0, ""]);
  expect(check.stdout).not.toContain("- base>=2");
  const again = await run("lock", "-r", "pyproject.toml");
  expect(again.status, again.stderr).toBe(0);
  expect(names(lock())).toEqual(["other"]);
});

test("a build that fails leaves no lock, and says what failed", async () => {
  const { folder, run } = await newPlace();
  writeProject(folder, PROJECT);
  writeFileSync(join(folder, "backend", "backend.py"), "raise ValueError('no')\n");
  const failed = await run("lock", "-r", "pyproject.toml");
  expect(failed.status).toBe(1);
  expect(failed.stderr).toContain("what shop needs cannot be built");
  expect(existsSync(join(folder, "mach-nix.lock"))).toBe(false);
  const constraint = await run("lock", "-p", "base", "-c", "pyproject.toml");
  expect(constraint.stderr).toContain("the dependencies of this project are dynamic");
});
