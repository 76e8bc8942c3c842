import type { Report } from "../base/index.ts";
import type { Store, StorePath } from "../store/index.ts";
import type { CondaDetails } from "./conda-meta.ts";

/** An interpreter that was found, by what its place tells; nothing was started. */
export interface FoundInterpreter {
  /** The real binary: no link, no shim, not a virtual environment's. */
  readonly path: string;
  /** Where it was found first, such as `/usr/bin/python3`. */
  readonly foundAt: string;
  /** Command names on PATH that start it. */
  readonly names: readonly string[];
  readonly source: InterpreterSource;
  readonly implementation: "cpython" | "pypy" | "other";
  /** As far as known: `3.11.7`, `3.11`, or "" where the place tells nothing. */
  readonly version: string;
  /** A free-threaded build (`python3.13t`). */
  readonly freeThreaded: boolean;
}

export type InterpreterSource =
  "path" | "pyenv" | "conda" | "uv" | "asdf" | "mise" | "system" | "opt" | "request";

/** What an interpreter says of itself; asked once and kept. */
export interface Interpreter {
  /** The real binary. */
  readonly path: string;
  /** `platform.python_version()`: `3.11.7`. */
  readonly version: string;
  /** `sys.implementation.name`. */
  readonly implementation: string;
  readonly abiflags: string;
  /** `sysconfig.get_platform()`: `linux-x86_64`. */
  readonly platform: string;
  /** `platform.machine()`. */
  readonly machine: string;
  readonly libc: { readonly name: "glibc" | "musl"; readonly version: string } | null;
  readonly prefix: string;
  readonly basePrefix: string;
  readonly libdir: string;
  /** `cpython-311-x86_64-linux-gnu`. */
  readonly soabi: string;
  /** `sys.implementation.cache_tag`: `cpython-311`. */
  readonly cacheTag: string;
  /** Relative to an environment's prefix: `lib/python3.11/site-packages`. */
  readonly sitePackages: string;
  readonly bits: number;
}

/** What `--python` or a project asks for. */
export interface ChooseOptions {
  /** PEP 440's answer whether a version meets a specifier, pre-releases as they come. */
  readonly satisfies: (version: string, specifier: string) => boolean;
  readonly inspect: (path: string) => Promise<Interpreter>;
  /** Those of PATH alone, where they are known: all others need not be looked for if one of them is the choice. */
  readonly onPath?: readonly FoundInterpreter[];
  readonly report?: Report;
}

/** What direct references and the user's own wishes leave in a `.dist-info` (PEP 610, PEP 376). */
export interface InstalledInfo {
  /** Asked for by the user, not only needed by others. */
  readonly requested?: boolean;
  /** The text of direct_url.json. */
  readonly directUrl?: string;
}

/** Everything an environment is made from. */
export interface EnvironmentInput {
  readonly directory: string;
  readonly interpreter: Interpreter;
  readonly store: Store;
  /** Objects made from wheels. */
  readonly objects: readonly StorePath[];
  /**
   * Objects made from conda packages. Their files come in the order in which conda would link them: of
   * two packages with the same file, the later one's is there.
   */
  readonly condaObjects?: readonly StorePath[];
  readonly conda?: CondaDetails;
  /** What it is made from, such as the lock's hash: given back by `environmentState`. */
  readonly source: string;
  readonly info?: ReadonlyMap<StorePath, InstalledInfo>;
  /** Let the first by name win where two distributions bring the same file. */
  readonly ignoreCollisions?: boolean;
  readonly report?: Report;
}

/** An environment that was made and is the current one. */
export interface Environment {
  readonly directory: string;
  readonly generation: number;
  /** `DIRECTORY/bin/python`. */
  readonly python: string;
  /** Names in the directory that are links into the current generation, sorted: machine-local. */
  readonly links: readonly string[];
  readonly collisions: readonly Collision[];
  /** Files that several conda packages have: as conda does it, the later one's was taken. */
  readonly clobbered: readonly Collision[];
  /** Conda packages whose scripts were run when they were linked. */
  readonly linked: readonly string[];
}

/** A path that several distributions bring with different contents. */
export interface Collision {
  /** Relative to the environment. */
  readonly path: string;
  /** The distribution whose file is there. */
  readonly kept: string;
  readonly dropped: string;
}

/** What is in a directory, found out with a few stats. */
export type EnvironmentState =
  | { readonly kind: "absent" }
  /** Not empty, and nothing of ours in it. */
  | { readonly kind: "foreign"; readonly file: string }
  /** Ours, but no environment was made on this machine yet, or it cannot be read. */
  | { readonly kind: "unmade" }
  | {
      readonly kind: "made";
      readonly generation: number;
      readonly source: string;
      readonly interpreter: { readonly path: string; readonly version: string };
      /** The store it points into. */
      readonly store: string;
      readonly objects: readonly string[];
      readonly fault: EnvironmentFault | undefined;
    };

/**
 * Why an environment that was made is not as it was: the store is elsewhere, an object or the interpreter
 * is gone, something was installed, removed or taken away since, or the directory was moved and has conda
 * packages, in whose files its path stands.
 */
export type EnvironmentFault = "store" | "object" | "interpreter" | "changed" | "moved";
