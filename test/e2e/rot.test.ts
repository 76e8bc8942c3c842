// Files of our own that rot on the disk: told, or mended, never believed.
import { chmodSync, globSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  expectCleanFailure,
  expectOldWorks,
  expectSound,
  expectWorksNow,
  NEW,
  newPlace,
  type Place,
} from "./place.ts";
import { runProgram } from "./program.ts";

const inHome = (place: Place, pattern: string): string[] =>
  globSync(join(place.user.home, pattern)).filter((path) => !path.endsWith("/"));

/** Overwrites the middle of a file, the size staying. */
function rot(path: string): void {
  if (process.getuid?.() === 0) runProgram("chattr", ["-i", path]);
  const bytes = readFileSync(path);
  const middle = bytes.length >> 1;
  bytes.fill(0xff, middle, Math.min(middle + 20, bytes.length));
  chmodSync(path, 0o644);
  writeFileSync(path, bytes);
}

describe("rot in", () => {
  let place: Place;
  beforeAll(async () => {
    place = await newPlace("rot", NEW);
  });

  test.each([
    ["whole", (path: string): void => rot(path)],
    ["cut short", (path: string): void => writeFileSync(path, readFileSync(path).subarray(0, 500))],
    ["empty", (path: string): void => writeFileSync(path, "")],
  ])("kept downloads, %s: fetched again, at the latest by the next run", async (_, damage) => {
    await expectWorksNow(place, "-p", "new");
    await expectWorksNow(place);
    expect((await place.run(["store", "gc"])).status).toBe(0);
    const kept = inHome(place, ".cache/mach-nix/artifacts/*/*/new-1.0-*");
    expect(kept).toHaveLength(1);
    for (const path of kept) damage(path);
    const ran = await place.env("-p", "new");
    expect(ran.status === 0 || ran.stderr.includes("new-1.0-py3-none-any.whl")).toBe(true);
    expectOldWorks(place);
    await expectSound(place);
    await expectWorksNow(place, "-p", "new");
    await expectWorksNow(place);
  });

  test("kept answers of the index: told, one project at a time, and asked for again", async () => {
    await expectWorksNow(place, "-p", "new");
    const files = inHome(place, ".cache/mach-nix/index/**/*").filter((path) => isFile(path));
    expect(files.length).toBeGreaterThan(0);
    for (const path of files) rot(path);
    for (let damaged = 2; damaged > 0; damaged--) {
      const ran = await place.env("-p", "new", "--upgrade");
      expect([0, 1]).toContain(ran.status);
      expect(ran.stderr).toMatch(/^$|run the same command again|^[A-Z]/);
      expect(ran.stderr).not.toMatch(/internal-error/);
    }
    await expectWorksNow(place, "-p", "new", "--upgrade");
    await expectWorksNow(place);
  });

  test("an object: verify tells which file, repair and sync make it anew", async () => {
    const [file = ""] = inHome(place, ".local/share/mach-nix/store/*-old-1.0/site/old/__init__.py");
    rot(file);
    const verified = await place.run(["store", "verify"]);
    expect(verified.status).toBe(4);
    expect(verified.stdout).toContain("site/old/__init__.py");
    expect((await place.run(["store", "verify", "--repair"])).status).toBe(0);
    const synced = await place.run(["sync", "env", "--offline"]);
    expect(synced.status, synced.stderr).toBe(0);
    expectOldWorks(place);
    await expectSound(place);
  });

  test("a conflict leaves every file of the environment as it was", async () => {
    const before = filesOf(place.directory);
    const ran = await place.env("-p", "new>=2");
    await expectCleanFailure(place, ran, { exit: 3, says: ["new"] });
    expect(filesOf(place.directory)).toEqual(before);
    const fresh = await place.run(["env", "fresh", "-i", place.index.url, "-p", "new>=2"]);
    expect(fresh.status).toBe(3);
    expect(readdirSync(place.folder)).not.toContain("fresh");
  });
});

function isFile(path: string): boolean {
  return readdirSync(join(path, ".."), { withFileTypes: true }).some(
    (item) => item.isFile() && path.endsWith(`/${item.name}`),
  );
}

function filesOf(directory: string): Record<string, string> {
  const names = ["mach-nix.lock", "mach-nix.toml", "requirements.txt", ".gitignore"];
  const texts = names.map((name) => [name, readFileSync(join(directory, name), "utf8")]);
  return {
    ...(Object.fromEntries(texts) as Record<string, string>),
    all: readdirSync(directory).join(),
  };
}
