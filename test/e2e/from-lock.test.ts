// --from-lock: the versions of another tool's lock, kept as far as they fit.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { LOCAL_ENVIRONMENT, release, serveLocalIndex } from "./local-index.ts";
import { newUser, type Ran, scratch } from "./program.ts";

const user = newUser("from-lock");
const folder = scratch("from-lock");
let url = "";

function run(...words: readonly string[]): Promise<Ran> {
  return user.start(words, { cwd: folder, env: { ...LOCAL_ENVIRONMENT, PIP_INDEX_URL: url } });
}

async function lock(output: string, ...words: readonly string[]): Promise<Ran> {
  const ran = await run(
    "lock",
    "-r",
    "requirements.txt",
    "--python",
    "3.11",
    "-o",
    output,
    ...words,
  );
  expect(ran.status, ran.stderr).toBe(0);
  return ran;
}

function pins(output: string): readonly string[] {
  const { targets } = JSON.parse(readFileSync(join(folder, output), "utf8")) as {
    targets: { pins: { name: string; version: string }[] }[];
  };
  return targets.flatMap(({ pins }) => pins.map(({ name, version }) => `${name} ${version}`));
}

beforeAll(async () => {
  const index = await serveLocalIndex(
    release("one", "1.0"),
    release("one", "1.1"),
    release("two", "1.0", { requires: ["three<2"] }),
    release("two", "2.0", { requires: ["three>=2"] }),
    release("three", "1.0"),
    release("three", "2.0"),
    release("three", "2.1"),
  );
  url = index.url;
  writeFileSync(join(folder, "requirements.txt"), "one\ntwo>=2\n");
  writeFileSync(
    join(folder, "poetry.lock"),
    ["one 1.0", "two 1.0", "three 2.0", "gone 1.0"]
      .map((line) => line.split(" "))
      .map(([name, version]) => `[[package]]\nname = "${name}"\nversion = "${version}"\n`)
      .join("\n"),
  );
});

test("versions are kept where they fit, and told where they do not", async () => {
  const ran = await lock("kept.lock", "--from-lock", "poetry.lock", "--verbose");
  expect(pins("kept.lock")).toEqual(["one 1.0", "three 2.0", "two 2.0"]);
  expect(ran.stderr).toContain(
    "of 3 versions that the lock given has, 1 did not fit: two 1.0 → 2.0",
  );
});

test("the next lock keeps them without being told, and an upgrade lets them go", async () => {
  await lock("next.lock", "--from-lock", "poetry.lock");
  await lock("next.lock");
  expect(pins("next.lock")).toEqual(["one 1.0", "three 2.0", "two 2.0"]);
  await lock("next.lock", "--upgrade=three");
  expect(pins("next.lock")).toEqual(["one 1.0", "three 2.1", "two 2.0"]);
  await lock("next.lock", "--upgrade");
  expect(pins("next.lock")).toEqual(["one 1.1", "three 2.1", "two 2.0"]);
});

test("a lock that is there already takes over the versions, but for those to be upgraded", async () => {
  await lock("there.lock");
  expect(pins("there.lock")).toEqual(["one 1.1", "three 2.1", "two 2.0"]);
  await lock("there.lock", "--from-lock", "poetry.lock", "--upgrade=one");
  expect(pins("there.lock")).toEqual(["one 1.1", "three 2.0", "two 2.0"]);
});

test("a mach-nix.lock of another place, and of two locks the first", async () => {
  await lock("mach-nix.lock", "--from-lock", "poetry.lock");
  writeFileSync(join(folder, "pins.txt"), "one==1.1\nthree==2.1\n");
  await lock("both.lock", "--from-lock", "mach-nix.lock", "--from-lock", "pins.txt");
  expect(pins("both.lock")).toEqual(["one 1.0", "three 2.0", "two 2.0"]);
});

test("an environment is made of them as well", async () => {
  const words = ["env", "env", "-r", "requirements.txt", "--from-lock", "poetry.lock"];
  const ran = await run(...words, "--compile", "never");
  expect(ran.status, ran.stderr).toBe(0);
  expect(pins("env/mach-nix.lock")).toEqual(["one 1.0", "three 2.0", "two 2.0"]);
});

test.each([
  [["-r", "poetry.lock"], "lock-as-input"],
  [["-r", "requirements.txt", "--from-lock", "other.lock"], "project-input-missing"],
  [["-r", "requirements.txt", "--from-lock", "unknown.lock"], "lock-import-format"],
])("%j is %s", async (words, code) => {
  writeFileSync(join(folder, "unknown.lock"), "");
  const ran = await run("lock", ...words, "--json");
  expect(ran.status).toBe(2);
  expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code } });
});
