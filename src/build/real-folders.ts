import { posix } from "node:path";

/** Top-level folders that auditwheel makes for one distribution alone. */
const OWN_LIBRARIES = ".libs";

/** A shared library and the places where it looks for others, relative to its own folder. */
export interface LibraryPaths {
  /** Path of the library in `site/`. */
  readonly file: string;
  /** Such as `../../nvidia/cublas/lib`: what follows `$ORIGIN` or `@loader_path`. */
  readonly relative: readonly string[];
}

/**
 * The folders of `site/` that must be real in an environment, parents first. A library's `..` is
 * resolved by the kernel, through links, so from a linked folder it leads to the object and finds
 * only what the object itself has. A path that leads anywhere else, to another distribution's files or
 * out of `site/`, works only if all folders down to the library are the environment's own.
 */
export function findRealFolders(
  libraries: readonly LibraryPaths[],
  { folders, namespaces }: { folders: ReadonlySet<string>; namespaces: ReadonlySet<string> },
): string[] {
  const real = new Set<string>();
  for (const { file, relative } of libraries) {
    const folder = posix.dirname(file);
    if (!relative.some((path) => leavesObject(folder, path))) continue;
    for (let at = folder; at !== "."; at = posix.dirname(at)) real.add(at);
  }
  return [...real].sort((a, b) => (a < b ? -1 : 1));

  function leavesObject(folder: string, path: string): boolean {
    const target = posix.normalize(posix.join(folder, path));
    const top = target.split("/", 1)[0] as string;
    const own = folders.has(target) && (!namespaces.has(target) || top.endsWith(OWN_LIBRARIES));
    if (target === "." || own) return false;
    return top === ".." || !folders.has(top) || namespaces.has(top);
  }
}
