import type { Report } from "../base/index.ts";

/**
 * How a program is shut in, strongest first: by bubblewrap; by namespaces made by ourselves; by Landlock
 * and seccomp alone; not at all.
 */
export type SandboxKind = "bubblewrap" | "namespaces" | "landlock" | "none";

/** What a run may use up. */
export interface SandboxLimits {
  readonly seconds: number;
  /** Of all its processes together. */
  readonly memoryBytes: number;
  /** Processes and threads at once. */
  readonly processes: number;
  /** What it may have written at once, and one file's size. */
  readonly diskBytes: number;
  /** What it may print. */
  readonly outputBytes: number;
}

export interface SandboxOptions {
  /** Exactly this one. By default the first that works here and stops everything; never `none`. */
  readonly kind?: SandboxKind;
  /** A Python from 3.6 on, which sets up what it runs; any that is there. */
  readonly python: string;
  /** Folders to look for programs in, joined by `:`; by default those of the system. */
  readonly searchPath?: string;
  /** What builds in it use beside the system's programs, where they are not given others. */
  readonly tools?: HostTools;
  /** A file that keeps which kind works here, so that it need not be tried each time. */
  readonly kept?: string;
  readonly report?: Report;
}

/** Programs of the host that builds may use besides the system's. */
export interface HostTools {
  /** Folders of programs, in order. */
  readonly path: readonly string[];
  readonly readable: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** One program to be run. */
export interface SandboxJob {
  /** An absolute path first. */
  readonly argv: readonly string[];
  /**
   * A folder of the caller's for runs that follow each other. `work/` in it is what the program may
   * write, and sees as `sandbox.inside(folder)`; its `/tmp`, log and the like are made beside.
   */
  readonly folder: string;
  /** As the program sees it; by default `sandbox.inside(folder)`. */
  readonly cwd?: string;
  /** Files and folders that it may read, seen at the same paths. The system's programs and libraries can be read always. */
  readonly readable?: readonly string[];
  /** Folders that it may read at another path, by that path; only where the kind `hasMounts`. */
  readonly shown?: Readonly<Record<string, string>>;
  /** Further folders that it may write, seen at the same paths. */
  readonly writable?: readonly string[];
  /** Folders that it may write at another path, by that path; only where the kind `hasMounts`. */
  readonly mounted?: Readonly<Record<string, string>>;
  /** All of its environment but TMPDIR. */
  readonly env: Readonly<Record<string, string>>;
  readonly limits?: Partial<SandboxLimits>;
  /** Ends the run. */
  readonly signal?: AbortSignal;
}

/** How a run ended. */
export type SandboxEnd =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: number }
  | {
      readonly kind: "limit";
      readonly limit: "time" | "memory" | "processes" | "disk" | "output";
      readonly detail: string;
    }
  | { readonly kind: "stopped" };

export interface SandboxResult {
  readonly end: SandboxEnd;
  /** The end of what it printed on both streams, at most 16 KiB, as it came: not fit for a terminal. */
  readonly output: string;
  /** The file with all that was printed in this folder's runs. */
  readonly log: string;
  /** Processes that it left running, which were ended. */
  readonly left: number;
  readonly seconds: number;
  /** The most that was seen at once. */
  readonly peak: {
    readonly processes: number;
    readonly memoryBytes: number;
    readonly diskBytes: number;
  };
}

/** Where programs are run that nobody trusts. */
export interface Sandbox {
  readonly kind: SandboxKind;
  /** Whether programs see files at other paths than they have: the work folder, and what is `shown`. */
  readonly hasMounts: boolean;
  readonly tools: HostTools;
  /** The path at which a program sees `FOLDER/work`: the same for all folders where the kind can. */
  inside(folder: string): string;
  /** Runs a program to its end; when this returns, no process of it is left. Throws `sandbox-broken`. */
  run(job: SandboxJob): Promise<SandboxResult>;
  /** Removes a folder that programs wrote, whatever is in it. No link is followed. */
  remove(folder: string): Promise<void>;
}
