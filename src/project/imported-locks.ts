import { basename, resolve } from "node:path";
import { normalizeName, type PackageName, type Report } from "../base/index.ts";
import { readLockFile } from "../lock/index.ts";
import { markerEnvironment, type Target, targetName } from "../target/index.ts";
import type { ResolvedTarget } from "./assemble-lock.ts";
import { projectError } from "./errors.ts";
import { keptVersions } from "./former-lock.ts";
import { readInputFile } from "./read-request.ts";
import type { Session } from "./session.ts";
import type { LockRequest } from "./types.ts";

/** The versions that locks given with `--from-lock` have for a target. */
export type ImportedVersions = (target: Target) => ReadonlyMap<PackageName, string>;

/**
 * Reads the locks of other tools, and mach-nix.lock files of other places, that a request names; an
 * earlier one counts before a later one, and packages to be upgraded are left out. Throws the errors of
 * the requirement and lock stages, and UserError `project-input-missing`.
 */
export async function readImportedLocks(
  session: Session,
  { fromLocks = [], upgrade }: LockRequest,
): Promise<ImportedVersions> {
  const all: ImportedVersions[] = [];
  for (const path of fromLocks) all.push(await readImportedLock(resolve(session.cwd, path)));
  const upgraded = upgrade === undefined || upgrade === true ? [] : upgrade;
  return (target) => {
    const versions = new Map(all.toReversed().flatMap((each) => [...each(target)]));
    for (const name of upgraded) versions.delete(normalizeName(name));
    return versions;
  };
}

async function readImportedLock(path: string): Promise<ImportedVersions> {
  if (basename(path).endsWith("mach-nix.lock")) {
    const { lock } = readLockFile(path);
    return (target) => keptVersions(lock, { name: targetName(target) }, undefined);
  }
  const content = readInputFile(path);
  if (content === undefined) {
    throw projectError("project-input-missing", `there is no ${path}`, { place: { file: path } });
  }
  const { importedVersions, readLockImport } = await import("../requirement/index.ts");
  const lock = await readLockImport(path, content);
  return (target) => importedVersions(lock, markerEnvironment(target));
}

const MOST_TOLD = 10;

/** Tells how many of the imported versions were kept, and which were not. */
export function noteImported(
  report: Report,
  resolved: readonly ResolvedTarget[],
  imported: ImportedVersions,
): void {
  const changed = new Set<string>();
  const names = new Set<string>();
  for (const { target, resolution } of resolved) {
    const wanted = imported(target);
    for (const { name, version } of resolution.pins) {
      const before = wanted.get(name);
      if (before === undefined) continue;
      names.add(name);
      if (before !== version) changed.add(`${name} ${before} → ${version}`);
    }
  }
  if (names.size === 0) return;
  const others = [...changed].toSorted();
  const rest = others.length > MOST_TOLD ? ` and ${others.length - MOST_TOLD} more` : "";
  const list = `${others.slice(0, MOST_TOLD).join(", ")}${rest}`;
  report({
    kind: "note",
    level: "info",
    code: "versions-imported",
    message:
      others.length === 0
        ? `all ${names.size} versions that the lock given has are kept`
        : `of ${names.size} versions that the lock given has, ${others.length} did not fit: ${list}`,
    facts: { packages: names.size, changed: others },
  });
}
