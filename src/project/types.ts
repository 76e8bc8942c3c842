import type { LinkScriptChoice } from "../environment/index.ts";
import type { Lock } from "../lock/index.ts";
import type { Preference } from "../provider/index.ts";
import type { HeldBack, VersionOrder } from "../resolve/index.ts";

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
  /** Locks of other tools (`--from-lock`) whose versions are kept as far as they fit. */
  readonly fromLocks?: readonly string[];
  /** Provider order by name, `_default` among them. */
  readonly providers?: Readonly<Record<string, readonly string[]>>;
  readonly extras?: readonly string[];
  readonly groups?: readonly string[];
  /** The one of several sets that an environment, or a single resolution, is of; a lock has all. */
  readonly set?: string;
  readonly pre?: boolean;
  readonly steering?: RequestedSteering;
  /** A list of nixpkgs' Python packages, instead of the one that mach-nix.toml names. */
  readonly nixpkgsPackages?: string;
  /** What is locked is installed on this machine right after: source distributions may be built at once. */
  readonly installs?: boolean;
}

/** How a request steers; what it leaves out comes from mach-nix.toml. */
export interface RequestedSteering {
  readonly prefer?: Preference;
  readonly order?: VersionOrder;
  /** Names whose pre-releases are admitted. */
  readonly prereleases?: readonly string[];
  /** `7d` for all packages, `numpy=0` for one. */
  readonly minimumAge?: readonly string[];
}

export interface LockResult {
  readonly lock: Lock;
  readonly text: string;
  readonly path: string;
  /** False where the file already said so. */
  readonly changed: boolean;
  /** Newer releases that are too young, by target. */
  readonly heldBack: readonly (HeldBack & { readonly target: string; readonly set?: string })[];
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
  /** Which of the lock's sets, where it has several; the usual one of mach-nix.toml if left out. */
  readonly set?: string;
  readonly ignoreCollisions?: boolean;
  /** Conda packages whose scripts of linking are run; what mach-nix.toml says if left out. */
  readonly linkScripts?: LinkScriptChoice;
}

export interface SyncResult {
  readonly directory: string;
  readonly python: string;
  readonly target: string;
  /** Of a lock with sets: which one. */
  readonly set?: string;
  readonly distributions: number;
  /** Downloaded and unpacked this time. */
  readonly added: number;
  /** False where the environment already was what the lock says. */
  readonly changed: boolean;
}
