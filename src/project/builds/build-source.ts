import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Sha256, sha256 } from "../../base/index.ts";
import type { BuildSource } from "../../build/index.ts";
import { cachePath, fetchArtifacts } from "../../fetch/index.ts";
import type { HttpClient } from "../../http/index.ts";
import type { LockedArtifact } from "../../lock/index.ts";
import { projectError } from "../errors.ts";
import { gitCheckout } from "../git-checkout.ts";
import type { IndexSettings } from "../index-settings.ts";
import type { Session } from "../session.ts";
import { folderOf, isFolderUrl } from "./folder-url.ts";
import { readSourceTree, sourceTreeHash } from "../source-tree.ts";

export interface SourcePlaces {
  readonly session: Session;
  readonly settings: IndexSettings;
  readonly client: HttpClient;
  /** The lock's folder, which relative `file:` URLs start from. */
  readonly base: string;
}

/** What is locked of a source, and what its file is called. */
export type LockedSourceFile = LockedArtifact & { readonly filename: string };

/**
 * A locked source on this machine: a file, a folder, or a checkout, checked against the lock's hash.
 * Throws UserError `project-source-changed`, `project-source-tree`, `project-git`, and the fetch
 * stage's errors.
 */
export async function openSource(
  locked: LockedSourceFile,
  places: SourcePlaces,
): Promise<BuildSource> {
  if (locked.commit !== undefined) return checkedTree(locked, await checkout(locked, places));
  if (isFolderUrl(locked.url)) return checkedTree(locked, folderOf(locked.url, places.base));
  const { filename, sha256: hash } = locked;
  const { session, settings, client, base } = places;
  const { extraIndexUrls, indexUrl, findLinks } = settings.configuration;
  const paths = await fetchArtifacts([locked], {
    client,
    cacheDirectory: session.home.cache,
    base,
    findLinks,
    indexUrls: [...extraIndexUrls, ...(indexUrl === undefined ? [] : [indexUrl])],
    report: session.report,
  });
  const path = paths.get(filename) ?? cachePath(session.home.cache, locked);
  return { kind: "sdist", path, filename, sha256: hash };
}

/**
 * What a folder is known by in a lock: its whole tree, or of an editable one only the files that say
 * how it is built, since all others may change. Throws UserError `project-source-tree`.
 */
export function folderHash(folder: string, { editable }: { readonly editable: boolean }): Sha256 {
  const tree = readSourceTree(folder);
  if (!editable) return sourceTreeHash(tree);
  const texts = ["pyproject.toml", "setup.cfg", "setup.py"].map((name) => {
    const path = join(folder, name);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  });
  const crates = join(folder, "Cargo.lock");
  if (existsSync(crates)) texts.push(readFileSync(crates, "utf8"));
  return sha256(texts.join("\0"));
}

function checkout(
  { url, commit, filename }: LockedSourceFile,
  { session }: SourcePlaces,
): Promise<string> {
  if (commit === undefined) throw new Error(`${filename} is of no commit`);
  return gitCheckout(session, { url: url.replace(/^git\+/, ""), commit });
}

function checkedTree(locked: LockedSourceFile, folder: string): BuildSource {
  const { subdirectory, editable = false, filename } = locked;
  const root = subdirectory === undefined ? folder : join(folder, subdirectory);
  const hash = folderHash(root, { editable });
  if (hash !== locked.sha256) {
    throw projectError("project-source-changed", `${root} is not as it was when it was locked`, {
      place: { file: root },
      hint: "lock again",
      facts: { filename, locked: locked.sha256, found: hash },
    });
  }
  return { kind: "tree", path: root };
}
