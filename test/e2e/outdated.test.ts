// outdated, with a small index of our own.
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
