import type { Report, Sha256 } from "../base/index.ts";
import type { HttpClient } from "../http/index.ts";

/** A file to be had: a `LockedArtifact` with its file name. */
export interface FetchArtifact {
  readonly filename: string;
  /** http, https or `file:`; a `file:` without slashes is relative to `base`. */
  readonly url: string;
  readonly sha256: Sha256;
  /** Bytes. */
  readonly size?: number;
}

export interface FetchOptions {
  readonly client: HttpClient;
  /** Files are kept in `<cacheDirectory>/artifacts/<2 digits>/<sha256>/<filename>`. */
  readonly cacheDirectory: string;
  /** The folder of the lock, for relative `file:` URLs. */
  readonly base: string;
  /** Folders, files, or pages with links. */
  readonly findLinks?: readonly string[];
  /** Indexes to ask, in order, where an artifact's own URL does not give it. */
  readonly indexUrls?: readonly string[];
  /** Downloads at a time. */
  readonly concurrency?: number;
  /** `hash` reads files that are already in the cache again instead of trusting their size. */
  readonly reuse?: "size" | "hash";
  readonly report?: Report;
  readonly signal?: AbortSignal;
  /** Called as each artifact is there, while others are still under way. */
  readonly onArtifact?: (artifact: FetchArtifact, path: string) => void | Promise<void>;
}
