import { readdirSync } from "node:fs";

export interface TreeItem {
  /** Relative to where the walk began, `/`-separated. */
  readonly path: string;
  readonly kind: "file" | "folder" | "link" | "other";
}

/** Everything below a folder, folders before what is in them; links are not followed. */
export function walkTree(root: string): TreeItem[] {
  const found: TreeItem[] = [];
  const open = [""];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    for (const item of readdirSync(`${root}/${folder}`, { withFileTypes: true })) {
      const path = folder === "" ? item.name : `${folder}/${item.name}`;
      if (item.isDirectory()) {
        found.push({ path, kind: "folder" });
        open.push(path);
      } else
        found.push({
          path,
          kind: item.isFile() ? "file" : item.isSymbolicLink() ? "link" : "other",
        });
    }
  }
  return found;
}
