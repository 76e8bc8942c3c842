import { errorMaker, EXIT, type ErrorEntry, type ErrorMaker } from "../base/index.ts";

type ArchiveCode =
  | "zip-damaged"
  | "zip-unsafe-name"
  | "zip-duplicate"
  | "zip-mismatch"
  | "zip-unsupported"
  | "zip-too-large"
  | "zip-checksum";

export const ARCHIVE_ERRORS: Readonly<Record<ArchiveCode, ErrorEntry>> = {
  "zip-damaged": {
    exit: EXIT.integrity,
    title: "A zip file is damaged or is none",
    explain:
      "The file's structure contradicts itself or ends too early: an interrupted download, a web page " +
      "saved under the name of a wheel, or bytes added before, between or after the archive's parts. " +
      "Such files are read differently by different programs, so they are refused. Get the file again.",
  },
  "zip-unsafe-name": {
    exit: EXIT.integrity,
    title: "A zip file has an entry whose name is not safe",
    explain:
      "Names that are absolute, have `..`, `.`, backslashes, drive letters or control characters, are " +
      "too long or are not UTF-8 could leave the folder they are unpacked to, or mean different files " +
      "on different systems. Report it to whoever made the file.",
  },
  "zip-duplicate": {
    exit: EXIT.integrity,
    title: "A zip file has the same name twice",
    explain:
      "Two entries with one name, or a file that is also used as a folder: which one counts depends on " +
      "the program that reads it, so that what was inspected need not be what is installed.",
  },
  "zip-mismatch": {
    exit: EXIT.integrity,
    title: "A zip file describes an entry in two different ways",
    explain:
      "Each entry is described in the archive's directory and again before its data. Where the two do " +
      "not agree, programs disagree about what the archive holds.",
  },
  "zip-unsupported": {
    exit: EXIT.integrity,
    title: "A zip file uses something that packages may not use",
    explain:
      "Encryption, several disks, compression methods other than stored and deflate, symbolic links " +
      "and special files are not part of the wheel format (PEP 427), and installers treat them differently.",
  },
  "zip-too-large": {
    exit: EXIT.integrity,
    title: "A zip file is too large once unpacked",
    explain:
      "The entry or the whole archive unpacks to more than was declared or than is allowed, or to a " +
      "size out of all proportion to the file: the mark of a zip bomb.",
  },
  "zip-checksum": {
    exit: EXIT.integrity,
    title: "An entry of a zip file is corrupt",
    explain:
      "The unpacked bytes do not have the CRC-32 or the size that the archive gives, or the compressed " +
      "data is no valid deflate stream. Get the file again.",
  },
};

export const archiveError: ErrorMaker<typeof ARCHIVE_ERRORS> = errorMaker(ARCHIVE_ERRORS);
