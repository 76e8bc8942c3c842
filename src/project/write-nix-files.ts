import { cpSync, existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { writeFileAtomic } from "../base/index.ts";
import { NIX_FILES } from "../emit/index.ts";
import { type Lock, type LockedSource, writeLock, writeLockFile } from "../lock/index.ts";
import { chooseNixpkgs } from "./choose-nixpkgs.ts";
import { projectError } from "./errors.ts";
import { DEFAULT_NIXPKGS } from "./nix-sources.ts";
import { narHashOf, treeOf } from "./nix-tree.ts";
import type { Session } from "./session.ts";

/** Which nixpkgs an environment's Nix files are to use. */
export interface NixRequest {
  /** A folder, flake reference, address or channel; if left out what the lock has, else the release's own. */
  readonly nixpkgs?: string;
  /** Also one that is newer than the lock's date. */
  readonly ignoreDataOutdated?: boolean;
}

/** The folder beside the files that has the library. */
const LIBRARY = "nix";
/** Of it, what no environment needs. */
const LEFT_OUT =
  /\/nix\/(?:test|template)$|\/(?:program|npm-packages|gen|list-python-packages)\.nix$/;

/** The library that belongs to this program: beside `src`, or beside `dist/bundle`. */
function libraryFolder(): string | undefined {
  const roots = ["../..", "../../.."].map((up) => resolve(import.meta.dirname, up));
  return roots.map((root) => join(root, "nix")).find((path) => existsSync(join(path, "lock.nix")));
}

/**
 * Writes default.nix, shell.nix, flake.nix and the library into an environment directory, and into its
 * lock the sources that they use; a nixpkgs that the lock names stays. Gives the lock. Throws UserError
 * `project-foreign-directory` and those of `chooseNixpkgs`.
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
  const nixpkgs = await nixpkgsFor(session, request, lock);
  const machNix = copyLibrary(library, directory);
  for (const [name, text] of Object.entries(NIX_FILES)) writeOwn(join(directory, name), text);
  const complete: Lock = { ...lock, nix: { nixpkgs, machNix } };
  writeLockFile(path, writeLock(complete));
  return complete;
}

async function nixpkgsFor(
  session: Session,
  { nixpkgs, ignoreDataOutdated }: NixRequest,
  lock: Lock,
): Promise<LockedSource> {
  if (nixpkgs === undefined) return lock.nix?.nixpkgs ?? DEFAULT_NIXPKGS;
  const date = ignoreDataOutdated === true ? undefined : lock.date;
  return chooseNixpkgs(session, { named: nixpkgs, date });
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
