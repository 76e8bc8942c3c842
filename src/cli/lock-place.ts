import { join, resolve } from "node:path";

/** The lock that a word means: a file that ends in `.lock`, else the one in a directory. */
export function lockPath(cwd: string, place: string | undefined): string {
  const path = resolve(cwd, place ?? ".");
  return path.endsWith(".lock") ? path : join(path, "mach-nix.lock");
}
