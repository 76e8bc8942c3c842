import type { MaybePromise, PackageName, Sha256 } from "../base/index.ts";
import type { Requirement } from "../requirement/index.ts";

/** A file of a release as the index lists it (PEP 691 `files`). */
export interface FileRecord {
  readonly filename: string;
  readonly kind: "wheel" | "sdist" | "conda";
  /** Absolute, without credentials. */
  readonly url: string;
  /** Absent where the index gives none. */
  readonly sha256?: Sha256;
  /** Of a conda package, where its channel gives it: 32 hexadecimal digits. */
  readonly md5?: string;
  /** Of a conda package: its channel's name and the folder in it, `conda-forge/linux-64`. */
  readonly folder?: string;
  /** Bytes (PEP 700). */
  readonly size?: number;
  /** Milliseconds since 1970 (PEP 700). */
  readonly uploadTime?: number;
  /** The raw specifier text. */
  readonly requiresPython?: string;
  /** PEP 592: false, or the reason ("" where none is given). */
  readonly yanked: string | false;
  /** A commit, for what is made from a git reference: `url` is then `git+` and the repository's. */
  readonly commit?: string;
  /** The project's folder in the archive, repository or folder. */
  readonly subdirectory?: string;
  /** Installed so that changes of the folder count at once (PEP 660). */
  readonly editable?: boolean;
  /** PEP 658/714: there is a `.metadata` file beside it, with this SHA-256 where one is given. */
  readonly coreMetadata?: Sha256 | true;
}

/** All releases of one project that exist as of the date, on the one index that serves the name. */
export interface ProjectRecord {
  readonly name: PackageName;
  /** The index or find-links place that serves it, without credentials. */
  readonly source: string;
  /** Version texts, newest first by PEP 440; those that PEP 440 does not know are left out. */
  readonly versions: readonly string[];
  /** Files of `versions[i]`, decoded when asked for. */
  files(i: number): readonly FileRecord[];
  /** Whether `versions[i]` has a source distribution; absent where only `files` tells. */
  hasSdist?(i: number): boolean;
  /** What was uploaded after the date and so does not exist, newest first: for explanations only. */
  later?(): readonly LaterRelease[];
  /** False where some file has no upload time, so that a date could not be applied to it. */
  readonly dated: boolean;
  /** PEP 708 `tracks`: the projects on other indexes that this one extends; absent where none. */
  readonly tracks?: readonly string[];
}

/** A version all of whose files were uploaded after the date. */
export interface LaterRelease {
  readonly version: string;
  /** Of its first file, in milliseconds since 1970. */
  readonly uploadTime: number;
}

/** What resolution needs of a distribution's core metadata. */
export interface ReleaseMetadata {
  /** Raw `Requires-Dist` lines. */
  readonly requiresDist: readonly string[];
  readonly requiresPython?: string;
  /** Normalized `Provides-Extra`. */
  readonly extras: readonly string[];
  /** Needs that are no PEP 508 lines (conda's `depends`): instead of `requiresDist`. */
  readonly needs?: readonly Requirement[];
  /** Conda's `constrains`: they hold where the package they name is selected, and select nothing. */
  readonly constrains?: readonly Requirement[];
  /** What is the same thing under another name in the solver: one of these has to be chosen there. */
  readonly twins?: readonly Twin[];
  /** The wheel that it was read from, where it stands for the source distribution of its release. */
  readonly standIn?: string;
}

/** Candidates of a package, by what its list calls them (`CandidateList.key`). */
export interface Twin {
  readonly name: PackageName;
  readonly keys: readonly string[];
}

/** Why a file's metadata could not be had: the candidate is skipped and named. */
export interface MetadataFailure {
  readonly failure: string;
  /** Whether it was tried to build it. */
  readonly built?: boolean;
  /** Whether this machine lacks what building it takes, so that nothing was tried: this is not kept. */
  readonly untried?: boolean;
}

/** Which source distribution, for which Python. */
export interface SdistRequest {
  readonly version: string;
  /** One of the version's files; without it the best of them counts. */
  readonly file?: FileRecord;
  /** A Python's release as numbers. */
  readonly python: readonly number[];
  /** A wheel of the release: its metadata will do where that of the source distribution takes work. */
  readonly wheel?: FileRecord;
}

/** A source distribution whose metadata only its build, or its setup.py, can tell. */
export interface SdistToBuild {
  readonly name: PackageName;
  readonly version: string;
  readonly file: FileRecord;
  /** The file on this machine, verified. */
  readonly path: string;
  readonly python: readonly number[];
}

/** Builds or runs what is needed to know a source distribution's metadata under a Python. */
export type MetadataBuilder = (release: SdistToBuild) => Promise<ReleaseMetadata | MetadataFailure>;

/** What exists as of a date. Answers are synchronous where they are local. */
export interface PackageIndex {
  /** The project, or undefined where no index has the name. Throws UserError when it cannot know. */
  project(name: PackageName): MaybePromise<ProjectRecord | undefined>;
  /** A file's metadata. Throws UserError only for network and integrity failures. */
  metadata(name: PackageName, file: FileRecord): MaybePromise<ReleaseMetadata | MetadataFailure>;
  /**
   * What a version's source distribution needs under a Python. Absent where that is never known.
   * Throws UserError only for network and integrity failures.
   */
  sdistMetadata?(
    name: PackageName,
    release: SdistRequest,
  ): MaybePromise<ReleaseMetadata | MetadataFailure>;
  /** Begins fetching what will probably be asked for; never throws, never waits. */
  prefetch(name: PackageName): void;
  close(): void;
}
