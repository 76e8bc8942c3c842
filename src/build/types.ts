import type { Sha256 } from "../base/index.ts";

/** Where an object made from a wheel keeps its parts, and what an environment must know of it. */
export interface WheelObject {
  readonly name: string;
  readonly version: string;
  /** The `.dist-info` folder's name. */
  readonly distInfo: string;
  /** Entries of the `.dist-info` folder that an environment links to; folders end in `/`. Not RECORD. */
  readonly info: readonly string[];
  /** Files in `info/` that an environment's `.dist-info` gets as well: INSTALLER, SOURCES.txt, top_level.txt. */
  readonly prepared: readonly string[];
  /** Top-level entries of `site/` but for the `.dist-info`, sorted; folders end in `/`. */
  readonly top: readonly string[];
  /**
   * Folders in `site/` (relative, `/`-separated) that must be real in an environment, with links to
   * their entries: their libraries look for another distribution's relative to themselves ($ORIGIN/../..).
   */
  readonly realFolders: readonly string[];
  /**
   * Folders of `site/` that distributions may share, parents first: those without `__init__.py`
   * (PEP 420), and those whose `__init__.py` is that of a pkgutil or pkg_resources namespace.
   */
  readonly namespaces: readonly string[];
  /** Files of `prefix/` (from `.data/data`), relative to the environment's prefix. */
  readonly prefixFiles: readonly string[];
  /** Files of `headers/` (from `.data/headers`), for the environment's `include/site/pythonX.Y/NAME`. */
  readonly headers: readonly string[];
  /** Files in `scripts/`, from `.data/scripts`; `python` true where the shebang is `#!python`. */
  readonly scripts: readonly {
    readonly name: string;
    readonly python: boolean;
    readonly gui: boolean;
  }[];
  /** Bytes of Python sources in `site/`: how much there is to compile. */
  readonly sourceBytes: number;
  /** From entry_points.txt. */
  readonly entryPoints: readonly EntryPoint[];
}

/** A command that an environment makes a script for (entry points specification). */
export interface EntryPoint {
  readonly name: string;
  readonly module: string;
  /** Dotted attribute path. */
  readonly attribute: string;
  readonly gui: boolean;
}

/** A wheel or a conda package to unpack: a file that was verified against `sha256`. */
export interface WheelJob {
  readonly path: string;
  /** The file's own name, which `path` need not end in; a conda package's may have its channel in front. */
  readonly filename: string;
  readonly sha256: Sha256;
  /** Bytes, where known; large wheels go first. */
  readonly size?: number;
}
