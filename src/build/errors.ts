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
  | "conda-name"
  | "conda-damaged"
  | "conda-mismatch"
  | "compile-no-python"
  | "build-sdist-too-large"
  | "sandbox-unavailable"
  | "sandbox-python"
  | "sandbox-broken"
  | "build-system"
  | "build-failed"
  | "build-limit"
  | "build-stopped"
  | "build-wheel"
  | "build-metadata"
  | "build-crates"
  | "build-editable";

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
  "conda-name": {
    exit: EXIT.integrity,
    title: "A conda package is not what its file name says",
    explain:
      "A conda package is called NAME-VERSION-BUILD.conda or NAME-VERSION-BUILD.tar.bz2, and its " +
      "info/index.json says the same. Otherwise what was resolved and locked is not what would be installed.",
  },
  "conda-damaged": {
    exit: EXIT.integrity,
    title: "A conda package lacks what makes it one, or cannot be unpacked here",
    explain:
      "A conda package has its metadata in info/: index.json, and paths.json or files. A .conda file is " +
      "a zip of metadata.json and two tar archives. The message names what is missing or cannot be read.",
  },
  "conda-mismatch": {
    exit: EXIT.integrity,
    title: "A conda package's files are not those that it lists",
    explain:
      "info/paths.json gives each file's size and SHA-256. A file is missing or differs: the package was " +
      "changed after it was built, or built wrongly. Nothing of it was installed.",
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
  "build-system": {
    exit: EXIT.failed,
    title: "A source does not say how to build it",
    explain:
      "The table [build-system] in pyproject.toml names the backend that builds the project and what that " +
      "needs (PEP 517, PEP 518). Without the table it is setuptools; a table that is malformed is refused.",
  },
  "build-failed": {
    exit: EXIT.failed,
    title: "A source distribution could not be built",
    explain:
      "The project's own build program ended with an error. The message has its last word, and what is " +
      "missing on this machine where the log tells; the log is kept at the place named. Builds run shut " +
      "in: without the network, the home folder and other files, so a build that wants them fails.",
  },
  "build-limit": {
    exit: EXIT.failed,
    title: "A build took more than it may",
    explain:
      "Time, memory, processes, disk and output of a build are limited. It was ended with everything that " +
      "it had started.",
  },
  "build-stopped": {
    exit: EXIT.interrupted,
    title: "A build was stopped",
    explain: "The build was interrupted and ended with everything that it had started.",
  },
  "build-wheel": {
    exit: EXIT.integrity,
    title: "A build made another wheel than it should",
    explain:
      "A build must make exactly one wheel, a plain file, of the project and version that the source " +
      "distribution is of, for the Python that it is built for. Anything else is not installed.",
  },
  "build-metadata": {
    exit: EXIT.integrity,
    title: "A build backend gave something that is no metadata",
    explain:
      "What a backend answers when it is asked for metadata or requirements must be what PEP 517 says. " +
      "The message says what was wrong.",
  },
  "build-crates": {
    exit: EXIT.failed,
    title: "The crates of a Rust project are not known",
    explain:
      "A project that is built by maturin or setuptools-rust is compiled from crates. Its Cargo.lock names each of " +
      "them with its hash, and the lock takes over what it says, so that the build needs no network. Without a " +
      "Cargo.lock, or with crates out of git repositories, it cannot be built; with a wheel nothing has to be.",
  },
  "build-editable": {
    exit: EXIT.failed,
    title: "A project's build backend makes no editable install that would work",
    explain:
      "Builds are shut in, and their folders are removed. meson-python's editable installs build again whenever the " +
      "project is imported, so they need that folder, and meson and ninja beside them. Name the folder without `-e`: it " +
      "is built as it is, and again when it has changed.",
  },
};

export const buildError: ErrorMaker<typeof BUILD_ERRORS> = errorMaker(BUILD_ERRORS);
