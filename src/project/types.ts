import type { Lock } from "../lock/index.ts";

/** What to lock, and for what. Whatever is left out comes from mach-nix.toml, else from this machine. */
export interface LockRequest {
  /** Input files (`-r`), relative to the session's folder. */
  readonly inputs: readonly string[];
  /** Requirements given as text (`-p`). */
  readonly packages?: readonly string[];
  /** Constraints files (`-c`). */
  readonly constraints?: readonly string[];
  readonly pythons?: readonly string[];
  readonly platforms?: readonly string[];
  readonly date?: string;
  /** True: forget all pins of the former lock; names: forget theirs. */
  readonly upgrade?: true | readonly string[];
  /** Provider order by name, `_default` among them. */
  readonly providers?: Readonly<Record<string, readonly string[]>>;
  readonly extras?: readonly string[];
  readonly groups?: readonly string[];
  readonly pre?: boolean;
}

export interface LockResult {
  readonly lock: Lock;
  readonly text: string;
  readonly path: string;
  /** False where the file already said so. */
  readonly changed: boolean;
  /** Candidates passed over, for notes. */
  readonly skipped: readonly {
    readonly name: string;
    readonly version: string;
    readonly reason: string;
  }[];
}

export type CompileMode = "now" | "background" | "never";

export interface SyncRequest {
  readonly directory: string;
  readonly compile?: CompileMode;
  /** Which of the lock's Pythons, where several fit this machine. */
  readonly python?: string;
  readonly ignoreCollisions?: boolean;
}

export interface SyncResult {
  readonly directory: string;
  readonly python: string;
  readonly target: string;
  readonly distributions: number;
  /** Downloaded and unpacked this time. */
  readonly added: number;
  /** False where the environment already was what the lock says. */
  readonly changed: boolean;
}
