import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { readLockFile, writeLock, writeLockFile } from "../../src/lock/index.ts";
import { sampleLock } from "./sample-lock.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mach-nix-lock-"));
});

function code(work: () => unknown): string {
  try {
    work();
    return "none";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

test("a lock is written once and read back; the same text again changes nothing", () => {
  const path = join(folder, "sub", "mach-nix.lock");
  const text = writeLock(sampleLock());
  expect(writeLockFile(path, text)).toEqual({ changed: true });
  const before = statSync(path).mtimeMs;
  expect(writeLockFile(path, text)).toEqual({ changed: false });
  expect(statSync(path).mtimeMs).toBe(before);
  expect(readLockFile(path)).toEqual({ lock: sampleLock(), text });
  expect(readdirSync(join(folder, "sub"))).toEqual(["mach-nix.lock"]);
});

test("no file, a folder, a file in the way, a file too large: each by its own name", () => {
  expect(code(() => readLockFile(join(folder, "none.lock")))).toBe("lock-missing");
  expect(code(() => readLockFile(folder))).toBe("lock-unreadable");
  const path = join(folder, "file");
  writeFileSync(path, "");
  expect(code(() => readLockFile(join(path, "x.lock")))).toBe("lock-missing");
  expect(code(() => writeLockFile(join(path, "x.lock"), "{}"))).toBe("lock-unwritable");
  truncateSync(path, 2 ** 33);
  expect(code(() => readLockFile(path))).toBe("lock-too-large");
});

test("a folder in the lock's place is left as it is", () => {
  const path = join(folder, "mach-nix.lock");
  mkdirSync(path);
  writeFileSync(join(path, "keep"), "x");
  expect(code(() => writeLockFile(path, "{}"))).toBe("lock-unwritable");
  expect(readFileSync(join(path, "keep"), "utf8")).toBe("x");
  expect(readdirSync(folder)).toEqual(["mach-nix.lock"]);
});
