import { chmodSync, lstatSync, readdirSync, rmSync } from "node:fs";

function openFolders(path: string): void {
  chmodSync(path, 0o755);
  for (const item of readdirSync(path, { withFileTypes: true }))
    if (item.isDirectory()) openFolders(`${path}/${item.name}`);
}

/** Removes a folder whose folders may be read-only. No error where it is not there. */
export function removeTree(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (stat.isDirectory() && process.geteuid?.() !== 0) openFolders(path);
  rmSync(path, { recursive: true, force: true });
}
