import { type ErrorEntry, errorMaker, type ErrorMaker, EXIT } from "../base/index.ts";

type BuildCode =
  | "wheel-name"
  | "wheel-metadata"
  | "wheel-newer"
  | "wheel-layout"
  | "wheel-record"
  | "wheel-record-files"
  | "wheel-record-mismatch"
  | "wheel-entry-point"
  | "compile-no-python"
  | "build-sdist-too-large"
  | "sandbox-unavailable"
  | "sandbox-python"
  | "sandbox-broken";

/** What can be wrong with a wheel and with compiling it, as `mach-nix explain` tells it. */
export const BUILD_ERRORS: Readonly<Record<BuildCode, ErrorEntry>> = {
  "wheel-name": {
    exit: EXIT.integrity,
    title: "A wheel is not what its file name says",
    explain:
      "A wheel's file name, its .dist-info folder and its METADATA must name the same project and the " +
      "same version (PEP 427). Otherwise what was resolved and locked is not what would be installed.",
  },
  "wheel-metadata": {
    exit: EXIT.integrity,
    title: "A wheel lacks what makes it a wheel",
    explain:
      "A wheel has exactly one .dist-info folder with the files WHEEL, METADATA and RECORD (PEP 427). " +
      "The message names what is missing or cannot be read.",
  },
  "wheel-newer": {
    exit: EXIT.integrity,
    title: "A wheel has a format that is not known",
    explain:
      "The wheel's Wheel-Version has another major number than 1, so it may have to be installed in a " +
      "way that this version of mach-nix does not know (PEP 427). A newer mach-nix may.",
  },
  "wheel-layout": {
    exit: EXIT.integrity,
    title: "A wheel puts files where wheels may not put them",
    explain:
      "Files of a wheel go to site-packages or, from its .data folder, to the places purelib, platlib, " +
      "headers, scripts and data (PEP 427). Anything else, and two files for one place, is refused.",
  },
  "wheel-record": {
    exit: EXIT.integrity,
    title: "A wheel's RECORD cannot be relied on",
    explain:
      "RECORD lists each file with its hash, of an algorithm at least as strong as SHA-256 (PEP 376, " +
      "PEP 427). Lines that cannot be read, contradict each other, lack a hash or use a weak one are refused.",
  },
  "wheel-record-files": {
    exit: EXIT.integrity,
    title: "A wheel's files are not those of its RECORD",
    explain:
      "Each file of a wheel must be listed in its RECORD, and each file listed must be there; only RECORD's " +
      "own signatures are not listed (PEP 427). A file was added to the wheel or lost after it was built.",
  },
  "wheel-record-mismatch": {
    exit: EXIT.integrity,
    title: "A file of a wheel differs from its RECORD",
    explain:
      "The file's size or hash is not the one that RECORD gives. The wheel was changed after it was " +
      "built, or built wrongly. Nothing of it was installed.",
  },
  "wheel-entry-point": {
    exit: EXIT.integrity,
    title: "A wheel has an entry point that cannot be made a command",
    explain:
      "A command's name must be a file name, and what it calls must be `module:attribute` " +
      "(entry points specification). Anything else could write elsewhere or run something else.",
  },
  "compile-no-python": {
    exit: EXIT.failed,
    title: "Python could not be started to compile bytecode",
    explain:
      "Bytecode is compiled by the environment's own Python. `--compile never` goes without: Python then " +
      "compiles each module whenever it is imported.",
  },
  "build-sdist-too-large": {
    exit: EXIT.failed,
    title: "A source distribution unpacks to too many bytes",
    explain:
      "No more than 8 GiB are unpacked of a source distribution. Larger ones are broken, or made to fill " +
      "the disk.",
  },
  "sandbox-unavailable": {
    exit: EXIT.failed,
    title: "There is no sandbox to build in",
    explain:
      "Building a source distribution runs its author's program. It is shut in: by bubblewrap, else by " +
      "namespaces, else by Landlock with seccomp. The message says why each of them does not work here. " +
      "A kind that could not stop everything on this machine is used only if it is asked for by name.",
  },
  "sandbox-python": {
    exit: EXIT.failed,
    title: "Python could not be started to shut a build in",
    explain:
      "The sandbox is driven by a Python of 3.6 or newer. The one at the place named could not be " +
      "started, or failed.",
  },
  "sandbox-broken": {
    exit: EXIT.failed,
    title: "A sandbox could not be set up",
    explain:
      "The kind of sandbox worked when it was tried, but not for this run. The message has the reason " +
      "that the kernel or bubblewrap gave. Nothing was run.",
  },
};

export const buildError: ErrorMaker<typeof BUILD_ERRORS> = errorMaker(BUILD_ERRORS);
