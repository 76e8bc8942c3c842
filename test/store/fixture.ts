import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { onTestFinished } from "vitest";
import { type ObjectKey, openStore, type Store } from "../../src/store/index.ts";

export const DERIVED: readonly string[] = ["**/__pycache__/*.pyc"];

/** A folder that is removed after the test, immutable files in it included. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(`${tmpdir()}/mach-nix-test-`);
  onTestFinished(() => removeForced(folder));
  return folder;
}

export function removeForced(folder: string): void {
  if (process.geteuid?.() === 0)
    try {
      execFileSync("chattr", ["-f", "-R", "-i", folder], { stdio: "ignore" });
    } catch {
      // Links and file systems without flags: the removal tells.
    }
  else execFileSync("chmod", ["-R", "u+w", folder]);
  rmSync(folder, { recursive: true, force: true });
}

export function temporaryStore(): Store {
  return openStore(`${temporaryFolder()}/store`, { derived: DERIVED });
}

export function key(name: string, inputs: Record<string, string> = {}): ObjectKey {
  return { name, version: "1.0", inputs };
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(`${folder}/${path}`), { recursive: true });
    writeFileSync(`${folder}/${path}`, text);
  }
}
