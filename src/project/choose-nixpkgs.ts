import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { LockedSource } from "../lock/index.ts";
import { askNix } from "./ask-nix.ts";
import { projectError } from "./errors.ts";
import { archiveUrl, commitOfFlakeLock, nixpkgsOfFlakeLock } from "./flake-lock.ts";
import { DEFAULT_NIXPKGS } from "./nix-sources.ts";
import { narHashOf, treeOf } from "./nix-tree.ts";
import { COMMIT, type GitHubReference, parseNixpkgsReference } from "./nixpkgs-reference.ts";
import type { Session } from "./session.ts";

/**
 * The nixpkgs that a user names, with its hash: of a folder computed, of a commit that ./flake.lock or
 * this release has taken from there, else asked of Nix. Throws UserError `nix-no-nixpkgs`,
 * `nix-newer-nixpkgs` (than `date`, unless it is undefined) and `nix-unknown-hash`.
 */
export async function chooseNixpkgs(
  session: Session,
  { named, date }: { readonly named: string; readonly date: string | undefined },
): Promise<LockedSource> {
  const source = await find(session, named);
  const { lastModified } = source;
  if (date === undefined || lastModified === undefined) return source;
  if (lastModified * 1000 <= Date.parse(date)) return source;
  const when = new Date(lastModified * 1000).toISOString().slice(0, 10);
  throw projectError(
    "nix-newer-nixpkgs",
    `${named} is of ${when}, newer than the lock's date, ${date.slice(0, 10)}`,
    { hint: "take a later --date, or --ignore-data-outdated" },
  );
}

function find(session: Session, named: string): LockedSource | Promise<LockedSource> {
  const reference = parseNixpkgsReference(named, session.cwd);
  switch (reference?.kind) {
    case "folder":
      return ofFolder(reference.path);
    case "lock":
      return nixpkgsOfFlakeLock(reference.path) ?? refuse(reference.path, "no flake.lock with it");
    case "github":
      return known(session, reference) ?? askNix(session, reference);
    case "archive":
      return askNix(session, reference);
    default:
      return refuse(named, "no folder, reference, address or channel");
  }
}

/** A commit whose hash stands somewhere. */
function known({ cwd }: Session, reference: GitHubReference): LockedSource | undefined {
  const { ref = "" } = reference;
  if (!COMMIT.test(ref)) return undefined;
  if (archiveUrl(reference, ref) === DEFAULT_NIXPKGS.url) return DEFAULT_NIXPKGS;
  return commitOfFlakeLock(join(cwd, "flake.lock"), reference);
}

function refuse(what: string, why: string): never {
  throw projectError("nix-no-nixpkgs", `${what} is no nixpkgs: ${why}`, {
    hint: "give a folder, a flake.lock, github:NixOS/nixpkgs/COMMIT, an archive's address, or a channel such as nixos-25.05",
  });
}

async function ofFolder(folder: string): Promise<LockedSource> {
  if (!existsSync(join(folder, "default.nix"))) refuse(folder, "it has no default.nix");
  const lastModified = await commitTime(folder);
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
