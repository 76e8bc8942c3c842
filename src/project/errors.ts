import { errorMaker, EXIT, type ErrorEntry, type ErrorMaker } from "../base/index.ts";

type ProjectErrorCode =
  | "no-resolution"
  | "project-no-input"
  | "project-input-missing"
  | "project-no-index"
  | "project-settings"
  | "project-provider"
  | "nixpkgs-evaluation"
  | "project-nixpkgs-pin"
  | "nix-no-nixpkgs"
  | "nix-newer-nixpkgs"
  | "nix-unknown-hash"
  | "project-date"
  | "project-age"
  | "project-many-sets"
  | "project-foreign-directory"
  | "project-unhashed"
  | "project-no-target"
  | "project-target-ambiguous"
  | "project-needs-build"
  | "project-incomplete-lock"
  | "project-git"
  | "project-reference"
  | "project-source-tree"
  | "project-source-changed"
  | "project-not-reproducible"
  | "project-crates"
  | "project-crawl"
  | "edit-no-file"
  | "edit-format"
  | "edit-no-lock"
  | "edit-other-inputs"
  | "edit-unknown-requirement";

/** What can go wrong where the stages are put together. */
export const PROJECT_ERRORS: Readonly<Record<ProjectErrorCode, ErrorEntry>> = {
  "no-resolution": {
    exit: EXIT.noResolution,
    title: "No set of releases meets all requirements",
    explain:
      "The resolver proved that no choice of releases satisfies every requirement, for the Python, the platform, the providers and the date asked for. The message is the proof: which requirements exclude each other and who asked for each. Change one of the requirements it names, or what it says would help (another Python, another platform floor, a later date).",
  },
  "project-no-input": {
    exit: EXIT.badInput,
    title: "Nothing to resolve",
    explain:
      "The command needs requirements: a file with `-r FILE` (requirements.txt, pyproject.toml, a script with a PEP 723 block) or names with `-p NAME`.",
  },
  "project-input-missing": {
    exit: EXIT.badInput,
    title: "An input file is missing or cannot be read",
    explain: "The file named by `-r`, or by a line of another input, is not there or not readable.",
  },
  "project-no-index": {
    exit: EXIT.badInput,
    title: "No package index is known",
    explain:
      "mach-nix asks the index that pip would ask: `--index-url`, `PIP_INDEX_URL`, pip's configuration files, else the index built into pip, which is read from pip when mach-nix is built. This build found no pip, so the address has to be given.",
  },
  "project-settings": {
    exit: EXIT.badInput,
    title: "mach-nix.toml is not valid",
    explain:
      "`mach-nix.toml` holds an environment's settings; docs/reference/settings.md lists them. The message names the key and what it should be.",
  },
  "project-provider": {
    exit: EXIT.badInput,
    title: "A provider is not known",
    explain:
      "`--providers`, `--provider` and `[providers]` in mach-nix.toml say where packages come from: `wheel`, `sdist`, `nixpkgs`, or a conda channel by its name. `nixpkgs` needs a list of its packages, made by `mach-nix index nixpkgs`. `mach-nix providers show` prints the order in effect.",
  },
  "nixpkgs-evaluation": {
    exit: EXIT.failed,
    title: "A nixpkgs could not be evaluated",
    explain:
      "`mach-nix index nixpkgs` evaluates a nixpkgs with `nix-instantiate` to list its Python packages; nothing is built. It needs Nix, and the folder of a nixpkgs or a flake reference. The message holds what Nix said.",
  },
  "project-nixpkgs-pin": {
    exit: EXIT.failed,
    title: "A package comes from nixpkgs, which only Nix can install",
    explain:
      "A pin of the provider `nixpkgs` is an attribute of a nixpkgs, not a file. The Nix outputs of the lock use it (`mach-nix gen`, the flake, `mkPython`); a plain environment cannot. Give the package another provider (`--provider NAME=wheel,sdist`), or make the environment with Nix.",
  },
  "nix-no-nixpkgs": {
    exit: EXIT.badInput,
    title: "The nixpkgs named is none",
    explain:
      "`mach-nix env --nixpkgs REF` writes into the lock which nixpkgs the directory's Nix files use. REF is a folder with a default.nix, a flake.lock with an input `nixpkgs`, a reference such as `github:NixOS/nixpkgs/COMMIT`, the address of an archive, or a channel such as `nixos-25.05`.",
  },
  "nix-unknown-hash": {
    exit: EXIT.failed,
    title: "The hash of a nixpkgs is not known",
    explain:
      "A lock holds the hash of its nixpkgs. For a commit it is taken from ./flake.lock, or known to this release; otherwise Nix has to fetch the nixpkgs, which needs `nix-instantiate` and the network. The message holds what Nix said. A folder, or a flake.lock (`--nixpkgs flake.lock`), needs neither.",
  },
  "nix-newer-nixpkgs": {
    exit: EXIT.badInput,
    title: "The nixpkgs is newer than the lock's date",
    explain:
      "Packages of a nixpkgs that is newer than what was resolved from may not be known there, so that the provider `nixpkgs` would miss them. Take a later date or an older nixpkgs, or say with `--ignore-data-outdated` that this is well.",
  },
  "project-date": {
    exit: EXIT.badInput,
    title: "The snapshot date is not a date",
    explain:
      "`--date` takes a day (`2026-11-01`, counted to its end in UTC) or a time with its zone (`2026-11-01T12:00:00Z`). Nothing uploaded later exists for the resolution.",
  },
  "project-age": {
    exit: EXIT.badInput,
    title: "The minimum age is no time span",
    explain:
      "`--min-age` and `min-age` in mach-nix.toml take hours, days or weeks (`36h`, `7d`, `2w`; `0` is none): files uploaded less than that before the snapshot date are not taken. `--min-age NAME=0` exempts a package.",
  },
  "project-many-sets": {
    exit: EXIT.badInput,
    title: "Too many sets follow from conflicts",
    explain:
      "`conflicts` of `[tool.uv]` in a pyproject.toml says which extras and groups exclude each other. Where several that do are asked for at once, every largest choice of them is locked as a set of its own, and several lists of conflicts multiply. `[sets]` in mach-nix.toml names the sets that are wanted instead.",
  },
  "project-foreign-directory": {
    exit: EXIT.badInput,
    title: "The directory holds something else",
    explain:
      "`mach-nix env DIR` makes DIR, or renews a directory that it made before (one with a mach-nix.lock). A directory with other contents is left alone. Give a new name, or empty the directory.",
  },
  "project-unhashed": {
    exit: EXIT.badInput,
    title: "Hashes are required, and something has none",
    explain:
      "One `--hash` in a requirements file, or `--require-hashes`, means that nothing may be installed whose hash is not listed, dependencies of dependencies included, as in pip. The message names what the resolution needs beyond what is listed.",
  },
  "project-no-target": {
    exit: EXIT.badInput,
    title: "The lock has no target for this machine",
    explain:
      "A lock holds pins for the Pythons and platforms it was made for. None of them fits this machine. Lock again with `--platform` and `--python` for it; several may be given.",
  },
  "project-target-ambiguous": {
    exit: EXIT.badInput,
    title: "Several targets of the lock fit this machine",
    explain:
      "The lock has pins for several Pythons that this machine has. Choose one with `--python`.",
  },
  "project-needs-build": {
    exit: EXIT.failed,
    title: "A source cannot be built, or not asked what it is",
    explain:
      "A folder, a repository or a source distribution says what it is, and what it needs, only through its build system. The message says what failed: what it is built with cannot be had, needs itself to be built, or its build stopped with an error, whose log is named. A missing compiler or library is named as well, where it is a known one.",
  },
  "project-incomplete-lock": {
    exit: EXIT.integrity,
    title: "The lock lacks what installing needs",
    explain:
      "A pin has no artifact, or its artifact no SHA-256, so there is nothing to check a download against. Lock again with the index at hand.",
  },
  "project-git": {
    exit: EXIT.network,
    title: "A git reference could not be resolved",
    explain: "`git ls-remote` failed, or the repository has no such branch, tag or commit.",
  },
  "project-reference": {
    exit: EXIT.badInput,
    title: "A direct reference cannot be used",
    explain:
      "A requirement names its file by URL or path, but the file is missing, is not a wheel, or is not the project it is said to be.",
  },
  "project-source-changed": {
    exit: EXIT.integrity,
    title: "A source is not what was locked",
    explain:
      "A folder or a git commit that the lock names has another content than when it was locked. A folder that is worked on is better asked for as `-e ./folder`; else lock again, which `mach-nix env` does by itself.",
  },
  "project-source-tree": {
    exit: EXIT.badInput,
    title: "A source tree cannot be read",
    explain:
      "A folder named by `./folder` or `-e ./folder` is read to build the project in it, and to know whether it changed. It must be readable, of a reasonable size, and hold only files, folders and links.",
  },
  "project-not-reproducible": {
    exit: EXIT.failed,
    title: "A source distribution, built again, gives other files",
    explain:
      "`mach-nix sync --rebuild` builds every source distribution again, in the same closure and with the same fixed surroundings, and compares each file with what the store has. The message names those that differ: the project's build writes something down that is not the same each time, such as the time, a random number, or the order in which a folder is listed. The environment is as the lock says, but built elsewhere it is not the same bytes.",
  },
  "project-crates": {
    exit: EXIT.failed,
    title: "The registry of a Rust project's crates cannot be used",
    explain:
      "The crates of a source distribution in Rust are locked with their addresses, which the sparse index of their registry gives: that of cargo's configuration (`$CARGO_HOME/config.toml`, `[source.crates-io] replace-with`, `[registries]`), else the one that cargo has built in. An index in a git repository, a folder of crates, or one that wants a token cannot be used.",
  },
  "project-crawl": {
    exit: EXIT.badInput,
    title: "A crawl does not say what it is to do",
    explain:
      "`mach-nix crawl` needs the projects, from `--packages FILE` or as those that changed since " +
      "`--changed-since DATE`; and `crawl sdists` needs the Pythons that setup.py is run under, from " +
      "`--python` or crawl.toml.",
  },
  "edit-no-file": {
    exit: EXIT.badInput,
    title: "There is no requirements file to edit",
    explain:
      "`add` and `remove` edit the `requirements.txt` of a directory, or its only `.txt` or `.in` file. Name another file with `-r FILE`.",
  },
  "edit-format": {
    exit: EXIT.badInput,
    title: "The file is not one that can be edited",
    explain:
      "`add` and `remove` edit requirements files in UTF-8. A pyproject.toml, a script or an environment.yml is edited by hand; then lock again.",
  },
  "edit-no-lock": {
    exit: EXIT.badInput,
    title: "There is no lock beside the requirements file",
    explain:
      "`add` and `remove` lock again, for the targets and as of the date of the lock beside the file. Where there is none yet, `mach-nix env DIR -r FILE` or `mach-nix lock -r FILE` makes it.",
  },
  "edit-other-inputs": {
    exit: EXIT.badInput,
    title: "The lock was made from more than the files at hand",
    explain:
      "The lock asks for something that the requirements file does not, so it was made from further files, or the file was edited since. Locking again from this file alone would lose it. Name all files with `-r`, the one to edit first; or lock again before.",
  },
  "edit-unknown-requirement": {
    exit: EXIT.badInput,
    title: "The file has no such requirement",
    explain:
      "Only what the requirements file itself asks for can be removed from it; what other packages depend on goes when they do. `mach-nix why NAME` says who asks for a package.",
  },
};

export const projectError: ErrorMaker<typeof PROJECT_ERRORS> = errorMaker(PROJECT_ERRORS);
