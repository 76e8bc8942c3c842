import { errorMaker, EXIT, type ErrorEntry, type ErrorMaker } from "../base/index.ts";

type ArchiveCode =
  | "zip-damaged"
  | "zip-unsafe-name"
  | "zip-duplicate"
  | "zip-mismatch"
  | "zip-unsupported"
  | "zip-too-large"
  | "zip-checksum"
  | "compressed-damaged"
  | "compressed-too-large"
  | "tar-damaged"
  | "tar-unsafe-name"
  | "tar-unsafe-link"
  | "tar-duplicate"
  | "tar-ambiguous"
  | "tar-unsupported"
  | "tar-too-large";

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
  "compressed-damaged": {
    exit: EXIT.integrity,
    title: "A compressed file is damaged",
    explain:
      "The gzip, bzip2 or zstd data cannot be unpacked: it is cut short, its checksum is another, or it " +
      "is something else under that name, such as a web page. Get the file again.",
  },
  "compressed-too-large": {
    exit: EXIT.integrity,
    title: "A compressed file is too large once unpacked",
    explain:
      "The file unpacks to more than is allowed, or to a size out of all proportion to the file: the " +
      "mark of a decompression bomb.",
  },
  "tar-damaged": {
    exit: EXIT.integrity,
    title: "A tar archive is damaged or is none",
    explain:
      "A header's checksum, number or record is wrong, or the archive ends within an entry. Get the file again.",
  },
  "tar-unsafe-name": {
    exit: EXIT.integrity,
    title: "A tar archive has an entry whose name is not safe",
    explain:
      "Names that are absolute, have `..`, backslashes, drive letters or control characters, are too " +
      "long or are not UTF-8 could leave the folder they are unpacked to, or mean different files on " +
      "different systems. Report it to whoever made the file.",
  },
  "tar-unsafe-link": {
    exit: EXIT.integrity,
    title: "A tar archive has a link that leaves it",
    explain:
      "A link leads to an absolute path, out of the archive, in a circle, or a hard link to nothing that " +
      "came before it. Whoever follows such a link reads or writes files that are not the archive's.",
  },
  "tar-duplicate": {
    exit: EXIT.integrity,
    title: "A tar archive has the same name twice",
    explain:
      "Two entries with one name, a file that is also used as a folder, or an entry below a link: which " +
      "one counts depends on the program that reads it.",
  },
  "tar-ambiguous": {
    exit: EXIT.integrity,
    title: "A tar archive can be read in two ways",
    explain:
      "Its headers contradict each other (two sizes, two names), or entries follow the archive's end: " +
      "programs disagree about what it holds, so it is refused.",
  },
  "tar-unsupported": {
    exit: EXIT.integrity,
    title: "A tar archive has something that packages may not have",
    explain:
      "Devices, pipes, sparse files, parts of other volumes and unknown kinds of entries are in no " +
      "package, and programs treat them differently.",
  },
  "tar-too-large": {
    exit: EXIT.integrity,
    title: "A tar archive has too much in it",
    explain: "It has more entries, a longer header, or a larger file than any package has.",
  },
};

export const archiveError: ErrorMaker<typeof ARCHIVE_ERRORS> = errorMaker(ARCHIVE_ERRORS);
