import { join, resolve } from "node:path";
import type { Lock } from "../lock/index.ts";
import { valueOf } from "./requests.ts";
import type { Given } from "./types.ts";

/** The lock that a word means: a file that ends in `.lock`, else the one in a directory. */
export function lockPath(cwd: string, place: string | undefined): string {
  const path = resolve(cwd, place ?? ".");
  return path.endsWith(".lock") ? path : join(path, "mach-nix.lock");
}

/** The set that is meant of a lock: what needs settings is loaded only where it has some. */
export async function setOf(
  given: Given,
  { lock, path }: { readonly lock: Lock; readonly path: string },
): Promise<string | undefined> {
  const asked = valueOf(given, "set");
  if (asked === undefined && lock.sets === undefined) return undefined;
  const { setOfLock } = await import("../project/index.ts");
  return setOfLock(lock, { path, asked });
}
