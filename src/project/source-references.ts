import { existsSync, readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { sha256 } from "../base/index.ts";
import type { FileRecord, MetadataFailure, ReleaseMetadata } from "../index/index.ts";
import type { DirectReference, Requirement } from "../requirement/index.ts";
import { folderHash } from "./builds/build-source.ts";
import { projectError } from "./errors.ts";
import { gitCheckout } from "./git-checkout.ts";
import { resolveGitCommit } from "./git-reference.ts";
import type { Session } from "./session.ts";

/** What a source says of itself. */
export interface Inspected {
  readonly name: string;
  readonly version: string;
  readonly metadata: ReleaseMetadata;
}

/** Has a source's metadata prepared. */
export type Inspect = (file: FileRecord) => Promise<Inspected | MetadataFailure>;

type Git = Extract<DirectReference, { kind: "git" }>;

/**
 * A repository's commit as a file of a lock, its name not known yet: the tree is fetched and hashed.
 * Throws UserError `project-git`, `project-source-tree`.
 */
export async function gitSource(session: Session, reference: Git): Promise<FileRecord> {
  const { url, subdirectory } = reference;
  const commit = await resolveGitCommit(session, reference);
  const folder = await gitCheckout(session, { url, commit });
  const root = subdirectory === undefined ? folder : join(folder, subdirectory);
  return {
    filename: "",
    kind: "sdist",
    url: `git+${url}`,
    sha256: folderHash(root, { editable: false }),
    commit,
    ...(subdirectory === undefined ? {} : { subdirectory }),
    yanked: false,
  };
}

/** A folder as a file of a lock. Throws UserError `project-reference`, `project-source-tree`. */
export function folderSource(
  folder: string,
  { subdirectory, requirement }: { subdirectory?: string; requirement: Requirement },
): FileRecord {
  const root = subdirectory === undefined ? folder : join(folder, subdirectory);
  if (!["pyproject.toml", "setup.py"].some((name) => existsSync(join(root, name)))) {
    throw projectError("project-reference", `${root} has no pyproject.toml and no setup.py`, {
      hint: "name the folder of a Python project",
      ...placeOf(requirement),
    });
  }
  const { editable } = requirement;
  return {
    filename: "",
    kind: "sdist",
    url: `${pathToFileURL(root).href}/`,
    sha256: folderHash(root, { editable }),
    ...(editable ? { editable } : {}),
    yanked: false,
  };
}

/** A local source distribution as a file of a lock. */
export function archiveSource(path: string): FileRecord {
  const bytes = readFileSync(path);
  return {
    filename: basename(path),
    kind: "sdist",
    url: pathToFileURL(path).href,
    sha256: sha256(bytes),
    size: bytes.length,
    yanked: false,
  };
}

/** Whether a path is a folder's. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** The source under the name that its project and version give it: archives of repositories have any. */
export function namedSource(file: FileRecord, { name, version }: Inspected): FileRecord {
  const ending = /\.(?:tar\.(?:gz|bz2|xz)|tgz|zip)$/.exec(file.filename)?.[0] ?? ".tar.gz";
  return { ...file, filename: `${name.replaceAll("-", "_")}-${version}${ending}` };
}

function placeOf({ place }: Requirement): { place?: NonNullable<Requirement["place"]> } {
  return place === undefined ? {} : { place };
}
