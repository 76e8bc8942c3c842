import { posix } from "node:path";
import type { ByteSource } from "../archive/index.ts";

/** What can be imported, so that a folder above it may be a package. */
const MODULE = /\.(?:py|pyc|pyd|so)$/;
/** PEP 561: folders of stubs are found as packages are. */
const STUBS = /^[^/]*-stubs\/.*\.pyi$/;
const REGULAR = /^__init__\.(?:py|pyc|pyd|so|.*\.so|.*\.pyd)$/;
const SHARED_INIT = ["extend_path", "declare_namespace"] as const;
/** A namespace's `__init__.py` holds little else; longer ones belong to real packages. */
const MAX_SHARED_INIT = 4096;

/**
 * Whether an `__init__.py` only makes its folder a namespace in the way of before PEP 420: by
 * `pkgutil.extend_path` or `pkg_resources.declare_namespace`.
 */
export function isSharedInit(file: ByteSource): boolean {
  if (file.size > MAX_SHARED_INIT) return false;
  const text = Buffer.from(file.read(0, file.size)).toString("latin1");
  return SHARED_INIT.some((call) => text.includes(call));
}

/**
 * The folders among the files of `site/` that distributions may share, parents first: those that modules
 * are in or below, without an `__init__` module or with one of `sharedInits`, as long as all their
 * parents are such, too. A name with a dot (`numpy.libs`) is no package's.
 */
export function findNamespaces(
  files: readonly string[],
  { sharedInits, distInfo }: { sharedInits: ReadonlySet<string>; distInfo: string },
): string[] {
  const folders = new Set<string>();
  const regular = new Set<string>();
  for (const file of files) {
    const folder = posix.dirname(file);
    if (REGULAR.test(posix.basename(file)) && !sharedInits.has(file)) regular.add(folder);
    if (MODULE.test(file) || STUBS.test(file)) addParents(folders, folder);
  }
  return [...folders]
    .filter((folder) => folder !== distInfo && !folder.startsWith(`${distInfo}/`))
    .filter((folder) => !folder.includes("."))
    .filter((folder) => !isInside(folder, regular))
    .sort((a, b) => (a < b ? -1 : 1));
}

function addParents(folders: Set<string>, folder: string): void {
  for (let at = folder; at !== "." && !folders.has(at); at = posix.dirname(at)) folders.add(at);
}

function isInside(folder: string, regular: ReadonlySet<string>): boolean {
  for (let at = folder; at !== "."; at = posix.dirname(at)) if (regular.has(at)) return true;
  return false;
}
