import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { STORE_LINK } from "./layout.ts";
import type { Folder } from "./tree.ts";

/** Contents of folders are made in the order of the tree; `depth` folders lie above, up to the generation. */
function writeFolder(folder: Folder, path: string, depth: number): void {
  mkdirSync(path);
  const store = `${"../".repeat(depth)}${STORE_LINK}/`;
  for (const [name, node] of folder.children) {
    const at = `${path}/${name}`;
    if (node.kind === "link") symlinkSync(store + node.path, at);
    else if (node.kind === "folder") writeFolder(node, at, depth + 1);
    else if (node.kind === "pointer") symlinkSync(node.target, at);
    else writeFileSync(at, node.text, { mode: node.executable ? 0o755 : 0o644 });
  }
}

/**
 * Makes a generation's folder, which must not be there, from its tree. Links into the store go through
 * one link in the generation, so that a store that was moved costs one new link.
 */
export function writeTree(root: Folder, path: string): void {
  writeFolder(root, path, 0);
}
