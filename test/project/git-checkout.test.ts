import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { silent } from "../../src/base/index.ts";
import { gitCheckout } from "../../src/project/git-checkout.ts";
import { openSession, type Session } from "../../src/project/session.ts";

const hasGit = spawnSync("git", ["--version"]).status === 0;
let root = "";
let url = "";
let commit = "";

beforeAll(() => {
  if (!hasGit) return;
  root = mkdtempSync(join(tmpdir(), "mach-nix-git-"));
  const repository = join(root, "repository");
  mkdirSync(repository);
  const git = (...args: string[]): string =>
    execFileSync("git", ["-C", repository, "-c", "user.name=a", "-c", "user.email=a@b", ...args])
      .toString()
      .trim();
  git("init", "--quiet");
  writeFileSync(join(repository, "a.py"), "x = 1\n");
  git("add", "a.py");
  git("commit", "--quiet", "-m", "one");
  commit = git("rev-parse", "HEAD");
  git("tag", "v1");
  writeFileSync(join(repository, "a.py"), "x = 2\n");
  git("commit", "--quiet", "-am", "two");
  url = pathToFileURL(repository).href;
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

function session(options: Session["options"] = {}): Session {
  const env = { PATH: process.env["PATH"], HOME: root, MACH_NIX_HOME: join(root, "home") };
  return openSession({ env, cwd: root, report: silent, options, now: () => 0 });
}

test.skipIf(!hasGit)(
  "a commit's tree, with the tags before it; the second time offline",
  async () => {
    const folder = await gitCheckout(session(), { url, commit });
    expect(readFileSync(join(folder, "a.py"), "utf8")).toBe("x = 1\n");
    const tag = execFileSync("git", ["-C", folder, "describe", "--tags"]).toString().trim();
    expect(tag).toBe("v1");
    expect(await gitCheckout(session({ offline: true }), { url, commit })).toBe(folder);
  },
);

test.skipIf(!hasGit)("a commit that is not there leaves nothing behind", async () => {
  const missing = "0".repeat(40);
  const folder = join(root, "home", "cache", "git");
  await expect(gitCheckout(session(), { url, commit: missing })).rejects.toMatchObject({
    code: "project-git",
  });
  const left = existsSync(folder) ? execFileSync("ls", [folder]).toString() : "";
  expect(left).not.toContain("part");
});

test.skipIf(!hasGit)("offline, what was never fetched is an error", async () => {
  const other = { url: `${url}-other`, commit };
  await expect(gitCheckout(session({ offline: true }), other)).rejects.toMatchObject({
    code: "project-git",
  });
});
