import { mkdirSync, readdirSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fromFileError, storeError } from "./errors.ts";
import { isAlive, isOwn, ownerToken, parseOwner } from "./owner.ts";
import type { LockOptions } from "./types.ts";

/**
 * A shared and exclusive lock among processes, kept as empty files in one folder: `s-<owner>` for a
 * shared holder, `x-<owner>` for an exclusive one. Everybody first writes their own file and only then
 * looks at the others', so of two that exclude each other at least one sees the other. Who sees a
 * reason to wait takes their file away and tries again; among those that want to be alone, the
 * first by name keeps its file and waits, so that one gets in. Files name their owner, so those of
 * dead processes are removed by anybody, and never by mistake somebody else's.
 */
export const LOCKS = ".locks";
/** The same for putting derived data into objects, which one process at a time does. */
export const DERIVED_LOCKS = ".locks-derived";

/** A lock's two names: the store, for messages, and the folder of its files. */
interface Place {
  readonly root: string;
  readonly folder: string;
}

type Kind = "s" | "x";

const DEFAULT_TIMEOUT = 5 * 60_000;
const FIRST_PAUSE = 5;
const LONGEST_PAUSE = 250;

function place({ root, folder }: Place, kind: Kind): string {
  const name = `${kind}-${ownerToken()}`;
  const path = `${folder}/${name}`;
  try {
    writeFileSync(path, "", { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw fromFileError(error, root);
    try {
      mkdirSync(folder, { recursive: true });
      writeFileSync(path, "", { flag: "wx" });
    } catch (failure) {
      throw fromFileError(failure, root);
    }
  }
  return name;
}

function remove({ folder }: Place, name: string): void {
  try {
    unlinkSync(`${folder}/${name}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

function lives({ folder }: Place, name: string): boolean {
  const stat = statSync(`${folder}/${name}`, { throwIfNoEntry: false });
  return stat !== undefined && isAlive(name.slice(2), Date.now() - stat.mtimeMs);
}

/** The live lock files of others that exclude ours; dead ones are removed on the way. */
function conflicts(at: Place, own: string): string[] {
  const found: string[] = [];
  for (const name of readdirSync(at.folder)) {
    if (name === own || (own.startsWith("s-") && name.startsWith("s-"))) continue;
    if (lives(at, name)) found.push(name);
    else remove(at, name);
  }
  return found;
}

/** Whether ours is the wish that the others give way to. */
function goesFirst(own: string, others: readonly string[]): boolean {
  return own.startsWith("x-") && others.every((name) => name.startsWith("s-") || own < name);
}

function pidsOf(names: readonly string[]): number[] {
  return names.map((name) => parseOwner(name.slice(2))?.pid ?? 0);
}

function busy({ root, folder }: Place, names: readonly string[]): Error {
  const who = names
    .map(
      (name) =>
        `process ${parseOwner(name.slice(2))?.pid ?? "?"}${isOwn(name.slice(2)) ? " (this one)" : ""}`,
    )
    .join(", ");
  return storeError("store-busy", `The store ${root} is in use by ${who}`, {
    hint: `Wait for them to end. If none of them runs any more, remove ${folder}.`,
    place: { file: root },
    facts: { pids: pidsOf(names) },
  });
}

/** One try: the lock file's name where it is held, or who is in the way. */
function tryOnce(at: Place, kind: Kind, kept: string | undefined): Attempt {
  const own = kept ?? place(at, kind);
  const others = conflicts(at, own);
  if (others.length === 0) return { held: own };
  if (goesFirst(own, others)) return { kept: own, others };
  remove(at, own);
  return { others };
}

type Attempt =
  | { readonly held: string }
  | { readonly held?: never; readonly kept?: string; readonly others: readonly string[] };

async function acquire(at: Place, kind: Kind, options: LockOptions): Promise<string> {
  const deadline = Date.now() + (options.timeout ?? DEFAULT_TIMEOUT);
  let attempt = tryOnce(at, kind, undefined);
  if (attempt.held === undefined) options.onWait?.(pidsOf(attempt.others));
  for (
    let pause = FIRST_PAUSE;
    attempt.held === undefined;
    pause = Math.min(pause * 2, LONGEST_PAUSE)
  ) {
    if (Date.now() >= deadline) {
      if (attempt.kept !== undefined) remove(at, attempt.kept);
      throw busy(at, attempt.others);
    }
    await sleep(pause * (0.5 + Math.random()));
    attempt = tryOnce(at, kind, attempt.kept);
  }
  return attempt.held;
}

/** The lock of one store handle. Shared holding may be nested; it counts once on disk. */
export class StoreLock {
  readonly #at: Place;
  #holders = 0;
  #alone = false;
  #shared: Promise<string> | undefined;

  constructor(root: string, folder: string) {
    this.#at = { root, folder: `${root}/${folder}` };
  }

  /** Does work while nobody is alone with the store. Inside `alone` it simply runs. */
  async shared<T>(work: () => Promise<T> | T, options: LockOptions = {}): Promise<T> {
    if (this.#alone) return work();
    this.#holders++;
    try {
      this.#shared ??= acquire(this.#at, "s", options);
      await this.#shared;
      return await work();
    } finally {
      await this.#leave();
    }
  }

  async #leave(): Promise<void> {
    if (--this.#holders > 0) return;
    const held = this.#shared;
    this.#shared = undefined;
    const name = await held?.catch(() => undefined);
    if (name !== undefined) remove(this.#at, name);
  }

  /** Does work while nobody else holds the lock in any way. Not from inside `shared`. */
  async alone<T>(work: () => Promise<T> | T, options: LockOptions = {}): Promise<T> {
    if (this.#holders > 0) throw new Error("the store is held shared by the same handle");
    if (this.#alone) return work();
    const name = await acquire(this.#at, "x", options);
    this.#alone = true;
    try {
      return await work();
    } finally {
      this.#alone = false;
      remove(this.#at, name);
    }
  }
}
