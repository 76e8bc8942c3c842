import { errorMaker, type ErrorEntry, type ErrorMaker, EXIT } from "../base/index.ts";

/** Everything that can be wrong with a store, as `mach-nix explain` tells it. */
export const STORE_ERRORS: Readonly<
  Record<"store-full" | "store-not-writable" | "store-busy", ErrorEntry>
> = {
  "store-full": {
    exit: EXIT.failed,
    title: "No room left for the store",
    explain:
      "The disk, or your quota on it, is full. Nothing half-made was left behind. Free some space (`mach-nix store gc` removes what no environment uses) or point MACH_NIX_HOME to another disk, and run the command again.",
  },
  "store-not-writable": {
    exit: EXIT.failed,
    title: "The store cannot be written",
    explain:
      "The store's folder belongs to somebody else or is on a read-only file system. Point MACH_NIX_HOME to a folder of your own.",
  },
  "store-busy": {
    exit: EXIT.failed,
    title: "Other commands are using the store",
    explain:
      "Removing objects waits until no other mach-nix command uses the store, and the others wait while objects are being removed. The wait took too long. The message names the processes.",
  },
};

export const storeError: ErrorMaker<typeof STORE_ERRORS> = errorMaker(STORE_ERRORS);

const FULL = new Set(["ENOSPC", "EDQUOT"]);
const REFUSED = new Set(["EACCES", "EPERM", "EROFS"]);

/** A file system's failure in the store's words; anything else comes back as it is. */
export function fromFileError(error: unknown, root: string): unknown {
  const { code = "", path = root } = (error ?? {}) as NodeJS.ErrnoException;
  if (FULL.has(code))
    return storeError("store-full", `No room left on the disk of the store ${root}`, {
      hint: "Free some space, or set MACH_NIX_HOME to a folder on another disk.",
      place: { file: root },
      cause: error,
    });
  if (REFUSED.has(code) && (path.startsWith(root) || root.startsWith(path)))
    return storeError("store-not-writable", `The store ${root} cannot be written (${code})`, {
      hint: "Set MACH_NIX_HOME to a folder that you may write to.",
      place: { file: root },
      cause: error,
    });
  return error;
}
