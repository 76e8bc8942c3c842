import { errorMaker, EXIT, type ErrorEntry, type ErrorMaker } from "../base/index.ts";

type LockErrorCode =
  | "lock-missing"
  | "lock-unreadable"
  | "lock-unwritable"
  | "lock-too-large"
  | "lock-syntax"
  | "lock-duplicate-key"
  | "lock-newer"
  | "lock-invalid"
  | "lock-unsafe"
  | "lock-set-needed"
  | "lock-unknown-set";

/** What can be wrong with a lock file. */
export const LOCK_ERRORS: Readonly<Record<LockErrorCode, ErrorEntry>> = {
  "lock-missing": {
    exit: EXIT.badInput,
    title: "There is no lock file",
    explain:
      "The command needs a mach-nix.lock, which `mach-nix lock -r FILE` or `mach-nix env DIR -r FILE` writes. Check that the folder or file is the one you mean.",
  },
  "lock-unreadable": {
    exit: EXIT.failed,
    title: "The lock file cannot be read",
    explain:
      "The operating system refused to read the lock file: it is a folder, or the permissions forbid it. The message carries the system's own reason.",
  },
  "lock-unwritable": {
    exit: EXIT.failed,
    title: "The lock file cannot be written",
    explain:
      "The lock is written under a temporary name beside its place and then renamed, so the folder must be writable and have room. The former lock, if any, is untouched.",
  },
  "lock-too-large": {
    exit: EXIT.badInput,
    title: "The lock file is too large to be one",
    explain:
      "A lock has a few hundred bytes for each pin. A file beyond the limit is not read at all: it is damaged, or no lock.",
  },
  "lock-syntax": {
    exit: EXIT.badInput,
    title: "The lock file is not valid JSON",
    explain:
      "Often a merge left conflict marks in it. A lock is generated: restore it from version control, or lock again with `mach-nix lock`.",
  },
  "lock-duplicate-key": {
    exit: EXIT.badInput,
    title: "A key stands twice in the lock file",
    explain:
      "JSON readers differ in which of two equal keys they take, so a lock with one is refused. Often a merge took both sides: restore the lock, or lock again.",
  },
  "lock-newer": {
    exit: EXIT.badInput,
    title: "The lock file was written by a newer mach-nix",
    explain:
      "The lock's `version` is higher than this mach-nix knows. Reading it anyway could install something else than was locked. Update mach-nix, or lock again with this one.",
  },
  "lock-invalid": {
    exit: EXIT.badInput,
    title: "The lock file does not have the shape of one",
    explain:
      "A key is missing, unknown, or has a value of the wrong kind, or a pin names something that the lock does not contain. Unknown keys are refused because ignoring one could change what is installed. Restore the lock, or lock again.",
  },
  "lock-unsafe": {
    exit: EXIT.integrity,
    title: "The lock file holds a value that mach-nix never writes",
    explain:
      "A file name with a path in it, a URL with credentials or of a strange kind, control characters, a malformed hash: such a lock was changed by hand or by somebody else. Nothing was fetched. Look at where it comes from, then restore it or lock again.",
  },
  "lock-set-needed": {
    exit: EXIT.badInput,
    title: "One of the lock's sets has to be chosen",
    explain:
      "Requirements that cannot stand together are locked as separate sets (`[sets]` in mach-nix.toml, or `conflicts` of `[tool.uv]` in pyproject.toml). An environment and most files for other tools are of one set: choose it with `--set NAME`, or for good with `set` in mach-nix.toml.",
  },
  "lock-unknown-set": {
    exit: EXIT.badInput,
    title: "There is no such set",
    explain:
      "`--set`, or `set` in mach-nix.toml, names a set that the lock does not have. Sets are what `[sets]` in mach-nix.toml lists, or follow from `conflicts` of `[tool.uv]` in pyproject.toml when several extras or groups that exclude each other are asked for. Most locks have none.",
  },
};

export const lockError: ErrorMaker<typeof LOCK_ERRORS> = errorMaker(LOCK_ERRORS);
