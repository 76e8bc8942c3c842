import { lstatSync } from "node:fs";
import { type Composition, expandAll, type Folder } from "./tree.ts";

/**
 * Makes every folder of a tree real, and the files of some owners the environment's own: what a script of
 * theirs writes is then in the environment, never in the store.
 */
export function takeOwnFiles(
  root: Folder,
  {
    composition,
    owners,
  }: { readonly composition: Composition; readonly owners: readonly string[] },
): void {
  expandAll(root, composition);
  copyFiles(root, composition.store, new Set(owners));
}

function copyFiles(folder: Folder, store: string, owners: ReadonlySet<string>): void {
  for (const [name, node] of folder.children) {
    if (node.kind === "folder") copyFiles(node, store, owners);
    // Another name of the store's file would be the store's file.
    else if (node.kind === "copy") folder.children.set(name, { ...node, own: true });
    else if (node.kind === "link" && owners.has(node.owner)) {
      const stat = lstatSync(`${store}/${node.path}`);
      if (!stat.isFile()) continue;
      const { owner, path } = node;
      const executable = (stat.mode & 0o111) !== 0;
      folder.children.set(name, { kind: "copy", owner, path, executable, own: true });
    }
  }
}
