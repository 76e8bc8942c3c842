import { pathToFileURL } from "node:url";
import type { PackageName, Sha256 } from "../base/index.ts";
import type { FileRecord } from "../index/index.ts";
import {
  LOCK_VERSION,
  type Lock,
  type LockedArtifact,
  type LockedTarget,
  type Pin,
  targetLabel,
} from "../lock/index.ts";
import type { Requirement } from "../requirement/index.ts";
import type { Resolution, ResolvedPin } from "../resolve/index.ts";
import { targetName, type Target } from "../target/index.ts";
import type { TargetBuilds } from "./builds/book.ts";
import { projectError } from "./errors.ts";

/** What a lock says beside its pins. */
export type LockHead = Omit<Lock, "version" | "targets" | "artifacts">;

export interface ResolvedTarget {
  readonly target: Target;
  readonly set?: string;
  readonly resolution: Resolution;
  /** What its source distributions are built with. */
  readonly builds?: TargetBuilds;
  /** What was asked for, where a build had to be asked for it. */
  readonly asked?: readonly Requirement[];
}

/**
 * One lock of several resolutions; files below `base`, the lock's folder, are named relative to it, so
 * that they can be moved together. Throws UserError `project-incomplete-lock` where a chosen file has
 * no hash, and where two targets chose different files of one name.
 */
export function assembleLock(
  head: LockHead,
  resolved: readonly ResolvedTarget[],
  { base }: { readonly base: string },
): Lock {
  const artifacts = new Map<string, LockedArtifact>();
  const folder = `${pathToFileURL(base).href}/`;
  for (const { resolution, builds } of resolved) {
    for (const pin of resolution.pins) addArtifact(artifacts, pin, folder);
    for (const [name, artifact] of Object.entries(builds?.artifacts ?? {})) {
      addNamed(artifacts, name, artifact);
    }
  }
  return {
    version: LOCK_VERSION,
    ...head,
    targets: resolved.map(lockTarget).sort((a, b) => (targetLabel(a) < targetLabel(b) ? -1 : 1)),
    artifacts: Object.fromEntries([...artifacts].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function lockTarget({ target, set, resolution, builds }: ResolvedTarget): LockedTarget {
  const hasBuilds = builds !== undefined && Object.keys(builds.builds).length > 0;
  return {
    name: targetName(target),
    ...(set === undefined ? {} : { set }),
    python: target.python.text,
    platform: target.platform.name,
    pins: resolution.pins.map(lockPin),
    ...(hasBuilds ? { builds: builds.builds } : {}),
  };
}

/** A pin as the lock tells it. */
export function lockPin(pin: ResolvedPin): Pin {
  return {
    name: pin.name,
    version: pin.version,
    provider: pin.provider,
    ...(pin.build === undefined ? {} : { build: pin.build }),
    ...(pin.condaName === undefined ? {} : { condaName: pin.condaName }),
    ...(pin.attribute === undefined ? {} : { attribute: pin.attribute }),
    ...(pin.extras.length === 0 ? {} : { extras: pin.extras }),
    ...fileOf(pin),
    dependencies: pin.dependencies,
    requestedBy: pin.requestedBy,
  };
}

function fileOf({ file }: ResolvedPin): Pick<Pin, "artifact" | "unhashed"> {
  if (file === undefined) return {};
  return isUnlocated(file) ? { unhashed: file.filename } : { artifact: artifactName(file) };
}

/** What a file is called among the artifacts: a conda package with its channel and folder. */
export function artifactName({ folder, filename }: FileRecord): string {
  return folder === undefined ? filename : `${folder}/${filename}`;
}

/** Whether nothing but an index file without addresses knows the file. */
function isUnlocated(file: FileRecord): boolean {
  return file.sha256 === undefined && file.url.startsWith("index-file:");
}

function addArtifact(
  artifacts: Map<string, LockedArtifact>,
  { name, file }: ResolvedPin,
  folder: string,
): void {
  if (file === undefined || isUnlocated(file)) return;
  addNamed(artifacts, artifactName(file), artifactOf(file, { name, folder }));
}

function addNamed(
  artifacts: Map<string, LockedArtifact>,
  filename: string,
  artifact: LockedArtifact,
): void {
  const known = artifacts.get(filename);
  if (known !== undefined && known.sha256 !== artifact.sha256)
    throw sameName(filename, [known.sha256, artifact.sha256]);
  artifacts.set(filename, artifact);
}

/** A file as the lock tells it. Throws UserError `project-incomplete-lock` where it has no hash. */
export function lockArtifact(
  file: FileRecord,
  { name, base }: { readonly name: PackageName; readonly base: string },
): LockedArtifact {
  return artifactOf(file, { name, folder: `${pathToFileURL(base).href}/` });
}

function artifactOf(
  { filename, url, sha256, size, commit, subdirectory, editable }: FileRecord,
  { name, folder }: { readonly name: PackageName; readonly folder: string },
): LockedArtifact {
  if (sha256 === undefined) {
    throw projectError("project-incomplete-lock", `${filename} has no SHA-256 on its index`, {
      place: { package: name, url },
    });
  }
  return {
    url: url.startsWith(folder) ? `file:${url.slice(folder.length)}` : url,
    sha256,
    ...(size === undefined ? {} : { size }),
    ...(commit === undefined ? {} : { commit }),
    ...(subdirectory === undefined ? {} : { subdirectory }),
    ...(editable === true ? { editable } : {}),
  };
}

function sameName(filename: string, hashes: readonly [Sha256, Sha256]): Error {
  return projectError(
    "project-incomplete-lock",
    `two targets chose different files named ${filename} (${hashes.join(" and ")})`,
    { hint: "pin the package to one index in mach-nix.toml, under [indexes]" },
  );
}
