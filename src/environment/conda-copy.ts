import { spawnSync } from "node:child_process";
import { chmodSync, constants, copyFileSync, linkSync, readFileSync, writeFileSync } from "node:fs";
import { changePrefix } from "./conda-prefix.ts";
import type { Copy } from "./tree.ts";

/** Why a file cannot have another name: other file system, immutable, too many names, not allowed. */
const NO_LINK = new Set(["EXDEV", "EPERM", "EMLINK", "ENOTSUP", "EOPNOTSUPP", "EACCES"]);

/**
 * Puts a file of an object into an environment: with the environment's prefix, as a file that shares
 * nothing, or else, as a program that looks around from where it is, under another name of the same file.
 */
export function writeCopy(
  { path, prefix, own, executable }: Copy,
  { store, at }: { readonly store: string; readonly at: string },
): void {
  const source = `${store}/${path}`;
  const mode = executable ? 0o755 : 0o644;
  if (prefix !== undefined) {
    writeFileSync(at, changePrefix(readFileSync(source), prefix), { mode });
    if (prefix.mode === "binary") sign(at);
  } else if (own || !linked(source, at)) {
    copyFileSync(source, at, constants.COPYFILE_FICLONE);
    chmodSync(at, mode);
  }
}

/** Apple silicon starts no program and loads no library whose signature does not fit its bytes. */
function sign(path: string): void {
  if (process.platform !== "darwin" || process.arch !== "arm64") return;
  spawnSync("/usr/bin/codesign", ["--sign", "-", "--force", path], { stdio: "ignore" });
}

/**
 * Not for root, for whom the store's files get the immutable flag: a file of an environment that cannot be
 * changed cannot be removed either.
 */
function linked(source: string, at: string): boolean {
  if (process.geteuid?.() === 0) return false;
  try {
    linkSync(source, at);
    return true;
  } catch (error) {
    if (NO_LINK.has((error as NodeJS.ErrnoException).code ?? "")) return false;
    throw error;
  }
}
