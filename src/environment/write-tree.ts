import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { writeCopy } from "./conda-copy.ts";
import { STORE_LINK } from "./layout.ts";
import type { Folder } from "./tree.ts";

/** A folder to be written. */
interface Place {
  readonly path: string;
  /** How many folders lie above, up to the generation. */
  readonly depth: number;
  /** The store's folder. */
  readonly store: string;
}

/** Contents of folders are made in the order of the tree. */
function writeFolder(folder: Folder, { path, depth, store }: Place): void {
  mkdirSync(path);
  const link = `${"../".repeat(depth)}${STORE_LINK}/`;
  for (const [name, node] of folder.children) {
    const at = `${path}/${name}`;
    if (node.kind === "link") symlinkSync(link + node.path, at);
    else if (node.kind === "folder") writeFolder(node, { path: at, depth: depth + 1, store });
    else if (node.kind === "pointer") symlinkSync(node.target, at);
    else if (node.kind === "copy") writeCopy(node, { store, at });
    else writeFileSync(at, node.text, { mode: node.executable ? 0o755 : 0o644 });
  }
}

/**
 * Makes a generation's folder, which must not be there, from its tree. Links into the store, whose
 * folder is given, go through one link in the generation, so that a store that was moved costs one new
 * link.
 */
export function writeTree(root: Folder, path: string, store: string): void {
  writeFolder(root, { path, depth: 0, store });
}
