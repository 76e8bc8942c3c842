// add, remove and lock --check, with a small index of our own.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { LOCAL_ENVIRONMENT, release, serveLocalIndex } from "./local-index.ts";
import { newUser, type Ran, runProgram, scratch } from "./program.ts";

const user = newUser("edit");
const folder = scratch("edit");
const env = join(folder, "env");
const requirements = join(env, "requirements.txt");
const TEXT = "# what we use\r\none  # the first\r\n";
let url = "";

function run(...words: readonly string[]): Promise<Ran> {
  return user.start(words, { cwd: folder, env: { ...LOCAL_ENVIRONMENT, PIP_INDEX_URL: url } });
}

function contents(): readonly string[] {
  return ["requirements.txt", "mach-nix.lock", "mach-nix.toml"].map((name) =>
    readFileSync(join(env, name), "utf8"),
  );
}

function imports(...names: readonly string[]): boolean {
  const code = names.map((name) => `import ${name}`).join("\n");
  return runProgram(join(env, "bin", "python"), ["-c", code], { env: user.env }).status === 0;
}

beforeAll(async () => {
  const index = await serveLocalIndex(
    release("one", "1.0"),
    release("two", "1.0"),
    release("two", "2.0", { requires: ["three"] }),
    release("three", "1.0"),
    release("clash", "1.0", { requires: ["one<1"] }),
  );
  url = index.url;
  writeFileSync(join(folder, "requirements.txt"), TEXT);
  await run("env", "env", "-r", "requirements.txt", "--compile", "never");
});

test("add writes a line, locks, and installs; remove undoes it", async () => {
  const before = contents();
  const added = await run("add", "two>=2", "-r", "env", "--compile", "never");
  expect(added.status, added.stderr).toBe(0);
  expect(added.stderr).toContain("added two.");
  expect(added.stderr).toContain("+ three 1.0");
  expect(readFileSync(requirements, "utf8")).toBe(`${TEXT}two>=2\r\n`);
  expect(imports("one", "two", "three")).toBe(true);

  const replaced = await run("add", "two<2", "-r", "env/requirements.txt", "--json");
  expect(JSON.parse(replaced.stdout)).toMatchObject({
    replaced: ["two"],
    targets: [
      {
        changes: [
          { kind: "removed", name: "three" },
          { kind: "downgraded", name: "two", from: "2.0", to: "1.0" },
        ],
      },
    ],
    environment: { distributions: 2 },
  });

  const removed = await run("remove", "Two", "-r", "env", "--compile", "never");
  expect(removed.status, removed.stderr).toBe(0);
  expect(contents()).toEqual(before);
  expect(imports("two")).toBe(false);
});

test.each([
  ["no solution", ["add", "clash"], 3, "no-resolution"],
  ["no such project", ["add", "nowhere"], 3, "nowhere"],
  ["a bad requirement", ["add", "two >="], 2, "requirement-invalid"],
  ["a name that is not there", ["remove", "onne"], 2, "did you mean one?"],
  ["what only a dependency is", ["remove", "three"], 2, "edit-unknown-requirement"],
])("nothing changes on failure: %s", async (_, words, exit, says) => {
  const before = contents();
  const ran = await run(...words, "-r", "env");
  expect([ran.status, ran.stdout]).toEqual([exit, ""]);
  expect(ran.stderr).toContain(says);
  expect(contents()).toEqual(before);
  expect(imports("one")).toBe(true);
});

test("where there is nothing to edit, or not all of it", async () => {
  const empty = join(folder, "empty");
  mkdirSync(empty);
  expect((await run("add", "one", "-r", "empty")).stderr).toContain("edit-no-file");
  expect((await run("add", "one", "-r", "empty/never.txt")).stderr).toContain("edit-no-lock");
  writeFileSync(join(env, "pyproject.toml"), "");
  expect((await run("add", "one", "-r", "env/pyproject.toml")).stderr).toContain("edit-format");
  rmSync(join(env, "pyproject.toml"));
  writeFileSync(join(env, "other.txt"), "two\n");
  expect((await run("add", "three", "-r", "env/other.txt")).stderr).toContain("edit-other-inputs");
  rmSync(join(env, "other.txt"));
});

test("a lock without an environment is locked again, and no more", async () => {
  const place = join(folder, "locked");
  mkdirSync(place);
  const file = join(place, "requirements.txt");
  writeFileSync(file, "one\n");
  const lock = ["lock", "-r", "locked/requirements.txt", "-o", "locked/mach-nix.lock"];
  await run(...lock);
  const fits = await run(...lock, "--check");
  expect([fits.status, fits.stdout]).toEqual([0, ""]);
  const added = await run("add", "two", "-r", "locked");
  expect(added.status, added.stderr).toBe(0);
  expect(existsSync(join(place, "bin"))).toBe(false);
  expect((await run(...lock, "--check")).status).toBe(0);

  writeFileSync(file, "one>=1\ntwo\n");
  const differs = await run(...lock, "--check", "--offline");
  expect(differs.status).toBe(1);
  expect(differs.stdout).toContain("  requirements\n    - one\n    + one>=1");
  const json = await run(...lock, "--check", "--json", "--python", "3.8", "--pre");
  expect(JSON.parse(json.stdout)).toMatchObject({
    fits: false,
    differences: [{ what: "requirements" }, { what: "targets" }],
  });
  writeFileSync(file, "one\ntwo\n");
  expect((await run(...lock, "--check", "--pre")).stdout).toContain("constraints, options");
  expect((await run("lock", "-p", "one", "--check")).stderr).toContain("lock-missing");
});
