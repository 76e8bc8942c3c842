import type { Phase, ProgressEvent } from "../base/index.ts";

/** How each phase is called while it goes on and after it. */
export const PHASE_WORDS: Readonly<Record<Phase, { readonly now: string; readonly past: string }>> =
  {
    index: { now: "Reading index", past: "Read the index" },
    metadata: { now: "Reading metadata", past: "Read metadata" },
    resolve: { now: "Resolving", past: "Resolved" },
    download: { now: "Downloading", past: "Downloaded" },
    unpack: { now: "Unpacking", past: "Unpacked" },
    build: { now: "Building", past: "Built" },
    compile: { now: "Compiling", past: "Compiled" },
    link: { now: "Linking", past: "Linked" },
    verify: { now: "Verifying", past: "Verified" },
    collect: { now: "Collecting", past: "Collected" },
  };

/** A phase under way. */
export interface Running {
  readonly phase: Phase;
  readonly unit: "items" | "bytes";
  readonly since: number;
  done: number;
  total: number | undefined;
  item: string | undefined;
}

/** Keeps which phases are under way; gives the phase that an event is about. */
export class Phases {
  readonly #running = new Map<Phase, Running>();
  readonly #clock: () => number;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  get running(): readonly Running[] {
    return [...this.#running.values()];
  }

  take(event: Exclude<ProgressEvent, { kind: "note" }>): Running {
    if (event.kind === "start") return this.#start(event.phase, event);
    const running = this.#running.get(event.phase) ?? this.#start(event.phase, { unit: "items" });
    running.done = event.done;
    if (event.kind === "end") this.#running.delete(event.phase);
    else {
      running.total = event.total ?? running.total;
      running.item = event.item;
    }
    return running;
  }

  #start(phase: Phase, { unit, total }: { unit: "items" | "bytes"; total?: number }): Running {
    const since = this.#clock();
    const running = { phase, unit, since, done: 0, total, item: undefined };
    this.#running.set(phase, running);
    return running;
  }
}

/** `12 of 34`, `4.5 of 12.0 MB`, `12`. */
export function amount({ unit, done, total }: Pick<Running, "unit" | "done" | "total">): string {
  if (unit === "items") return total === undefined ? `${done}` : `${done} of ${total}`;
  const [size, word] = (total ?? done) < 1e6 ? [1e3, "kB"] : [1e6, "MB"];
  const text = (bytes: number): string => (bytes / size).toFixed(1);
  return total === undefined ? `${text(done)} ${word}` : `${text(done)} of ${text(total)} ${word}`;
}

/** `0.4 s`, `12 s`, `3 min 5 s`. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
