import { EXIT, errorMaker, type ErrorEntry, type ErrorMaker } from "../base/index.ts";

type VersionErrorCode =
  "version-invalid" | "specifier-invalid" | "conda-version-invalid" | "conda-spec-invalid";

/** What can be wrong with a version or a specifier. */
export const VERSION_ERRORS: Readonly<Record<VersionErrorCode, ErrorEntry>> = {
  "version-invalid": {
    exit: EXIT.badInput,
    title: "Not a version that PEP 440 knows",
    explain:
      "Python versions are numbers separated by dots, with an optional epoch (1!), pre-release " +
      "(a1, b2, rc3), post-release (.post1), development release (.dev1) and local label " +
      "(+label). Nothing else can be ordered, so nothing else is accepted.",
  },
  "specifier-invalid": {
    exit: EXIT.badInput,
    title: "Not a version specifier that PEP 440 knows",
    explain:
      "A specifier is one of == != <= >= < > ~= === followed by a version; several are joined by " +
      "commas. Only == and != take a wildcard (==1.2.*) or a local label; ~= needs at least two " +
      "numbers (~=1.2).",
  },
  "conda-version-invalid": {
    exit: EXIT.badInput,
    title: "Not a conda version",
    explain:
      "A conda version is made of letters, digits, '.', '_' and '-', with an optional epoch " +
      "(1!) and local part (+1.2), and has no empty parts.",
  },
  "conda-spec-invalid": {
    exit: EXIT.badInput,
    title: "Not a conda match specification",
    explain:
      "A specification is a name, then optionally a version such as >=1.2,<2 or 1.2.*, and a " +
      "build string; channel::name and name[key=value] are understood too.",
  },
};

export const versionError: ErrorMaker<typeof VERSION_ERRORS> = errorMaker(VERSION_ERRORS);

/** A text for an error message, cut where it is long enough to flood a terminal. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
