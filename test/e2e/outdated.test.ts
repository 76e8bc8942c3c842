// outdated, with a small index of our own.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LOCAL_ENVIRONMENT, release, serveLocalIndex } from "./local-index.ts";
import { newUser, type Ran, scratch } from "./program.ts";

const [FIRST, SECOND] = ["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"];

test("newer final releases, what fits of them, and what was there at a date", async () => {
  const user = newUser("outdated");
  const folder = scratch("outdated");
  const index = await serveLocalIndex(
    release("app", "1.0", { requires: ["lib<3", "old"], uploaded: FIRST }),
    release("lib", "1.0", { uploaded: FIRST }),
    release("lib", "2.0", { uploaded: SECOND }),
    release("lib", "3.0", { uploaded: SECOND }),
    release("lib", "4.0rc1", { uploaded: SECOND }),
    release("old", "1.0", { uploaded: FIRST }),
  );
  const env = { ...LOCAL_ENVIRONMENT, PIP_INDEX_URL: index.url };
  const run = (...words: readonly string[]): Promise<Ran> =>
    user.start(words, { cwd: folder, env });
  const locked = await run("lock", "-p", "app", "--date", "2026-01-15", "--python", "3.11");
  expect(locked.status, locked.stderr).toBe(0);

  const found = await run("outdated");
  expect(found.status, found.stderr).toBe(0);
  expect(found.stdout).toMatch(
    /^package +locked +fits +newest +targets\nlib +1\.0 +2\.0 +3\.0 +3\.11-\S+\n$/,
  );
  const json = await run("outdated", "mach-nix.lock", "--json");
  expect(JSON.parse(json.stdout)).toMatchObject({
    pins: 3,
    outdated: [{ name: "lib", version: "1.0", fits: "2.0", latest: "3.0", requested: false }],
  });
  const then = await run("outdated", "--date", "2026-01-20");
  expect([then.status, then.stdout]).toEqual([0, ""]);
  expect(then.stderr).toContain("3 packages: none has a newer release as of 2026-01-20T23:59:59Z.");
  expect((await run("outdated", "--target", "mars")).stderr).toContain("lock-unknown-target");
});

const DATA = {
  app: { py3: { "1.0": { "app-1.0-py3-none-any.whl": { requires_dist: ["lib (<3)"] } } } },
  lib: {
    py3: Object.fromEntries(
      ["1.0", "2.0", "3.0"].map((version) => [
        version,
        { [`lib-${version}-py3-none-any.whl`]: {} },
      ]),
    ),
  },
};

test("from an index file, named or remembered, without the network", async () => {
  const user = newUser("outdated-file");
  const folder = scratch("outdated-file");
  mkdirSync(join(folder, "data", "wheel"), { recursive: true });
  writeFileSync(join(folder, "data", "wheel", "00.json"), JSON.stringify(DATA));
  const run = (...words: readonly string[]): Promise<Ran> =>
    user.start([...words, "--offline"], { cwd: folder, env: LOCAL_ENVIRONMENT });
  const ok = async (...words: readonly string[]): Promise<Ran> => {
    const ran = await run(...words);
    expect(ran.status, ran.stderr).toBe(0);
    return ran;
  };
  await ok("index", "import", "data", "-o", "test.index", "--date", "2023-09-07");
  const lock = ["lock", "-p", "app", "-p", "lib==1.0", "--python", "3.11"];
  await ok(...lock, "--index", "test.index");
  const named = await ok("outdated", "--index", "test.index", "--json");
  expect(JSON.parse(named.stdout)).toMatchObject({
    date: "2023-09-07T23:59:59Z",
    outdated: [{ name: "lib", version: "1.0", fits: "1.0", latest: "3.0" }],
  });
  await ok("index", "use", "test.index");
  const remembered = await ok("outdated");
  expect(remembered.stdout).toMatch(/^lib +1\.0 +1\.0 +3\.0 +asked for/m);
  expect(remembered.stderr).toBe("");
  const later = await ok("outdated", "--date", "2024-01-01");
  expect(later.stderr.match(/The index file is as of/g)).toHaveLength(1);
});
