import { errorMaker, type ErrorEntry, type ErrorMaker, EXIT } from "../base/index.ts";

type Code =
  | "python-not-found"
  | "python-request"
  | "python-broken"
  | "python-too-old"
  | "python-implementation"
  | "environment-collision"
  | "environment-foreign"
  | "environment-object"
  | "conda-prefix-too-long"
  | "conda-prefix-unsuitable"
  | "conda-directory-taken"
  | "conda-link-script"
  | "conda-link-sandbox"
  | "environment-full"
  | "environment-not-writable";

/** Everything that can be wrong with interpreters and environments, as `mach-nix explain` tells it. */
export const ENVIRONMENT_ERRORS: Readonly<Record<Code, ErrorEntry>> = {
  "python-not-found": {
    exit: EXIT.failed,
    title: "No interpreter fits",
    explain:
      "No Python on this machine meets what was asked for. The message lists what was found: on PATH, under pyenv, conda, uv, asdf, mise, /usr, /usr/local and /opt. Install one that fits, ask for another with `--python`, or give the path of an interpreter.",
  },
  "python-request": {
    exit: EXIT.badInput,
    title: "Not a Python to ask for",
    explain:
      "`--python` takes a version (`3.11`, `3.11.4`), a specifier (`>=3.10`), a command (`python3.12`, `pypy3.10`), or the path of an interpreter or of a virtual environment.",
  },
  "python-broken": {
    exit: EXIT.failed,
    title: "An interpreter does not start",
    explain:
      "The interpreter was started once, to ask for its version and its folders, and failed or did not answer within ten seconds. Run it yourself to see why.",
  },
  "python-too-old": {
    exit: EXIT.badInput,
    title: "The interpreter knows no pyvenv.cfg",
    explain:
      "An environment needs an interpreter that finds its folders by pyvenv.cfg (PEP 405): CPython 3.6 or newer here. A target such as 2.7 can be resolved and locked, but not made into a plain environment.",
  },
  "python-implementation": {
    exit: EXIT.badInput,
    title: "Environments are made for CPython",
    explain:
      "The interpreter is another implementation of Python, such as PyPy or GraalPy, or a free-threaded build. Wheels are chosen for the usual CPython, so an environment for it is refused rather than made wrongly.",
  },
  "environment-collision": {
    exit: EXIT.failed,
    title: "Two distributions bring the same file",
    explain:
      "Two distributions of the environment install the same path with different contents; one would silently replace the other. Leave one of them out, or ignore collisions on purpose: then the first by name wins and a note says so.",
  },
  "environment-foreign": {
    exit: EXIT.badInput,
    title: "The folder is not an environment of ours",
    explain:
      "The folder has files in it and none of them says that mach-nix made it. Nothing was touched. Choose an empty or new folder.",
  },
  "environment-object": {
    exit: EXIT.integrity,
    title: "The store's object cannot be used",
    explain:
      "An object of the store that the environment needs is not there or damaged. `mach-nix store verify` names all damaged objects and can remove them; `mach-nix sync` makes them again.",
  },
  "conda-prefix-too-long": {
    exit: EXIT.badInput,
    title: "The environment's path is too long for a conda package",
    explain:
      "Programs and libraries of conda packages have the path of their environment in them. It takes the place of one that they were built with, and there is only so much room: 255 bytes in most packages, 80 or less in old ones. Make the environment in a directory with a shorter path; the message says how long it may be.",
  },
  "conda-prefix-unsuitable": {
    exit: EXIT.badInput,
    title: "The environment's path cannot stand in files of conda packages",
    explain:
      "Scripts, configuration and Python modules of conda packages have the path of their environment in them, in quotes. A quote, a backslash, a colon or a control character in that path would break them. Make the environment in a directory with a plainer path; spaces are allowed.",
  },
  "conda-directory-taken": {
    exit: EXIT.failed,
    title: "The directory has a file of yours where conda packages need theirs",
    explain:
      "Conda packages look for their files at fixed places in the environment's directory, such as `lib` and `share`. Something that mach-nix did not make is at one of these places. Move it away, or make the environment in another directory.",
  },
  "conda-link-script": {
    exit: EXIT.failed,
    title: "A script of a conda package failed",
    explain:
      "`--link-scripts` runs what packages want to be run when they are linked (`bin/.NAME-post-link.sh`), in the sandbox that builds run in: without network, with nothing to write but the environment's own files. One ended with an error; the message names it and its log. The environment is as it was before. Scripts that fetch something cannot do so here: leave that package out of `--link-scripts`, and do by hand what its script would.",
  },
  "conda-link-sandbox": {
    exit: EXIT.failed,
    title: "Scripts of conda packages need a sandbox with a file system of its own",
    explain:
      "A script of a conda package is run before the new environment takes the place of the old one, and sees it at the path that it will have. That takes bubblewrap or user namespaces; Landlock alone, or no sandbox at all, cannot do it.",
  },
  "environment-full": {
    exit: EXIT.failed,
    title: "No room left for the environment",
    explain:
      "The disk, or your quota on it, is full. What was there before still works and nothing half-made was left. Free some space and run the command again.",
  },
  "environment-not-writable": {
    exit: EXIT.failed,
    title: "The environment's folder cannot be written",
    explain: "The folder belongs to somebody else or is on a read-only file system.",
  },
};

export const environmentError: ErrorMaker<typeof ENVIRONMENT_ERRORS> =
  errorMaker(ENVIRONMENT_ERRORS);

const CODES: Readonly<Record<string, Code>> = {
  ENOSPC: "environment-full",
  EDQUOT: "environment-full",
  EACCES: "environment-not-writable",
  EPERM: "environment-not-writable",
  EROFS: "environment-not-writable",
};

/** A file system's failure in an environment's words; anything else comes back as it is. */
export function fromFileError(error: unknown, directory: string): unknown {
  const { code = "", syscall } = (error ?? {}) as NodeJS.ErrnoException;
  const ours = CODES[code];
  if (ours === undefined || syscall === undefined) return error;
  const what = ours === "environment-full" ? "No room left on the disk of" : "Cannot write";
  return environmentError(ours, `${what} ${directory} (${code})`, {
    hint: ours === "environment-full" ? "Free some space." : "Choose a folder of your own.",
    place: { file: directory },
    cause: error,
  });
}
