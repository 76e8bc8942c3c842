import { execFile } from "node:child_process";
import { cpSync, existsSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { writeFileAtomic } from "../base/index.ts";
import { NIX_FILES } from "../emit/index.ts";
import {
  type Lock,
  type LockedNix,
  type LockedSource,
  writeLock,
  writeLockFile,
} from "../lock/index.ts";
import { projectError } from "./errors.ts";
import { DEFAULT_NIXPKGS } from "./nix-sources.ts";
import { narHashOf, treeOf } from "./nix-tree.ts";
import type { Session } from "./session.ts";

/** Which nixpkgs an environment's Nix files are to use. */
export interface NixRequest {
  /** A folder; the release's own nixpkgs if left out, or what the lock has. */
  readonly nixpkgs?: string;
  /** Also one that is newer than the lock's date. */
  readonly ignoreDataOutdated?: boolean;
}

/** The folder beside the files that has the library. */
const LIBRARY = "nix";
/** Of it, what no environment needs. */
const LEFT_OUT = /\/nix\/(?:test|template)$|\/(?:program|gen|list-python-packages)\.nix$/;

/** The library that belongs to this program: beside `src`, or beside `dist/bundle`. */
function libraryFolder(): string | undefined {
  const roots = ["../..", "../../.."].map((up) => resolve(import.meta.dirname, up));
  return roots.map((root) => join(root, "nix")).find((path) => existsSync(join(path, "lock.nix")));
}

/**
 * Writes default.nix, shell.nix, flake.nix and the library into an environment directory, and into its
 * lock the sources that they use; a nixpkgs that the lock names stays. Gives the lock. Throws UserError
 * `nix-no-nixpkgs`, `nix-newer-nixpkgs` and `project-foreign-directory`.
 */
export async function writeNixFiles(
  session: Session,
  request: NixRequest,
  given: {
    readonly directory: string;
    readonly path: string;
    readonly lock: Lock;
  },
): Promise<Lock> {
  const { directory, path, lock } = given;
  const library = libraryFolder();
  if (library === undefined) return lock;
  const nixpkgs = await chooseNixpkgs(session, request, {
    date: lock.date,
    former: lock.nix,
  });
  const machNix = copyLibrary(library, directory);
  for (const [name, text] of Object.entries(NIX_FILES)) writeOwn(join(directory, name), text);
  const complete: Lock = { ...lock, nix: { nixpkgs, machNix } };
  writeLockFile(path, writeLock(complete));
  return complete;
}

/** A file that is the user's own stays as it is. */
function writeOwn(path: string, text: string): void {
  const present = existsSync(path) ? readFileSync(path, "utf8") : undefined;
  if (present === text) return;
  if (present === undefined || present.includes("Written by mach-nix."))
    writeFileAtomic(path, text);
}

function copyLibrary(library: string, directory: string): LockedSource {
  const target = join(directory, LIBRARY);
  const narHash = narHashOf(treeOf(library, LEFT_OUT));
  if (existsSync(target) && !existsSync(join(target, "lock.nix"))) {
    throw projectError("project-foreign-directory", `${target} is not what mach-nix wrote there`, {
      place: { file: target },
      hint: "call it something else: mach-nix keeps its Nix library in a folder of that name",
    });
  }
  if (presentHash(target) !== narHash) replaceFolder(target, { library, narHash });
  return { url: `path:${LIBRARY}`, narHash };
}

/** The hash of a folder; undefined where there is none, or another process is putting one there. */
function presentHash(folder: string): string | undefined {
  try {
    return narHashOf(treeOf(folder));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** The whole library or, on a disk that is full, what was there before; by several processes at once. */
function replaceFolder(
  target: string,
  { library, narHash }: { readonly library: string; readonly narHash: string },
): void {
  const part = `${target}.${process.pid}.part`;
  const old = `${target}.${process.pid}.old`;
  try {
    cpSync(library, part, { recursive: true, filter: (from) => !LEFT_OUT.test(from) });
    while (!isRenamed(part, target) && presentHash(target) !== narHash) {
      rmSync(old, { recursive: true, force: true });
      isRenamed(target, old);
    }
  } finally {
    for (const folder of [part, old]) rmSync(folder, { recursive: true, force: true });
  }
}

/** False where the new name is taken, or the old one gone. */
function isRenamed(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (["ENOTEMPTY", "EEXIST", "ENOENT"].includes(code)) return false;
    throw error;
  }
}

async function chooseNixpkgs(
  session: Session,
  { nixpkgs, ignoreDataOutdated }: NixRequest,
  { date, former }: { readonly date: string; readonly former: LockedNix | undefined },
): Promise<LockedSource> {
  if (nixpkgs === undefined) return former?.nixpkgs ?? DEFAULT_NIXPKGS;
  const folder = resolve(session.cwd, nixpkgs);
  if (!existsSync(join(folder, "default.nix")) || !statSync(folder).isDirectory()) {
    throw projectError("nix-no-nixpkgs", `${folder} is no nixpkgs: it has no default.nix`, {
      place: { file: folder },
      hint: "give the folder of a nixpkgs",
    });
  }
  const lastModified = await commitTime(folder);
  if (lastModified !== undefined && lastModified * 1000 > Date.parse(date) && !ignoreDataOutdated) {
    const when = new Date(lastModified * 1000).toISOString().slice(0, 10);
    throw projectError(
      "nix-newer-nixpkgs",
      `${folder} is of ${when}, newer than the lock's date, ${date.slice(0, 10)}`,
      { place: { file: folder }, hint: "take a later --date, or --ignore-data-outdated" },
    );
  }
  const source = { url: `path:${folder}`, narHash: narHashOf(treeOf(folder)) };
  return lastModified === undefined ? source : { ...source, lastModified };
}

/** Of a git checkout, when it was committed, in seconds since 1970. */
async function commitTime(folder: string): Promise<number | undefined> {
  if (!existsSync(join(folder, ".git"))) return undefined;
  try {
    const words = ["-C", folder, "log", "-1", "--format=%ct"];
    const { stdout } = await promisify(execFile)("git", words);
    return Number(stdout.trim()) || undefined;
  } catch {
    return undefined;
  }
}
