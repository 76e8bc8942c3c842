import { dirname } from "node:path";
import { chooseSet, type Lock, setNames } from "../lock/index.ts";
import { readSettings } from "./read-settings.ts";

/**
 * The set of a lock that is meant: the one named, else the one that the mach-nix.toml beside the lock
 * calls the usual one; undefined for a lock without sets. Throws UserError `lock-set-needed`,
 * `lock-unknown-set`, and those of reading the settings.
 */
export async function setOfLock(
  lock: Lock,
  { path, asked }: { readonly path: string; readonly asked: string | undefined },
): Promise<string | undefined> {
  const names = setNames(lock);
  if (asked !== undefined || names.length === 0) return chooseSet(names, { asked });
  const { set } = await readSettings(dirname(path));
  return chooseSet(names, { usual: set });
}
