import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeFileAtomic } from "../../src/base/index.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "atomic-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("makes missing folders, and replaces what is there", () => {
  const path = join(folder, "a", "b", "file");
  writeFileAtomic(path, "one");
  writeFileAtomic(path, "two", { mode: 0o600, sync: true });
  expect(readFileSync(path, "utf8")).toBe("two");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder, "a", "b"))).toEqual(["file"]);
});

test("a temporary name that another holds is left alone", () => {
  const path = join(folder, "file");
  const taken = `${path}.${process.pid}.0.tmp`;
  writeFileSync(taken, "another's");
  writeFileAtomic(path, "ours");
  expect(readFileSync(taken, "utf8")).toBe("another's");
  expect(readFileSync(path, "utf8")).toBe("ours");
  expect(readdirSync(folder)).toHaveLength(2);
});

test("what cannot be put in place leaves no temporary file", () => {
  expect(() => writeFileAtomic(folder, "text")).toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  expect(readdirSync(folder)).toEqual([]);
  expect(() => writeFileAtomic(join(folder, "x".repeat(300)), "text")).toThrow("ENAMETOOLONG");
});
