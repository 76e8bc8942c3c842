import { errorMaker, EXIT, type ErrorEntry, type ErrorMaker } from "../base/index.ts";

type FetchErrorCode =
  "fetch-wrong-hash" | "fetch-wrong-size" | "fetch-not-found" | "fetch-unsafe-name" | "fetch-write";

export const FETCH_ERRORS: Readonly<Record<FetchErrorCode, ErrorEntry>> = {
  "fetch-wrong-hash": {
    exit: EXIT.integrity,
    title: "A file is not the one that was locked",
    explain:
      "The file's SHA-256 differs from the lock's: it was replaced on the server, damaged on the way, or the lock was changed. Nothing of it is kept. If the new file is right, lock again with --upgrade.",
  },
  "fetch-wrong-size": {
    exit: EXIT.integrity,
    title: "A file has not the size that was locked",
    explain:
      "The file is longer or shorter than the lock says: it was replaced on the server, cut off on the way, or the lock was changed. Nothing of it is kept.",
  },
  "fetch-not-found": {
    exit: EXIT.network,
    title: "A locked file was found nowhere",
    explain:
      "A file is looked for in the cache, in --find-links folders, at the lock's URL, and on the indexes given, by its name and its hash. All that was tried is listed.",
  },
  "fetch-unsafe-name": {
    exit: EXIT.integrity,
    title: "A file name that is a path",
    explain: "A file's name must be a plain name: it becomes a file of that name in the cache.",
  },
  "fetch-write": {
    exit: EXIT.failed,
    title: "The download cache cannot be written",
    explain: "The disk is full, or the cache's folder cannot be made or written to.",
  },
};

export const fetchError: ErrorMaker<typeof FETCH_ERRORS> = errorMaker(FETCH_ERRORS);
