import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Whether a lock's URL names a folder. */
export function isFolderUrl(url: string): boolean {
  return url.startsWith("file:") && url.endsWith("/");
}

/** The path of a `file:` URL; `base` is the lock's folder, which relative ones start from. */
export function folderOf(url: string, base: string): string {
  return url.startsWith("file:///")
    ? resolve(fileURLToPath(url))
    : resolve(base, decodeURIComponent(url.slice("file:".length)));
}
