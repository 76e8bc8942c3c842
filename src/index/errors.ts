import { errorMaker, EXIT, type ErrorEntry, type ErrorMaker } from "../base/index.ts";

type IndexErrorCode =
  | "index-bad-url"
  | "index-pip-configuration"
  | "index-offline"
  | "index-unauthorized"
  | "index-bad-answer"
  | "index-damaged"
  | "index-wrong-hash"
  | "index-nixpkgs-list";

/** What can go wrong between a project's name and its files. */
export const INDEX_ERRORS: Readonly<Record<IndexErrorCode, ErrorEntry>> = {
  "index-bad-url": {
    exit: EXIT.badInput,
    title: "An index or find-links place is not one",
    explain:
      "An index is an http(s) or file URL of a simple API; a find-links place is a folder, an " +
      "archive's page, or a URL of one. The message says where the value comes from.",
  },
  "index-pip-configuration": {
    exit: EXIT.badInput,
    title: "pip's configuration cannot be read",
    explain:
      "pip's configuration files are read as pip reads them: INI, UTF-8, `key = value` in " +
      "sections. A file with errors is refused, because what it asks for is then unknown. " +
      "`PIP_CONFIG_FILE=/dev/null` makes all files be left out.",
  },
  "index-offline": {
    exit: EXIT.network,
    title: "Something is needed that was never fetched, and the network is not to be used",
    explain:
      "With `--offline` only answers kept from earlier runs are used. Run the same command once " +
      "without `--offline`; afterwards it works without the network.",
  },
  "index-unauthorized": {
    exit: EXIT.network,
    title: "The index wants credentials, or refuses those given",
    explain:
      "The index answered 401 or 403. Credentials come from the index URL " +
      "(`https://user:password@host/…`) or from a netrc file. The next index is not asked instead: " +
      "a package of that name there could be anybody's.",
  },
  "index-bad-answer": {
    exit: EXIT.network,
    title: "The index's answer is not a simple API answer",
    explain:
      "A project's page must be JSON (PEP 691, `application/vnd.pypi.simple.v1+json`) or HTML " +
      "(PEP 503) and name that project. The URL may be that of a web page instead of an index: " +
      "most end in `/simple`.",
  },
  "index-damaged": {
    exit: EXIT.failed,
    title: "A kept answer of the index is damaged",
    explain:
      "A checksum in our cache folder does not hold: the disk or another program changed the file. " +
      "It has been removed, and is fetched again when the command is run again.",
  },
  "index-wrong-hash": {
    exit: EXIT.integrity,
    title: "Metadata or a file is not what the index said",
    explain:
      "The bytes fetched do not have the SHA-256 that the index gives for them. They were damaged " +
      "on the way, or changed on purpose, and are not used.",
  },
  "index-nixpkgs-list": {
    exit: EXIT.badInput,
    title: "The file is no list of nixpkgs' packages",
    explain:
      "`--nixpkgs-packages` and `nixpkgs-packages` in mach-nix.toml name a file that `mach-nix index " +
      "nixpkgs PATH -o FILE` has written: the Python packages of one nixpkgs, as JSON.",
  },
};

export const indexError: ErrorMaker<typeof INDEX_ERRORS> = errorMaker(INDEX_ERRORS);
