import type { OptionSpec } from "./types.ts";

/** Options that every command takes. */
export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  { name: "help", short: "h", brief: "show help" },
  { name: "version", short: "V", brief: "show the version" },
  { name: "json", brief: "one JSON document on stdout, progress as NDJSON on stderr" },
  { name: "quiet", short: "q", brief: "only errors" },
  { name: "verbose", short: "v", brief: "say more of what is done" },
  { name: "debug", brief: "verbose, with stack traces of errors" },
  { name: "offline", brief: "use only what is on this machine" },
  { name: "cache-dir", value: "DIR", brief: "where mach-nix keeps its own files" },
  {
    name: "index-url",
    short: "i",
    value: "URL",
    brief: "the package index, instead of the one pip is set up for",
  },
  {
    name: "extra-index-url",
    value: "URL",
    repeat: true,
    brief: "a further index, asked before the main one",
  },
  {
    name: "find-links",
    short: "f",
    value: "PLACE",
    repeat: true,
    brief: "a folder or page with distributions",
  },
  {
    name: "index",
    value: "FILE",
    brief: "resolve from an index in one file, made by `mach-nix index import`",
  },
  { name: "live", brief: "with --index: ask the live index for what the file does not know" },
  { name: "no-index", brief: "no index, only --find-links" },
  {
    name: "sandbox",
    value: "KIND",
    choices: ["bubblewrap", "namespaces", "landlock"],
    brief: "what source distributions are built in, instead of the strongest that works here",
  },
  {
    name: "unsafe-no-sandbox",
    brief: "build source distributions shut in by nothing: their code can do what you can",
  },
];

/** Options of the commands that resolve. */
export const RESOLVE_OPTIONS: readonly OptionSpec[] = [
  {
    name: "requirement",
    short: "r",
    value: "FILE",
    repeat: true,
    brief: "what is wanted: requirements.txt, pyproject.toml or a script",
  },
  {
    name: "package",
    short: "p",
    value: "NAME",
    repeat: true,
    brief: 'a package that is wanted, as in a requirements file ("numpy>=2")',
  },
  {
    name: "constraint",
    short: "c",
    value: "FILE",
    repeat: true,
    brief: "versions for whatever of it is needed",
  },
  {
    name: "extra",
    value: "NAME",
    repeat: true,
    brief: "an optional dependency set of the pyproject.toml",
  },
  {
    name: "group",
    value: "NAME",
    repeat: true,
    brief: "a dependency group of the pyproject.toml",
  },
  {
    name: "date",
    value: "DATE",
    brief: "as if it were then: nothing uploaded later exists (2026-11-01)",
  },
  {
    name: "from-lock",
    value: "FILE",
    repeat: true,
    brief:
      "keep the versions of another tool's lock as far as they fit (uv.lock, poetry.lock, pylock.toml, …)",
  },
  {
    name: "upgrade",
    value: "NAME",
    valueOptional: true,
    repeat: true,
    brief: "take newer versions than locked, of all packages or of NAME",
  },
  {
    name: "providers",
    value: "LIST",
    repeat: true,
    brief: "where packages come from, in order (wheel,sdist,conda-forge)",
  },
  {
    name: "provider",
    value: "NAME=LIST",
    repeat: true,
    brief: "where one package comes from (numpy=conda-forge)",
  },
  {
    name: "prefer",
    value: "WHAT",
    choices: ["provider", "newest"],
    brief: "earlier providers whatever the version (the default), or the newest of any",
  },
  {
    name: "nixpkgs-packages",
    value: "FILE",
    brief: "what nixpkgs has, as `mach-nix index nixpkgs` writes it",
  },
  {
    name: "resolution",
    value: "WHICH",
    choices: ["highest", "lowest", "lowest-direct"],
    brief:
      "take the highest versions (the default), or the lowest: of all, or of what is asked for",
  },
  {
    name: "min-age",
    value: "AGE",
    repeat: true,
    brief: "nothing younger than that (7d), or than that of one package (numpy=0)",
  },
];

/** Which Python. */
export const PYTHON_OPTION: OptionSpec = {
  name: "python",
  value: "WHICH",
  brief: "a version (3.11), a range (>=3.10) or a path",
};

/** Which of the sets that are locked apart. */
export const SET_OPTION: OptionSpec = {
  name: "set",
  value: "NAME",
  brief: "which set, where the lock has several ([sets] in mach-nix.toml)",
};

/** For commands that tell of all sets where none is named. */
export const ONLY_SET_OPTION: OptionSpec = {
  name: "set",
  value: "NAME",
  brief: "only this set, where the lock has several",
};

export const COMPILE_OPTION: OptionSpec = {
  name: "compile",
  value: "WHEN",
  choices: ["now", "background", "never"],
  brief: "when to compile bytecode: now, background (the default) or never",
};

export const LINK_SCRIPTS_OPTION: OptionSpec = {
  name: "link-scripts",
  value: "NAME",
  valueOptional: true,
  repeat: true,
  brief: "run the scripts of linking of all conda packages, or of NAME, shut in without network",
};

/** Options of the commands whose lock may be for other machines. */
export const TARGET_OPTIONS: readonly OptionSpec[] = [
  {
    name: "platform",
    value: "NAME",
    repeat: true,
    brief: "lock for this platform (linux-x86_64); this machine's if left out",
  },
  {
    name: "pre",
    value: "NAME",
    valueOptional: true,
    repeat: true,
    brief: "admit pre-releases, of all packages or of NAME",
  },
];
