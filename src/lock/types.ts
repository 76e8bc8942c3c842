import type { PackageName, Sha256 } from "../base/index.ts";

/** The format's version; a reader refuses a newer one. */
export const LOCK_VERSION = 1;

/** `mach-nix.lock`. Written as canonical JSON: the same resolution gives the same bytes. */
export interface Lock {
  readonly version: typeof LOCK_VERSION;
  /** SHA-256 over everything the resolution was made from: requirements, options, targets, providers. */
  readonly inputHash: Sha256;
  /** Snapshot date: nothing uploaded later exists. ISO 8601, UTC, whole seconds. */
  readonly date: string;
  /** Provider order: `_default` and per-package lists. */
  readonly providers: Readonly<Record<string, readonly string[]>>;
  /** The indexes asked, in order, without credentials. */
  readonly indexes: readonly string[];
  /**
   * What was asked for, one normalized line a requirement, sorted; of a lock with sets, what all of
   * them ask for.
   */
  readonly requirements: readonly string[];
  /** By name, what is locked apart since it need not stand together; each has every target. */
  readonly sets?: Readonly<Record<string, LockedSet>>;
  /** Sorted by name, then set. */
  readonly targets: readonly LockedTarget[];
  /**
   * Every file of every target, sorted: by file name, those of conda channels by
   * `CHANNEL/SUBDIR/FILENAME`, crates by `NAME-VERSION.crate`.
   */
  readonly artifacts: Readonly<Record<string, LockedArtifact>>;
  /** The sources that Nix outputs are made with. */
  readonly nix?: LockedNix;
}

/** Requirements that are resolved apart from those of other sets. */
export interface LockedSet {
  /** What it asks for besides the whole lock, one normalized line a requirement, sorted. */
  readonly requirements: readonly string[];
}

/** Sources that Nix fetches. */
export interface LockedNix {
  readonly nixpkgs?: LockedSource;
  readonly machNix?: LockedSource;
}

/** A source tree, as an archive or a path. */
export interface LockedSource {
  /** An archive's https: URL, a path (`path:/…`), or a folder beside the lock (`path:nix`). */
  readonly url: string;
  /** Of the unpacked tree, in Nix's SRI notation; absent for a path. */
  readonly narHash?: string;
  readonly rev?: string;
  /** Seconds since 1970. */
  readonly lastModified?: number;
}

/** The pins of one Python on one platform; in a lock with sets, those of one set. */
export interface LockedTarget {
  /** `3.11-linux-x86_64`. */
  readonly name: string;
  /** Of which set; absent in a lock without sets. */
  readonly set?: string;
  readonly python: string;
  /** Canonical platform name, raised floors included. */
  readonly platform: string;
  /** Sorted by name, then instance. */
  readonly pins: readonly Pin[];
  /** What each source distribution among the pins, or among these builds, is built with; by artifact. */
  readonly builds?: Readonly<Record<string, LockedBuild>>;
}

/** The closure that a source distribution is built in (PEP 517, PEP 518). */
export interface LockedBuild {
  /** `build-system.requires` and what the backend asked for besides, sorted. */
  readonly requires: readonly string[];
  /** Sorted by name. */
  readonly pins: readonly Pin[];
  /** Of a Rust project: the crates that it is compiled from, keys in `artifacts`, sorted. */
  readonly crates?: readonly string[];
}

/** The candidate chosen for a name. */
export interface Pin {
  readonly name: PackageName;
  readonly version: string;
  readonly provider: string;
  /** Conda's build string; absent for PyPI. */
  readonly build?: string;
  /** Conda's name of the package, where it differs from `name`. */
  readonly condaName?: string;
  /** The attribute below `pkgs.pythonXY.pkgs`, for a pin of nixpkgs. */
  readonly attribute?: string;
  /** Set where a name has several instances in one environment; absent otherwise. */
  readonly instance?: string;
  /** The extras in effect, sorted. */
  readonly extras?: readonly string[];
  /** The key in `artifacts`; absent for pins without a file (nixpkgs). */
  readonly artifact?: string;
  /** The file chosen, where its address and hash were not known: instead of `artifact`. */
  readonly unhashed?: string;
  /** Names of the pins this one depends on in this target, sorted. */
  readonly dependencies: readonly string[];
  /** Who asked: pin names, or `input` for the user's own requirements; sorted. */
  readonly requestedBy: readonly string[];
}

/** A file to be installed. */
export interface LockedArtifact {
  /** Where it was found; without credentials. `file:` and git references are relative to the lock. */
  readonly url: string;
  /**
   * Of the file; of a repository or a folder (whose `url` ends in `/`) that of its tree as Nix would
   * archive it; of an editable folder that of the files that say how it is built.
   */
  readonly sha256: Sha256;
  /** Bytes. */
  readonly size?: number;
  /** A commit, for what is made from a git reference: `url` is then `git+` and the repository's. */
  readonly commit?: string;
  /** The project's folder in the archive, repository or folder. */
  readonly subdirectory?: string;
  /** Installed so that changes of the folder count at once (PEP 660). */
  readonly editable?: boolean;
}
