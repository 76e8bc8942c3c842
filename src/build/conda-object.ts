import { readFileSync } from "node:fs";
import type { StorePath } from "../store/index.ts";
import type { EntryPoint } from "./types.ts";

/** The file in a conda package's object that says what is in it. */
export const CONDA_JSON = "conda.json";
/** The folder of an object with the package's files, as they are in a prefix. */
export const CONDA_FILES = "files";
/** The file with what `conda-meta` says of the package's files: `files` and `paths_data`. */
export const CONDA_PATHS = "paths.json";

/** A file in which the prefix that the package was built for stands; an environment gets its own copy. */
export interface PrefixFile {
  readonly path: string;
  readonly placeholder: string;
  /** Text of any length, or C strings that keep their place. */
  readonly mode: "text" | "binary";
  readonly executable: boolean;
}

/** A file that an environment has as a file. */
export interface OwnFile {
  readonly path: string;
  readonly executable: boolean;
  /** Whether it may be changed there, so that it cannot be the same file as the store's. */
  readonly copied: boolean;
}

/** Where the object of a conda package keeps its parts, and what an environment must know of it. */
export interface CondaObject {
  readonly name: string;
  readonly version: string;
  readonly build: string;
  /** `python`: files in `site-packages/` and `python-scripts/` go where the environment's Python wants them. */
  readonly noarch?: "python" | "generic";
  /** The package's own `info/index.json`. */
  readonly index: Readonly<Record<string, unknown>>;
  /** Top-level entries, sorted; folders end in `/`. Paths here and below are those in the package. */
  readonly top: readonly string[];
  readonly prefixFiles: readonly PrefixFile[];
  /**
   * Files that an environment needs as files, not as links: those that find others from where they
   * themselves are (programs), and those that the package wants to be the environment's own.
   */
  readonly ownFiles: readonly OwnFile[];
  /** Links that must lead to what is in the environment, not in the object. */
  readonly ownLinks: readonly { readonly path: string; readonly target: string }[];
  /** Folders that must be real in an environment, parents first. */
  readonly realFolders: readonly string[];
  /** `.dist-info` and `.egg-info` folders, which are real without what an uninstaller would go by. */
  readonly infoFolders: readonly string[];
  /** Commands of a noarch package. */
  readonly entryPoints: readonly EntryPoint[];
  /** Scripts that conda would run when the package is linked or unlinked. */
  readonly linkScripts: readonly string[];
  /** Files that describe menu entries. */
  readonly menus: readonly string[];
  /** Bytes of Python sources that came without bytecode for them: how much there is to compile. */
  readonly sourceBytes: number;
}

/** What an environment must know of an unpacked conda package. The object must be there. */
export function readCondaObject(path: StorePath): CondaObject {
  return JSON.parse(readFileSync(`${path}/${CONDA_JSON}`, "utf8")) as CondaObject;
}
