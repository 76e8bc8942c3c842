import { basename, posix } from "node:path";
import { CONDA_FILES, type CondaObject, readCondaObject } from "../build/index.ts";
import type { StorePath } from "../store/index.ts";
import { environmentError } from "./errors.ts";
import { entryPointScript, isEntryPoint } from "./script-text.ts";
import {
  type Composition,
  type Copy,
  descend,
  type Folder,
  folder,
  type Link,
  place,
  type PrefixChange,
} from "./tree.ts";

/** A conda package to be put into the tree. */
export interface CondaMember {
  /** The object's name. */
  readonly object: string;
  readonly conda: CondaObject;
  readonly path: StorePath;
}

/** What conda packages are put into an environment with. */
export interface CondaSite {
  readonly root: Folder;
  /** Its collisions are those among conda packages. */
  readonly composition: Composition;
  /** The environment's directory: what takes the place of the prefix. */
  readonly directory: string;
  /** Relative to the environment. */
  readonly sitePackages: string;
}

/** Folders that are the environment's own, so that something can be added to them. */
const REAL = ["bin", "lib", "include", "share", "etc"];
const NOARCH_SITE = "site-packages";
const NOARCH_SCRIPTS = "python-scripts";
/** What uninstallers go by: they would follow links into the store. */
const LEFT_OUT = ["RECORD", "installed-files.txt"];

/** Reads what an object is. Throws `environment-object`. */
export function readCondaMember(path: StorePath): CondaMember {
  try {
    return { object: basename(path), conda: readCondaObject(path), path };
  } catch (error) {
    throw environmentError("environment-object", `${basename(path)} in the store cannot be read`, {
      hint: "Run `mach-nix store verify --repair`, then sync again.",
      place: { file: path },
      cause: error,
    });
  }
}

/** Where a file of a package is in an environment: a noarch Python package's depend on its Python. */
export function installedPath({ noarch }: CondaObject, path: string, sitePackages: string): string {
  if (noarch !== "python") return path;
  if (path === NOARCH_SITE || path.startsWith(`${NOARCH_SITE}/`))
    return sitePackages + path.slice(NOARCH_SITE.length);
  if (path === NOARCH_SCRIPTS || path.startsWith(`${NOARCH_SCRIPTS}/`))
    return `bin${path.slice(NOARCH_SCRIPTS.length)}`;
  return path;
}

/**
 * Puts conda packages into the tree, in the order in which conda links them: of two that have the same
 * file, the later one's is there, and the other's is a collision. Throws `conda-prefix-too-long`.
 */
export function composeConda(members: readonly CondaMember[], site: CondaSite): void {
  for (const name of REAL) descend(site.root, name, site.composition);
  // What is there first stays, so the last is placed first.
  for (const member of [...members].reverse()) {
    checkRoom(member, site);
    for (const [name, node] of packageTree(member, site).children)
      place({ parent: site.root, name, path: name }, node, site.composition);
  }
}

function changeFor(
  { placeholder, mode }: CondaObject["prefixFiles"][number],
  { directory }: CondaSite,
): PrefixChange {
  return { placeholder, mode, prefix: directory };
}

/** Throws for the first binary file in which the directory's path has no room. */
function checkRoom({ conda }: CondaMember, site: CondaSite): void {
  const { directory } = site;
  for (const file of conda.prefixFiles) {
    const room = Buffer.byteLength(file.placeholder);
    if (file.mode === "text" || Buffer.byteLength(directory) <= room) continue;
    throw environmentError(
      "conda-prefix-too-long",
      `${file.path} of ${conda.name} ${conda.version} has room for a path of ${room} bytes, and ${directory} has ${Buffer.byteLength(directory)}`,
      {
        hint: `Make the environment in a directory whose path has at most ${room} bytes.`,
        place: { file: directory, package: conda.name },
        facts: { room, entry: file.path },
      },
    );
  }
}

/** One package's tree, with links to folders wherever nothing in them has to be the environment's. */
function packageTree(member: CondaMember, site: CondaSite): Folder {
  const { conda } = member;
  const { composition } = site;
  const root = folder();
  const at = (path: string): string => installedPath(conda, path, site.sitePackages);
  const put = (path: string, node: Parameters<Folder["children"]["set"]>[1]): void => {
    const parent = posix.dirname(path);
    const into = parent === "." ? root : descend(root, parent, composition);
    into?.children.set(posix.basename(path), node);
  };
  for (const entry of conda.top) {
    const name = entry.replace(/\/$/, "");
    const path = at(name);
    const parent = path.includes("/") ? descend(root, posix.dirname(path), composition) : root;
    const spot = { parent: parent as Folder, name: posix.basename(path), path };
    place(spot, link(member, name, entry.endsWith("/")), composition);
  }
  for (const path of conda.realFolders) descend(root, at(path), composition);
  for (const path of conda.infoFolders) hideRecord(descend(root, at(path), composition));
  for (const file of conda.prefixFiles)
    put(at(file.path), { ...copy(member, file), own: true, prefix: changeFor(file, site) });
  for (const file of conda.ownFiles)
    put(at(file.path), { ...copy(member, file), own: file.copied });
  for (const { path, target } of conda.ownLinks)
    put(at(path), { kind: "pointer", target, owner: conda.name });
  for (const point of conda.entryPoints)
    if (isEntryPoint(point))
      put(`bin/${point.name}`, {
        kind: "text",
        owner: conda.name,
        text: entryPointScript(point),
        executable: true,
      });
  return root;
}

function hideRecord(info: Folder | undefined): void {
  for (const name of LEFT_OUT) info?.children.delete(name);
}

function link({ conda, object }: CondaMember, path: string, isFolder: boolean): Link {
  return {
    kind: "link",
    owner: conda.name,
    path: `${object}/${CONDA_FILES}/${path}`,
    folder: isFolder,
  };
}

function copy(
  { conda, object }: CondaMember,
  { path, executable }: { readonly path: string; readonly executable: boolean },
): Omit<Copy, "own"> {
  return {
    kind: "copy",
    owner: conda.name,
    path: `${object}/${CONDA_FILES}/${path}`,
    executable,
  };
}
