// Index files through the built program: signals in the middle, and what is left then.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { newUser, type Ran, scratch, type User } from "./program.ts";

let user: User;
let folder: string;

const PROJECTS = 20_000;

/** So many projects that every command is at work for a while. */
beforeAll(async () => {
  user = newUser("index-files");
  folder = scratch("index-files");
  mkdirSync(join(folder, "data", "sdist"), { recursive: true });
  const versions = Object.fromEntries(
    Array.from({ length: 10 }, (_, i) => [`${i}.0`, { 39: { install_requires: [`six>=${i}`] } }]),
  );
  const text = JSON.stringify(versions);
  const items = Array.from({ length: PROJECTS }, (_, i) => `"project-${i}": ${text}`);
  writeFileSync(join(folder, "data", "sdist", "00.json"), `{${items.join(",\n")}}`);
  const made = await run("index", "import", "data", "-o", "a.index", "--date", "2023-09-07");
  if (made.status !== 0) throw new Error(made.stderr);
});

function run(...words: readonly string[]): Promise<Ran> {
  return user.start(words, { cwd: folder });
}

const TRIES = 10;

/** Runs a command and sends SIGINT once it has told of progress; again, where it was done before that. */
async function interrupt(...words: readonly string[]): Promise<Ran> {
  for (let i = 1; ; i++) {
    const launched = user.launch([...words, "--json"], { cwd: folder });
    launched.process.stderr?.once("data", () => launched.process.kill("SIGINT"));
    const ran = await launched.ended;
    if (ran.status !== 0 || i === TRIES) return ran;
    for (const name of ["b.index", "c.index", "out"]) {
      rmSync(join(folder, name), { recursive: true, force: true });
    }
  }
}

function files(): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
}

test("Ctrl-C is heard while an index is made, checked, exported and made compact; nothing half made is left", async () => {
  const before = files();
  const out = { status: 130, stderr: expect.any(String) as string };
  const again = ["index", "import", "data", "-o", "b.index", "--date", "2023-09-07"];
  expect(await interrupt(...again)).toMatchObject(out);
  expect(await interrupt("index", "verify", "a.index")).toMatchObject(out);
  expect(await interrupt("index", "compact", "a.index", "-o", "c.index")).toMatchObject(out);
  expect(files()).toEqual(before);
  expect(await interrupt("index", "export", "a.index", "-o", "out")).toMatchObject(out);
  expect(files().filter((name) => /\.(?:json|tmp)$/.test(name))).toEqual([
    join("data", "sdist", "00.json"),
  ]);
  const verified = await run("index", "verify", "a.index", "--quiet");
  expect(verified).toMatchObject({ status: 0, stdout: "", stderr: "" });
});

test("bad paths are told as what they are", async () => {
  const directory = await run("index", "info", "data");
  expect([directory.status, directory.stderr]).toEqual([
    2,
    expect.stringContaining("mach-nix index import PATH"),
  ]);
  const taken = await run("index", "import", "data", "-o", "data", "--json");
  expect(taken.status).toBe(1);
  expect(JSON.parse(taken.stdout)).toMatchObject({ error: { code: "index-file-unwritable" } });
});
