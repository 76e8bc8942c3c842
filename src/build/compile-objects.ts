import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { type Report, silent } from "../base/index.ts";
import type { DerivedFiles, Store, StorePath } from "../store/index.ts";
import { isCompiled, markerPath } from "./compiled-marker.ts";
import { sourceSize, uncompiledSources } from "./compiled-sources.ts";
import { PythonProcess } from "./python-process.ts";

export interface CompileOptions {
  readonly store: Store;
  /** The interpreter. */
  readonly python: string;
  /** `sys.implementation.cache_tag` of the interpreter. */
  readonly cacheTag: string;
  readonly processes: number;
  /** Use only processor time that nobody else wants. */
  readonly idle: boolean;
  /** Be done with all of them at the end, those included that another process is compiling. */
  readonly all: boolean;
  readonly report?: Report;
}

/** Files that one process compiles before it takes the next. */
const CHUNK = 64;

/** An object being compiled. */
interface Compiling extends DerivedFiles {
  readonly files: readonly string[];
  /** Files handed out. */
  taken: number;
  /** Files compiled, or passed over. */
  done: number;
}

interface Chunk {
  readonly of: Compiling;
  readonly files: readonly string[];
}

/**
 * Compiles the sources of objects that are not compiled yet, the largest first, with several
 * processes. Bytecode is made in a temporary folder and comes into an object only when all of that
 * object's is there, with a marker that says so; one that is interrupted is begun anew. Objects that
 * another process is at are left to it, or come last. Throws `compile-no-python` and the store's errors.
 */
export async function compileObjects(
  objects: readonly StorePath[],
  options: CompileOptions,
): Promise<void> {
  const pending = pendingObjects(objects, options);
  if (pending.length === 0) return;
  const run = new CompileRun(options, pending.length);
  try {
    const elsewhere = await run.compile(pending, { claim: true });
    // Another process may have little time for them. The same bytecode twice does no harm.
    if (options.all) await run.compile(pendingObjects(elsewhere, options), { claim: false });
  } finally {
    await run.end();
  }
}

/** Those to be compiled, the largest first, so that the last to end is a small one. */
function pendingObjects(
  objects: readonly StorePath[],
  { cacheTag, store }: CompileOptions,
): StorePath[] {
  return objects
    .filter((object) => !isCompiled(object, cacheTag) && store.has(object))
    .map((object) => ({ object, size: sourceSize(object) }))
    .sort((a, b) => b.size - a.size)
    .map(({ object }) => object);
}

class CompileRun {
  readonly #options: CompileOptions;
  readonly #report: Report;
  readonly #processes: readonly PythonProcess[];
  /** Holds the claims on objects; they end with it, whatever happens. */
  readonly #locker: PythonProcess;
  readonly #staging: string;
  readonly #total: number;
  #queue: StorePath[] = [];
  #elsewhere: StorePath[] = [];
  #claims = true;
  #current: Compiling | undefined;
  #taking: Promise<unknown> = Promise.resolve();
  #finished: Compiling[] = [];
  #moving: Promise<void> = Promise.resolve();
  #done = 0;

  constructor(options: CompileOptions, total: number) {
    this.#options = options;
    this.#report = options.report ?? silent;
    this.#total = total;
    this.#processes = Array.from({ length: options.processes }, () => new PythonProcess(options));
    this.#locker = new PythonProcess(options);
    this.#staging = options.store.temporary();
    this.#report({ kind: "start", phase: "compile", total, unit: "items" });
  }

  /** Compiles all, or with `claim` what others are not at; gives what was left to them. */
  async compile(
    objects: readonly StorePath[],
    { claim }: { readonly claim: boolean },
  ): Promise<readonly StorePath[]> {
    this.#queue = [...objects];
    this.#elsewhere = [];
    this.#claims = claim;
    await Promise.all(this.#processes.map((process) => this.#work(process)));
    await this.#moving;
    return this.#elsewhere;
  }

  async end(): Promise<void> {
    for (const process of this.#processes) process.end();
    this.#locker.end();
    this.#options.store.discard(this.#staging);
    this.#report({ kind: "end", phase: "compile", done: this.#done });
  }

  async #work(process: PythonProcess): Promise<void> {
    for (;;) {
      const chunk = await this.#take();
      if (chunk === undefined) return;
      const { object: source, from: out } = chunk.of;
      await process.compile({ source, out, files: chunk.files });
      chunk.of.done += chunk.files.length;
      if (chunk.of.done === chunk.of.files.length) this.#finish(chunk.of);
    }
  }

  /** The next files to compile; one caller at a time. */
  #take(): Promise<Chunk | undefined> {
    const taken = this.#taking.then(() => this.#takeNext());
    this.#taking = taken.catch(() => undefined);
    return taken;
  }

  async #takeNext(): Promise<Chunk | undefined> {
    while (this.#current === undefined) {
      const object = this.#queue.shift();
      if (object === undefined) return undefined;
      this.#current = await this.#claim(object);
    }
    const current = this.#current;
    const files = current.files.slice(current.taken, current.taken + CHUNK);
    current.taken += files.length;
    if (current.taken === current.files.length) this.#current = undefined;
    return { of: current, files };
  }

  async #claim(object: StorePath): Promise<Compiling | undefined> {
    if (this.#claims && !(await this.#locker.lock(object))) {
      this.#elsewhere.push(object);
      return undefined;
    }
    const compiled = isCompiled(object, this.#options.cacheTag);
    const from = `${this.#staging}/${basename(object)}`;
    const files = compiled ? [] : uncompiledSources(object, this.#options.cacheTag);
    const claimed = { object, from, files, taken: 0, done: 0 };
    if (files.length > 0) return claimed;
    if (compiled) this.#release(object);
    else this.#finish(claimed);
    return undefined;
  }

  #release(object: StorePath): void {
    this.#locker.unlock(object);
    this.#done += 1;
    const total = this.#total;
    const item = basename(object).replace(/^[^-]*-/, "");
    this.#report({ kind: "progress", phase: "compile", done: this.#done, total, item });
  }

  #finish(compiling: Compiling): void {
    const marker = `${compiling.from}/${markerPath(this.#options.cacheTag)}`;
    mkdirSync(dirname(marker), { recursive: true });
    writeFileSync(marker, "");
    this.#finished.push(compiling);
    this.#moving = this.#moving.then(() => this.#move());
    // A failure is told by `compile`, which waits for this at the end.
    this.#moving.catch(() => undefined);
  }

  /** Moves all that is finished into the objects that are still there. */
  async #move(): Promise<void> {
    const { store } = this.#options;
    const finished = this.#finished.splice(0);
    if (finished.length === 0) return;
    await store.shared(() => store.addDerived(finished.filter(({ object }) => store.has(object))));
    for (const { object } of finished) this.#release(object);
  }
}
