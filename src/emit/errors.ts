import { errorMaker, EXIT, type ErrorEntry, type ErrorMaker } from "../base/index.ts";

type EmitErrorCode =
  "export-targets-overlap" | "export-one-target" | "export-no-artifact" | "lock-unknown-target";

/** What can go wrong when something is made of a lock. */
export const EMIT_ERRORS: Readonly<Record<EmitErrorCode, ErrorEntry>> = {
  "export-targets-overlap": {
    exit: EXIT.badInput,
    title: "The format cannot tell two targets of the lock apart",
    explain:
      "Requirements files and pylock.toml tell targets apart by markers: the Python, the operating system and the machine. No marker knows the C library or its version, so where two targets differ in nothing else and hold different packages, one of them has to be chosen with `--target`.",
  },
  "export-no-artifact": {
    exit: EXIT.badInput,
    title: "The format cannot hold what the lock has",
    explain:
      "Requirements files and pylock.toml list files of Python indexes with their hashes. Packages of conda channels and of nixpkgs are left out of them, which a note and a comment say; where nothing else is in the lock, there is nothing to write. A file whose hash the lock does not know cannot be written either.",
  },
  "export-one-target": {
    exit: EXIT.badInput,
    title: "The format is for one target, and the lock has several",
    explain:
      "Files for conda list the packages of one platform and one Python: write one for each target, chosen with `--target`.",
  },
  "lock-unknown-target": {
    exit: EXIT.badInput,
    title: "The lock has no such target",
    explain:
      "A lock holds one list of pins for each Python and platform it was made for, such as `3.11-linux-x86_64`. The message lists those of this lock.",
  },
};

export const emitError: ErrorMaker<typeof EMIT_ERRORS> = errorMaker(EMIT_ERRORS);
