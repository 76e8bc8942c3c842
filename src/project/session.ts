import { join } from "node:path";
import type { Report } from "../base/index.ts";
import type { SandboxKind } from "../build/index.ts";

/** Options that every operation knows. */
export interface GlobalOptions {
  readonly cacheDirectory?: string;
  readonly indexUrl?: string;
  readonly extraIndexUrls?: readonly string[];
  readonly findLinks?: readonly string[];
  readonly noIndex?: boolean;
  readonly offline?: boolean;
  /** Builds run as you do: they can read, write and send whatever you can. */
  readonly unsafeNoSandbox?: boolean;
  /** The one kind of sandbox that builds run in; the strongest that works here by default. */
  readonly sandbox?: SandboxKind;
  /** An index in one file, to resolve from instead of the live indexes. */
  readonly indexFile?: string;
  /** With an index file: the live indexes are asked for what it does not know. */
  readonly indexLive?: boolean;
}

/** What an operation may know of the world, given by the caller. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly report: Report;
  readonly options: GlobalOptions;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Is called before work that keeps the processor busy for tenths of a second. */
  readonly expectWork?: () => void;
}

/** Where our own files are. */
export interface Home {
  readonly cache: string;
  readonly store: string;
  /** The user's own. */
  readonly user: string;
}

/** One run of the program: surroundings, and the folders that follow from them. */
export interface Session extends Surroundings {
  readonly home: Home;
}

/** Opens a session; touches nothing. `MACH_NIX_HOME` moves all of our files, else XDG's folders count. */
export function openSession(surroundings: Surroundings): Session {
  return { ...surroundings, home: homeFolders(surroundings) };
}

function homeFolders({ env, options, cwd }: Surroundings): Home {
  const own = env["MACH_NIX_HOME"];
  const user = env["HOME"] ?? cwd;
  const data = own ?? join(env["XDG_DATA_HOME"] || join(user, ".local", "share"), "mach-nix");
  const cache =
    options.cacheDirectory ??
    (own === undefined
      ? join(env["XDG_CACHE_HOME"] || join(user, ".cache"), "mach-nix")
      : join(own, "cache"));
  return { cache, store: join(data, "store"), user };
}
