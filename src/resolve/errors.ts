import { EXIT, type ErrorEntry, errorMaker, type ErrorMaker } from "../base/index.ts";

type ResolveErrorCode = "resolve-reference-unreadable" | "resolve-reference-name";

/** What keeps a resolution from being begun. */
export const RESOLVE_ERRORS: Readonly<Record<ResolveErrorCode, ErrorEntry>> = {
  "resolve-reference-unreadable": {
    exit: EXIT.badInput,
    title: "A direct reference cannot be resolved here",
    explain:
      "A requirement names its source (`name @ URL`, a path, a git repository), but this operation was " +
      "not given a way to read such sources. Ask for the package by name and version, or use a command " +
      "that reads references, such as `mach-nix lock`.",
  },
  "resolve-reference-name": {
    exit: EXIT.badInput,
    title: "A requirement has no name",
    explain:
      "A requirement that is only a URL or a path has to be given its project's name before it can be " +
      "resolved, since everything else refers to it by name. Write `name @ URL`.",
  },
};

export const resolveError: ErrorMaker<typeof RESOLVE_ERRORS> = errorMaker(RESOLVE_ERRORS);
