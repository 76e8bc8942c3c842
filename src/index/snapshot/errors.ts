import { errorMaker, EXIT, type ErrorEntry, type ErrorMaker } from "../../base/index.ts";

type IndexFileErrorCode =
  | "index-file-missing"
  | "index-file-unwritable"
  | "index-file-foreign"
  | "index-file-newer"
  | "index-file-damaged"
  | "index-file-layers"
  | "index-import-source"
  | "index-unknown-project"
  | "index-update-unlisted"
  | "index-files-address";

/** What can go wrong with an index in one file. */
export const INDEX_FILE_ERRORS: Readonly<Record<IndexFileErrorCode, ErrorEntry>> = {
  "index-file-missing": {
    exit: EXIT.badInput,
    title: "The index file is not there or cannot be read",
    explain:
      "`--index FILE` and `mach-nix index use FILE` name a file that `mach-nix index import` " +
      "made. The message says what the operating system answered.",
  },
  "index-file-unwritable": {
    exit: EXIT.failed,
    title: "The index file cannot be written",
    explain:
      "The message says what the operating system answered. A file is written under a temporary name " +
      "and has its own only when it is whole: what stood there before is as it was, and nothing is left " +
      "of what was begun.",
  },
  "index-file-foreign": {
    exit: EXIT.badInput,
    title: "The file is no index",
    explain:
      "An index file begins with its own mark and is made by `mach-nix index import`. A checkout " +
      "or archive of pypi-deps-db is not read in place: import it first.",
  },
  "index-file-newer": {
    exit: EXIT.badInput,
    title: "The index file was made by a newer mach-nix",
    explain:
      "The file's format has a version that this mach-nix does not know. Use a newer mach-nix, or " +
      "import the data again.",
  },
  "index-file-damaged": {
    exit: EXIT.integrity,
    title: "The index file is damaged",
    explain:
      "Every part of an index file has a checksum that is checked before the part is used. One does " +
      "not hold, or the file is not as long as it says: it was cut off or changed. The message " +
      "names the part. Import the data again, or fetch the file again.",
  },
  "index-file-layers": {
    exit: EXIT.badInput,
    title: "The files of an index do not belong together",
    explain:
      "`mach-nix index update` writes deltas, which hold what changed since another file was made and " +
      "stand beside it: `FILE.1`, `FILE.2` and so on. Each names the file that it goes on top of, by " +
      "its digest. Here one stands on another file, or a delta was named in place of its base, or a " +
      "file is of another kind than its place asks for. Name the base; after a new import, remove the " +
      "deltas of the old file.",
  },
  "index-update-unlisted": {
    exit: EXIT.failed,
    title: "What changed on the index cannot be found out",
    explain:
      "`mach-nix index update` asks for the index's own page, which for every project says the serial " +
      "of its last change (`_last-serial`, in JSON). This index gives none, or it lists too few of the " +
      "projects that the file knows to be the same index. Name the packages to ask for with " +
      "`--packages FILE`, or another index with `--index-url`.",
  },
  "index-files-address": {
    exit: EXIT.badInput,
    title: "It is not known where the files are",
    explain:
      "nix-pypi-fetcher's data has hashes and names of files but not the address of the server. It is " +
      "taken from the index, which is asked for one project of the data; where that cannot be done, " +
      "`--files-url URL` says it: what stands before `source/r/requests/requests-2.0.tar.gz`.",
  },
  "index-import-source": {
    exit: EXIT.badInput,
    title: "There is nothing to import",
    explain:
      "`mach-nix index import PATH` reads a checkout of pypi-deps-db (a directory with `sdist/`, " +
      "`wheel/` or `sdist-errors/`) or a tar archive of one, as it is or compressed with zstd.",
  },
  "index-unknown-project": {
    exit: EXIT.failed,
    title: "The index has no project of that name",
    explain:
      "Names are compared in their normal form (PEP 503). The index knows only what was imported; " +
      "`mach-nix index info` says what that is and as of when.",
  },
};

export const indexFileError: ErrorMaker<typeof INDEX_FILE_ERRORS> = errorMaker(INDEX_FILE_ERRORS);
