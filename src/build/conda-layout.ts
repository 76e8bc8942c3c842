import { posix } from "node:path";
import type { CondaPath } from "./conda-info.ts";
import type { CondaObject } from "./conda-object.ts";
import type { Written } from "./conda-writer.ts";

const LINK_SCRIPT = /^bin\/\.[^/]+-(?:pre-link|post-link|pre-unlink|post-unlink)\.sh$/;
const MENU = /^Menu\/[^/]+\.json$/;
const INFO_FOLDER = /^((?:lib\/python[^/]+\/)?site-packages\/[^/]+\.(?:dist-info|egg-info))\/./;
/** Links followed one after the other. */
const MOST_LINKS = 40;

type Layout = Pick<
  CondaObject,
  | "top"
  | "prefixFiles"
  | "ownFiles"
  | "ownLinks"
  | "realFolders"
  | "infoFolders"
  | "linkScripts"
  | "menus"
>;

/**
 * What of a package's files can be links into the object and what cannot: files with a prefix in them,
 * programs, links that lead to these or out of the package, and the folders down to them.
 */
export function layOutConda(
  paths: readonly CondaPath[],
  files: ReadonlyMap<string, Written>,
): Layout {
  const names = paths.map(({ path }) => path).sort();
  const prefixFiles: CondaObject["prefixFiles"][number][] = [];
  const ownFiles: CondaObject["ownFiles"][number][] = [];
  for (const { path, prefix, noLink } of paths) {
    const file = files.get(path);
    if (file?.kind !== "file") continue;
    const { executable } = file;
    if (prefix !== undefined) prefixFiles.push({ path, ...prefix, executable });
    else if (noLink || file.selfAware || path.startsWith("bin/"))
      ownFiles.push({ path, executable, copied: noLink });
  }
  const own = new Set([...prefixFiles, ...ownFiles].map(({ path }) => path));
  const ownLinks = findOwnLinks(files, own);
  const libraries = [...files].filter(([, { relative }]) => relative.some(leavesFolder));
  const inFolders = [
    ...own,
    ...ownLinks.map(({ path }) => path),
    ...libraries.map(([path]) => path),
  ];
  const infos = names
    .map((path) => INFO_FOLDER.exec(path)?.[1])
    .filter((path) => path !== undefined);
  return {
    top: topEntries(paths),
    prefixFiles: prefixFiles.sort(byPath),
    ownFiles: ownFiles.sort(byPath),
    ownLinks,
    realFolders: [...new Set(inFolders.flatMap(parents))].sort(),
    infoFolders: [...new Set(infos)],
    linkScripts: names.filter((path) => LINK_SCRIPT.test(path)),
    menus: names.filter((path) => MENU.test(path)),
  };
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : 1;
}

function leavesFolder(path: string): boolean {
  const normal = posix.normalize(path);
  return normal === ".." || normal.startsWith("../");
}

function parents(path: string): string[] {
  const found: string[] = [];
  for (let at = posix.dirname(path); at !== "."; at = posix.dirname(at)) found.push(at);
  return found;
}

function topEntries(paths: readonly CondaPath[]): string[] {
  const tops = paths.map(({ path, kind }) => {
    const slash = path.indexOf("/");
    if (slash >= 0) return path.slice(0, slash + 1);
    return kind === "directory" ? `${path}/` : path;
  });
  return [...new Set(tops)].sort();
}

/** Links in `bin`, links that lead out of the package, and links to what is not the object's. */
function findOwnLinks(
  files: ReadonlyMap<string, Written>,
  own: ReadonlySet<string>,
): { path: string; target: string }[] {
  const folders = new Set([...files.keys()].flatMap(parents));
  const ownFolders = new Set([...own].flatMap(parents));
  const found: { path: string; target: string }[] = [];
  for (const [path, { kind, target = "" }] of files) {
    if (kind !== "link") continue;
    const end = follow(path, files);
    const isOutside = end === undefined || (!files.has(end) && !folders.has(end));
    if (path.startsWith("bin/") || isOutside || own.has(end) || ownFolders.has(end))
      found.push({ path, target });
  }
  return found.sort(byPath);
}

/** Where a link ends, through other links that are the last part of a path; undefined in a circle. */
function follow(path: string, files: ReadonlyMap<string, Written>): string | undefined {
  let at = path;
  for (let left = MOST_LINKS; left > 0; left--) {
    const file = files.get(at);
    if (file?.kind !== "link") return at;
    at = posix.normalize(posix.join(posix.dirname(at), file.target ?? "")).replace(/\/$/, "");
  }
  return undefined;
}
