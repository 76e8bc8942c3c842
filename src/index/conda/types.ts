import type { MaybePromise, Sha256 } from "../../base/index.ts";

/** A build of a conda package, as its channel describes it (`repodata.json`). */
export interface CondaRecord {
  /** Conda's name, in lower case. */
  readonly name: string;
  readonly version: string;
  readonly build: string;
  readonly buildNumber: number;
  /** The channel's short name: `conda-forge`, or host and path. */
  readonly channel: string;
  /** The folder it is in: `linux-64`, `noarch`. */
  readonly subdir: string;
  readonly filename: string;
  /** Absolute, without credentials. */
  readonly url: string;
  /** Match specifications of what it needs. */
  readonly depends: readonly string[];
  /** Match specifications that hold where the package they name is there. */
  readonly constrains: readonly string[];
  /** Features that having it switches on; each of them makes it a worse choice. */
  readonly trackFeatures: readonly string[];
  readonly noarch?: "python" | "generic" | undefined;
  /** Whether it needs Python, and is thus perhaps a project of PyPI. */
  readonly needsPython: boolean;
  /** Absent where the channel gives MD5 alone. */
  readonly sha256?: Sha256 | undefined;
  readonly md5?: string | undefined;
  /** Bytes. */
  readonly size?: number | undefined;
  /** When it was built, in milliseconds since 1970. */
  readonly timestamp?: number | undefined;
}

/** One folder of a channel, its records decoded when a name is asked for. */
export interface CondaFolder {
  readonly channel: string;
  readonly subdir: string;
  /** The builds of a name, in the order of the channel's file; none where it is not there. */
  records(name: string): MaybePromise<readonly CondaRecord[]>;
  /** The names whose normal form (PEP 503) this is: `ruamel.yaml` for `ruamel-yaml`. */
  namesLike(normalized: string): readonly string[];
  /** All names, sorted by their normal form. */
  names(): readonly string[];
  /** Loads names and all that they may need, where `records` would have to wait; gives the names. */
  preload?(names: Iterable<string>): Promise<readonly string[]>;
  close(): void;
}

/** A channel: a name, and the address below which its folders are. */
export interface ChannelPlace {
  /** As it stands in a lock: `conda-forge`, `pkgs/main`, or host and path. */
  readonly name: string;
  /** Without credentials, `/` at its end. */
  readonly url: string;
}
