import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { Worker } from "node:worker_threads";
import { type Report, silent } from "../base/index.ts";
import type { Store, StorePath } from "../store/index.ts";
import type { WheelJob } from "./types.ts";
import { artifactKey, unpackArtifact } from "./unpack-artifact.ts";
import { receiveError, type UnpackAnswer, type UnpackRequest } from "./unpack-message.ts";

export interface UnpackPoolOptions {
  readonly store: Store;
  readonly report?: Report;
  /** How many wheels will come, for the progress shown. */
  readonly total?: number;
  /** Threads at most; by default one a processor, up to 8. */
  readonly threads?: number;
}

/** Unpacks wheels and conda packages as they come. */
export interface UnpackPool {
  /**
   * The object of a wheel or a conda package, made unless it is there. Throws as `unpackWheel` and
   * `unpackCondaPackage` do.
   */
  add(job: WheelJob): Promise<StorePath>;
  /** Ends the threads. What is under way is finished first; what waits is refused. */
  close(): Promise<void>;
}

interface Waiting {
  readonly job: WheelJob;
  readonly size: number;
  readonly done: PromiseWithResolvers<StorePath>;
}

interface Thread {
  readonly worker: Worker;
  current: Waiting | undefined;
}

/** Starting a thread takes as long as unpacking about so many bytes of wheels. */
const INLINE_BYTES = 400_000;
const MAX_THREADS = 8;
/** The files' bytes are no heap of V8's, which lets go of them when it tidies its small young part. */
const LIMITS = { maxYoungGenerationSizeMb: 2 };

/**
 * A pool of threads that inflate and write synchronously, which is several times as fast as Node's
 * asynchronous files. Threads start when they are worth it: the first few small wheels are unpacked
 * right here. Among those that wait, the largest goes first.
 */
export function openUnpackPool(options: UnpackPoolOptions): UnpackPool {
  const pool = new Pool(options);
  return {
    add: (job) => {
      const made = pool.add(job);
      // The caller may wait for it only once all downloads are done; until then a failure is no bug.
      made.catch(() => undefined);
      return made;
    },
    close: () => pool.close(),
  };
}

class Pool {
  readonly #store: Store;
  readonly #report: Report;
  readonly #total: number | undefined;
  readonly #limit: number;
  readonly #waiting: Waiting[] = [];
  readonly #threads: Thread[] = [];
  #inline = 0;
  #starting = 0;
  #done = 0;
  #closed = false;

  constructor({ store, report = silent, total, threads }: UnpackPoolOptions) {
    this.#store = store;
    this.#report = report;
    this.#total = total;
    this.#limit = threads ?? Math.min(availableParallelism(), MAX_THREADS);
  }

  async add(job: WheelJob): Promise<StorePath> {
    if (this.#closed) throw new Error("the unpack pool is closed");
    const path = this.#store.path(artifactKey(job));
    const made = this.#store.has(path) ? path : await this.#make(job);
    this.#progress(job);
    return made;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { done } of this.#waiting.splice(0)) done.reject(new Error("the pool was closed"));
    const underWay = this.#threads.flatMap(({ current }) => current?.done.promise ?? []);
    await Promise.allSettled(underWay);
    await Promise.all(this.#threads.splice(0).map(({ worker }) => worker.terminate()));
    if (this.#done > 0) this.#report({ kind: "end", phase: "unpack", done: this.#done });
  }

  #progress({ filename }: WheelJob): void {
    const total = this.#total === undefined ? {} : { total: this.#total };
    const about = { phase: "unpack", ...total } as const;
    if (this.#done === 0) this.#report({ kind: "start", unit: "items", ...about });
    this.#done += 1;
    this.#report({ kind: "progress", done: this.#done, item: filename, ...about });
  }

  #make(job: WheelJob): Promise<StorePath> {
    const size = job.size ?? statSync(job.path).size;
    const started = this.#threads.length + this.#starting > 0;
    if (this.#limit === 0 || (!started && this.#inline + size <= INLINE_BYTES)) {
      this.#inline += size;
      return unpackArtifact(job, this.#store);
    }
    const waiting = { job, size, done: Promise.withResolvers<StorePath>() };
    this.#waiting.push(waiting);
    this.#dispatch();
    return waiting.done.promise;
  }

  #dispatch(): void {
    for (const thread of this.#threads) if (thread.current === undefined) this.#give(thread);
    if (this.#waiting.length <= this.#starting) return;
    if (this.#threads.length + this.#starting >= this.#limit) return;
    this.#starting += 1;
    void this.#start().finally(() => this.#dispatch());
  }

  async #start(): Promise<void> {
    try {
      const { Worker } = await import("node:worker_threads");
      const worker = new Worker(workerUrl(), { resourceLimits: LIMITS });
      const thread: Thread = { worker, current: undefined };
      worker.on("message", (answer: UnpackAnswer) => this.#settle(thread, answer));
      worker.on("error", (error) => this.#lose(thread, error));
      this.#threads.push(thread);
    } finally {
      this.#starting -= 1;
    }
  }

  #give(thread: Thread): void {
    const next = takeLargest(this.#waiting);
    if (next === undefined) return;
    thread.current = next;
    const request: UnpackRequest = { job: next.job, store: this.#store.root };
    thread.worker.postMessage(request, []);
  }

  #settle(thread: Thread, answer: UnpackAnswer): void {
    const { current } = thread;
    thread.current = undefined;
    if ("path" in answer) current?.done.resolve(answer.path as StorePath);
    else current?.done.reject(receiveError(answer.error));
    this.#dispatch();
  }

  #lose(thread: Thread, error: Error): void {
    this.#threads.splice(this.#threads.indexOf(thread), 1);
    thread.current?.done.reject(error);
    this.#dispatch();
  }
}

function takeLargest(waiting: Waiting[]): Waiting | undefined {
  let best = 0;
  waiting.forEach(({ size }, i) => {
    if (size > (waiting[best] as Waiting).size) best = i;
  });
  return waiting.splice(best, 1)[0];
}

/** The worker's entry: beside this file in the sources and the library, beside the bundle's chunks. */
function workerUrl(): URL {
  const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
  return new URL(`./unpack-worker${extension}`, import.meta.url);
}
