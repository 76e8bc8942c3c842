/** What `setup.py` said under one Python; a field is absent where it said nothing. */
export interface SdistMetadata {
  readonly installRequires?: readonly string[];
  readonly setupRequires?: readonly string[];
  readonly testsRequire?: readonly string[];
  readonly pythonRequires?: readonly string[];
  /** By `extra`, `:marker` or `extra:marker`, sorted. */
  readonly extrasRequire?: readonly (readonly [string, readonly string[]])[];
}

/** What a wheel's METADATA says. */
export interface WheelMetadata {
  readonly requiresDist?: readonly string[];
  readonly requiresPython?: string;
  readonly providesExtras?: readonly string[];
  readonly requiresExternal?: readonly string[];
}

/** What an index says of a file beside its metadata; absent where it is not known. */
export interface FileFacts {
  /** Milliseconds since 1970. */
  readonly uploadTime?: number;
  /** PEP 592: the reason, "" where none is given; absent where the file is not yanked. */
  readonly yanked?: string;
  /** Set where a wheel's metadata was not read: it has what the index lists of it then, and says nothing else. */
  readonly isUnread?: true;
}

/** The same of a source distribution, and what no metadata says. */
export interface SdistFacts extends FileFacts {
  readonly filename?: string;
  readonly requiresPython?: string;
}

/** A source distribution: its metadata by Python, as `27` and `310`, oldest first. */
export interface SdistRelease {
  readonly version: string;
  /** Empty where it is not known what it needs. */
  readonly pythons: readonly (readonly [string, SdistMetadata])[];
  readonly facts?: SdistFacts;
}

export interface WheelFile {
  readonly filename: string;
  /** What the index called the file's Python: `py3`, `cp39`, `3.7`, `any` … */
  readonly tag: string;
  readonly metadata: WheelMetadata;
  readonly facts?: FileFacts;
}

/** The wheels of a version, sorted by file name and tag. */
export interface WheelRelease {
  readonly version: string;
  readonly files: readonly WheelFile[];
}

/** Why a source distribution gave no metadata: texts by Python. */
export interface FailedRelease {
  readonly version: string;
  readonly pythons: readonly (readonly [string, string])[];
}

/** All that an index knows of a project. Each list newest first, versions unknown to PEP 440 last. */
export interface ProjectData {
  /** By which projects are in order: see tableKey. */
  readonly key: string;
  /** As it is spelled in the data. */
  readonly name: string;
  readonly sdists: readonly SdistRelease[];
  readonly wheels: readonly WheelRelease[];
  readonly failures: readonly FailedRelease[];
}
