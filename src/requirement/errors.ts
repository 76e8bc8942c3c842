import { errorMaker, EXIT, type ErrorEntry, type ErrorMaker } from "../base/index.ts";

export type RequirementErrorCode =
  | "requirement-invalid"
  | "reference-unsupported"
  | "requirements-option"
  | "requirements-hash"
  | "requirements-constraint"
  | "requirements-file"
  | "requirements-remote"
  | "pyproject-invalid"
  | "script-invalid"
  | "environment-yml-invalid"
  | "lock-as-input"
  | "lock-import-format"
  | "lock-import-invalid"
  | "marker-invalid"
  | "marker-undefined";

/** What can be wrong with an input. */
export const REQUIREMENT_ERRORS: Readonly<Record<RequirementErrorCode, ErrorEntry>> = {
  "requirement-invalid": {
    exit: EXIT.badInput,
    title: "A requirement cannot be read",
    explain:
      'A requirement is a name, perhaps extras in brackets, then version specifiers or `@` and a URL, then perhaps `;` and a marker: `requests[socks]>=2.31,<3; python_version >= "3.9"`. The grammar is that of the dependency specifiers specification (PEP 508), as pip reads it. The message names the column where reading stopped.',
  },
  "reference-unsupported": {
    exit: EXIT.badInput,
    title: "A kind of direct reference is not supported",
    explain:
      "A requirement may name its source: an archive over https, http or file, a git repository over https, ssh, git or file, or a local path. Mercurial, Subversion, Bazaar and FTP are not supported: take the project from an index, from an archive's URL or from git.",
  },
  "requirements-option": {
    exit: EXIT.badInput,
    title: "An option of a requirements file is not supported here",
    explain:
      "Options stand on lines of their own (`--index-url URL`), but for `--hash`, which follows its requirement. The message says what is known, where the option belongs, or what to write instead. Where pip passes over an option in silence, this is an error, so that nothing that was asked for is lost.",
  },
  "requirements-hash": {
    exit: EXIT.badInput,
    title: "Hashes are not complete",
    explain:
      "As soon as one requirement has a `--hash` (or the file says `--require-hashes`), all must have one, and each must be pinned with `==` or be the URL of an archive: otherwise the check would let unchecked files in. Repositories and local folders have no hash.",
  },
  "requirements-constraint": {
    exit: EXIT.badInput,
    title: "A line cannot be a constraint",
    explain:
      "A constraints file (`-c`) limits versions of what something else requires. Its lines have a name and no extras, and are not editable.",
  },
  "requirements-file": {
    exit: EXIT.badInput,
    title: "An input file cannot be read",
    explain:
      "The file named on the command line, or by `-r` or `-c` in another file, is not there, cannot be decoded, or is included by itself. Included paths are relative to the file that includes them.",
  },
  "requirements-remote": {
    exit: EXIT.badInput,
    title: "A requirements file is on the network",
    explain:
      "`-r` and `-c` can name an http or https URL, but here only local files are read. Save the file beside the one that includes it.",
  },
  "pyproject-invalid": {
    exit: EXIT.badInput,
    title: "A pyproject.toml cannot be used",
    explain:
      "Read are `[project]` with `dependencies`, `optional-dependencies` and `requires-python` (PEP 621), and `[dependency-groups]` (PEP 735). Dependencies that the project declares as dynamic are read from the files that `[tool.setuptools.dynamic]` names, else asked of its build; but not where the file is read for constraints (`-c`).",
  },
  "script-invalid": {
    exit: EXIT.badInput,
    title: "A script's metadata cannot be used",
    explain:
      "A Python script can say what it needs in one comment block, from `# /// script` to `# ///`, which holds TOML with `dependencies` and `requires-python` (PEP 723).",
  },
  "environment-yml-invalid": {
    exit: EXIT.badInput,
    title: "A conda environment.yml cannot be read",
    explain:
      "The file is a YAML mapping with `name`, `channels`, `dependencies` (match specs, and `pip:` with lines of a requirements file), and perhaps `prefix`, `variables` and `platforms`.",
  },
  "lock-as-input": {
    exit: EXIT.badInput,
    title: "Another tool's lock is given as what is wanted",
    explain:
      "A lock says which versions were chosen, not what was wanted, and it names one version where a resolution has to choose. Give what it was made from with `-r` (a pyproject.toml, a requirements file), and the lock with `--from-lock`: its versions are kept as far as they fit.",
  },
  "lock-import-format": {
    exit: EXIT.badInput,
    title: "A lock has a format that is not known",
    explain:
      "`--from-lock` reads uv.lock, poetry.lock, pdm.lock, Pipfile.lock, pylock.toml (also pylock.NAME.toml), a mach-nix.lock, and requirements files that pip-compile or uv has written (.txt, .in). The file's name tells the format.",
  },
  "lock-import-invalid": {
    exit: EXIT.badInput,
    title: "A lock of another tool cannot be read",
    explain:
      "The file has the name of a lock, but not its form. Packages of a lock whose version is no version, such as the project itself, are passed over; a file that is no TOML or JSON, or has no packages where they belong, is an error.",
  },
  "marker-invalid": {
    exit: EXIT.badInput,
    title: "An environment marker cannot be read",
    explain:
      'A marker compares an environment variable of PEP 508 with a quoted string: `sys_platform == "linux" and python_version < "3.12"`. Comparisons are joined with `and`, `or` and parentheses.',
  },
  "marker-undefined": {
    exit: EXIT.badInput,
    title: "An environment marker compares what has no meaning",
    explain:
      "The marker reads well, but compares two texts without a variable, asks for a name that is not known in this place (`extras` outside a lock file), or uses `~=` or `===` on something that is no version.",
  },
};

export const requirementError: ErrorMaker<typeof REQUIREMENT_ERRORS> =
  errorMaker(REQUIREMENT_ERRORS);
