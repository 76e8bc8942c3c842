import { errorMaker, EXIT, type ErrorEntry, type ErrorMaker } from "../../base/index.ts";

type IndexFileErrorCode =
  | "index-file-missing"
  | "index-file-foreign"
  | "index-file-newer"
  | "index-file-damaged"
  | "index-import-source"
  | "index-unknown-project";

/** What can go wrong with an index in one file. */
export const INDEX_FILE_ERRORS: Readonly<Record<IndexFileErrorCode, ErrorEntry>> = {
  "index-file-missing": {
    exit: EXIT.badInput,
    title: "The index file is not there or cannot be read",
    explain:
      "`--index FILE` and `mach-nix index use FILE` name a file that `mach-nix index import` " +
      "made. The message says what the operating system answered.",
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
