import { readdirSync, readFileSync } from "node:fs";
import type { Collision } from "./types.ts";

/** A folder that is real in the environment. */
export interface Folder {
  readonly kind: "folder";
  readonly children: Map<string, Node>;
}

/** A link to something in an object of the store. */
export interface Link {
  readonly kind: "link";
  /** The distribution it belongs to. */
  readonly owner: string;
  /** The object's name and the path in it: `HASH-requests-2.32.0/site/requests`. */
  readonly path: string;
  /** Whether it leads to a folder. */
  readonly folder: boolean;
}

/** A file that the environment has for itself. */
export interface Text {
  readonly kind: "text";
  readonly owner: string;
  readonly text: string | Buffer;
  readonly executable: boolean;
}

/** A file that is in the environment itself, as the object has it or with another prefix in it. */
export interface Copy {
  readonly kind: "copy";
  readonly owner: string;
  /** As in `Link`. */
  readonly path: string;
  readonly executable: boolean;
  /** Whether it may be changed in the environment, so that it shares nothing with the store's. */
  readonly own: boolean;
  readonly prefix?: PrefixChange;
}

/** What to put in place of the prefix that a file was built for. */
export interface PrefixChange {
  readonly placeholder: string;
  readonly prefix: string;
  readonly mode: "text" | "binary";
}

/** A link to anywhere, as it is. */
export interface Pointer {
  readonly kind: "pointer";
  readonly target: string;
  /** Whose it is, where it is not ours. */
  readonly owner?: string;
}

export type Node = Folder | Link | Text | Copy | Pointer;

/** What placing needs to know beside the tree. */
export interface Composition {
  /** The store's folder. */
  readonly store: string;
  /** `sys.implementation.cache_tag`: which bytecode is linked into real folders. */
  readonly cacheTag: string;
  readonly collisions: Collision[];
}

/** The owner of what we make ourselves. */
export const OURS = "mach-nix";
export const BYTECODE = "__pycache__";

export function folder(): Folder {
  return { kind: "folder", children: new Map() };
}

function ownerOf(node: Node): string {
  return node.kind === "folder" ? OURS : (node.owner ?? OURS);
}

/** Whose a folder is, as its first file tells. */
function ownerWithin(node: Node): string {
  if (node.kind !== "folder") return ownerOf(node);
  const [first] = node.children.values();
  return first === undefined ? OURS : ownerWithin(first);
}

/** None where nothing was compiled, so that there is no folder. */
function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** Bytecode of one Python, as links, in a folder that is real: Python writes there what is missing. */
export function bytecodeFolder(link: Link, composition: Composition): Folder {
  const made = folder();
  for (const name of namesIn(`${composition.store}/${link.path}`))
    if (name.includes(`.${composition.cacheTag}.`))
      made.children.set(name, { ...link, path: `${link.path}/${name}`, folder: false });
  return made;
}

/** The folder that a link leads to, real, with links to what is in it. */
export function expand(link: Link, composition: Composition): Folder {
  const made = folder();
  for (const item of readdirSync(`${composition.store}/${link.path}`, { withFileTypes: true })) {
    const child: Link = { ...link, path: `${link.path}/${item.name}`, folder: item.isDirectory() };
    const isBytecode = child.folder && item.name === BYTECODE;
    made.children.set(item.name, isBytecode ? bytecodeFolder(child, composition) : child);
  }
  return made;
}

function bytesOf(node: Link | Text | Copy, composition: Composition): Buffer {
  if (node.kind === "text") return Buffer.from(node.text);
  return readFileSync(`${composition.store}/${node.path}`);
}

function isSame(a: Node, b: Node, composition: Composition): boolean {
  if (a.kind === "folder" || b.kind === "folder") return false;
  if (a.kind === "pointer") return b.kind === "pointer" && a.target === b.target;
  if (b.kind === "pointer") return false;
  try {
    return bytesOf(a, composition).equals(bytesOf(b, composition));
  } catch (error) {
    // Links of conda's packages to folders.
    if ((error as NodeJS.ErrnoException).code === "EISDIR") return false;
    throw error;
  }
}

function isFolder(node: Node): node is Folder | (Link & { folder: true }) {
  return node.kind === "folder" || (node.kind === "link" && node.folder);
}

/** The child as a real folder, made real if it is a link to one; made where there is none. */
export function realFolder(
  parent: Folder,
  name: string,
  composition: Composition,
): Folder | undefined {
  const there = parent.children.get(name);
  if (there !== undefined && !isFolder(there)) return undefined;
  if (there?.kind === "folder") return there;
  const made = there === undefined ? folder() : expand(there, composition);
  parent.children.set(name, made);
  return made;
}

/** The folder at a path, made real on the way; undefined where a file is in the way. */
export function descend(root: Folder, path: string, composition: Composition): Folder | undefined {
  let at: Folder | undefined = root;
  for (const name of path.split("/")) at = at && realFolder(at, name, composition);
  return at;
}

interface Spot {
  readonly parent: Folder;
  readonly name: string;
  /** The path in the environment, for messages. */
  readonly path: string;
}

function merge(spot: Spot, node: Folder | Link, composition: Composition): void {
  const target = realFolder(spot.parent, spot.name, composition) as Folder;
  const source = node.kind === "folder" ? node : expand(node, composition);
  for (const [name, child] of source.children)
    place({ parent: target, name, path: `${spot.path}/${name}` }, child, composition);
}

/**
 * Puts something at its place. Where something is there already, folders are merged, equal files are one,
 * and of one distribution's two (a script and an entry point) the later counts; anything else is a
 * collision, in which what was first stays.
 */
export function place(spot: Spot, node: Node, composition: Composition): void {
  const there = spot.parent.children.get(spot.name);
  if (there === undefined) spot.parent.children.set(spot.name, node);
  else if (isFolder(there) && isFolder(node)) merge(spot, node, composition);
  else if (spot.path.includes(`/${BYTECODE}/`)) return;
  else if (ownerOf(there) === ownerOf(node)) spot.parent.children.set(spot.name, node);
  else if (isFolder(there) || isFolder(node) || !isSame(there, node, composition))
    composition.collisions.push({
      path: spot.path,
      kept: ownerWithin(there),
      dropped: ownerWithin(node),
    });
}

/** Makes every folder below real, with links to single files. */
export function expandAll(root: Folder, composition: Composition): void {
  for (const [name, node] of root.children) {
    const child = node.kind === "link" && node.folder ? expand(node, composition) : node;
    root.children.set(name, child);
    if (child.kind === "folder") expandAll(child, composition);
  }
}
