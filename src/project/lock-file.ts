/** The lock's name in an environment directory, and where `lock` writes unless told otherwise. */
export const LOCK_FILE = "mach-nix.lock";
