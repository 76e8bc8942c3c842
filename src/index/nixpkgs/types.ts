import type { PackageName } from "../../base/index.ts";

/** A Python package of a nixpkgs. */
export interface NixpkgsPackage {
  /** Below `pkgs.pythonXY.pkgs`. */
  readonly attribute: string;
  readonly name: PackageName;
  /** As PEP 440 has it. */
  readonly version: string;
  /** Names of the Python packages that it brings along. */
  readonly dependencies: readonly PackageName[];
  /** PEP 508 lines, where the package itself says what it needs. */
  readonly requirements?: readonly string[];
}

/** What a nixpkgs has for one or several Pythons, as a list tells it. */
export interface NixpkgsList {
  /** The digest of the list. */
  readonly contents: string;
  /** Where it is from, for messages. */
  readonly source: string;
  /** `3.11` and so on. */
  readonly pythons: readonly string[];
  /** A project's packages for a Python, newest first, one a version; empty where there is none. */
  packages(name: PackageName, python: string): readonly NixpkgsPackage[];
  /** Whether the nixpkgs has the project at all, for a Python. */
  has(name: PackageName, python: string): boolean;
}
