import type { Report } from "../base/index.ts";

/** The absolute path of an immutable object: `<root>/<hash>-<name>-<version>`. */
declare const brand: unique symbol;
export type StorePath = string & { readonly [brand]: "StorePath" };

/** What an object is made from; its hash names the object. */
export interface ObjectKey {
  /** For people: `numpy`, `2.1.0`. */
  readonly name: string;
  readonly version: string;
  /** Everything that decides the contents: artifact hash, recipe name and revision, ABI where it matters. */
  readonly inputs: Readonly<Record<string, string>>;
}

/** A file that a filler wrote and already hashed while writing. */
export interface FilledFile {
  /** Relative to the object, `/`-separated. */
  readonly path: string;
  /** SHA-256 in lower-case hexadecimal. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  readonly executable: boolean;
  /** True where the file has its mode (0444, 0555) and `FIXED_TIME` already, so neither is set again. */
  readonly finished?: boolean;
}

/**
 * Writes an object's contents into an empty folder. What it hands back is taken as it is; files that
 * it does not name are hashed by the store. Links must be relative and stay inside.
 */
export type Fill = (
  folder: string,
) => Promise<readonly FilledFile[] | void> | readonly FilledFile[] | void;

/**
 * What keeps programs in an environment from writing through links into the store: file modes, the
 * file system's immutable flag (for root, whom modes do not bind), or nothing.
 */
export type Protection = "modes" | "immutable" | "none";

/** What is wrong with an object. `file` is relative to it, "" for the object as such. */
export interface Problem {
  readonly object: StorePath;
  readonly file: string;
  readonly kind: "changed" | "missing" | "extra" | "mode" | "manifest";
  /** In words: what was expected, what is there. */
  readonly detail: string;
}

export interface VerifyResult {
  readonly objects: number;
  readonly files: number;
  readonly bytes: number;
  /** Sorted by object, then file. */
  readonly problems: readonly Problem[];
}

export interface CollectOptions {
  /** Objects to keep besides those of the registered roots. */
  readonly keep?: readonly StorePath[];
  /** Folders below roots whose lists do not count. */
  readonly without?: readonly string[];
  /** Say what would go, and remove nothing. */
  readonly dryRun?: boolean;
  /** Milliseconds to wait for commands that use the store; default five minutes. */
  readonly timeout?: number;
  readonly report?: Report;
}

export interface CollectResult {
  /** Names of the objects removed, sorted. */
  readonly removed: readonly string[];
  /** Bytes freed, as far as known. */
  readonly bytes: number;
  readonly kept: number;
  /** Objects that no root names but a running process has mapped. */
  readonly inUse: readonly string[];
  /** Roots forgotten because their folder is gone or uses another store. */
  readonly droppedRoots: readonly string[];
}

/** Derived files of one object: a folder holding them at their paths relative to the object. */
export interface DerivedFiles {
  readonly object: StorePath;
  /** From `temporary()`; its files are moved away. */
  readonly from: string;
}

export interface StoreOptions {
  /** Globs on paths in objects (`**` and `*`) of files outside the hash, such as bytecode. */
  readonly derived?: readonly string[];
}

/** A store on disk. Opening it touches nothing. */
export interface Store {
  readonly root: string;
  /** Where the object of a key is or would be. Same key, same path, on every machine but for the root. */
  path(key: ObjectKey): StorePath;
  /** Whether the object is there, by one stat. */
  has(path: StorePath): boolean;
  /** Makes an object unless it is there. Several processes may add the same one at once. */
  add(key: ObjectKey, fill: Fill): Promise<StorePath>;
  /** A new folder on the store's file system, removed by `collect` once this process is gone. */
  temporary(): string;
  /** Removes a folder that `temporary` made. */
  discard(folder: string): void;
  /** Moves finished derived files into their objects. A file that is there already stays. */
  addDerived(items: readonly DerivedFiles[]): Promise<void>;
  /**
   * How objects are kept from being changed through links; as root, makes the folders of those given
   * immutable, so nothing in them can be replaced. Costs an access(2) an object where that is done.
   */
  protect(paths: readonly StorePath[]): Promise<Protection>;
  /** As root, makes the files immutable, too: slow, for a background process. Else does nothing. */
  seal(paths: readonly StorePath[]): Promise<void>;
  /** Reads every byte of the objects given, or of all. */
  verify(options?: {
    readonly paths?: readonly StorePath[];
    readonly report?: Report;
  }): Promise<VerifyResult>;
  /** Removes broken objects, so that the next sync makes them again. */
  repair(paths: readonly StorePath[]): Promise<void>;
  /** Removes what no root and no running process needs. */
  collect(options?: CollectOptions): Promise<CollectResult>;
  /** Removes the whole store: as root, a plain removal fails on protected objects. */
  destroy(): Promise<void>;
  /** All objects, sorted by name. */
  list(): Promise<readonly StorePath[]>;
  /**
   * Names a folder as a root: what the files called `objects` in it and in its subfolders list (one
   * object name a line, after a first line `store <root>`) is kept by `collect`. What `list`, one of
   * these, has is kept even if the folder is moved, as long as it stays on the store's file system.
   */
  registerRoot(folder: string, list?: string): void;
  roots(): readonly string[];
  /** Does work during which nothing is collected. May be nested. */
  shared<T>(work: () => Promise<T> | T, options?: LockOptions): Promise<T>;
}

export interface LockOptions {
  /** Milliseconds to wait; default five minutes. */
  readonly timeout?: number;
  /** Called once when waiting begins, with the process ids waited for. */
  readonly onWait?: (pids: readonly number[]) => void;
}
