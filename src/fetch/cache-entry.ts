import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { fetchError } from "./errors.ts";
import type { FetchArtifact } from "./types.ts";

/** Where a verified artifact is kept. Throws `fetch-unsafe-name` for a name that is a path. */
export function cachePath(cacheDirectory: string, { filename, sha256 }: FetchArtifact): string {
  if (filename === "" || filename.startsWith(".") || /[/\\\0]/.test(filename)) {
    throw fetchError("fetch-unsafe-name", `${JSON.stringify(filename)} is not a plain file name`, {
      hint: "The lock was changed by hand; lock again.",
    });
  }
  return join(cacheDirectory, "artifacts", sha256.slice(0, 2), sha256, filename);
}

/** Whether the cache has the artifact, judged by its size: its hash was checked when it came in. */
export function isCached(path: string, size: number | undefined): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && found.isFile() && (size === undefined || found.size === size);
}

/** Removes an artifact from the cache, so that the next run fetches it anew. */
export function forgetArtifact(cacheDirectory: string, artifact: FetchArtifact): void {
  rmSync(cachePath(cacheDirectory, artifact), { force: true });
}

/**
 * A file of this process's own to download into, beside the final name. It begins with what a run
 * that has ended left unfinished, if any: taking that over is a rename, so only one process does.
 */
export function claimPart(final: string): string {
  const own = `${final}.${hostTag()}.${process.pid}.${randomBytes(4).toString("hex")}.part`;
  writing(final, () => mkdirSync(dirname(final), { recursive: true }));
  for (const left of abandonedParts(final)) {
    try {
      renameSync(left, own);
      return own;
    } catch {
      // Another process was quicker.
    }
  }
  return own;
}

/** Gives a verified part its final name and removes what ended runs left of the same file. */
export function finishPart(part: string, final: string): void {
  writing(final, () => renameSync(part, final));
  for (const left of abandonedParts(final)) rmSync(left, { force: true });
}

const ABANDONED_AFTER = 3_600_000;

/** Parts whose process has ended, or, where it ran on another machine, that are an hour old. */
function abandonedParts(final: string): string[] {
  const folder = dirname(final);
  const prefix = final.slice(folder.length + 1);
  const parts = readdirSync(folder).filter((name) => name.startsWith(prefix));
  return parts.map((name) => join(folder, name)).filter((path) => isAbandoned(path, final));
}

function isAbandoned(path: string, final: string): boolean {
  const [, host, pid] =
    /^\.([a-z0-9-]+)\.(\d+)\.[0-9a-f]{8}\.part$/.exec(path.slice(final.length)) ?? [];
  if (host === undefined) return false;
  if (host === hostTag()) return !isAlive(Number(pid));
  const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return written !== undefined && Date.now() - written > ABANDONED_AFTER;
}

function hostTag(): string {
  return (
    hostname()
      .toLowerCase()
      .replace(/[^a-z0-9-]/g, "-")
      .slice(0, 40) || "host"
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function writing(path: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    const { code = "" } = cause as NodeJS.ErrnoException;
    const full = code === "ENOSPC" || code === "EDQUOT";
    throw fetchError(
      "fetch-write",
      `${path}: cannot be written: ${full ? "the disk is full" : code}`,
      {
        place: { file: path },
        hint: "Free some space or check the folder's permissions; --cache-dir names another folder.",
        cause,
      },
    );
  }
}
