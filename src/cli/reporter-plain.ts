import type { ProgressEvent } from "../base/index.ts";
import { noteText } from "./note-text.ts";
import { amount, duration, PHASE_WORDS, Phases, type Running } from "./phases.ts";
import type { Reporter, ReporterOptions } from "./reporter.ts";

const WORTH_TELLING = 1000;
const FIRST_SIGN = 5000;

/**
 * Lines for a log: notes, each phase that took long when it ends, and signs of life at growing
 * intervals (5 s, 10 s, 20 s …), so that a run's lines are few however many files it has.
 */
export function plainReporter({ sink, clock, color, verbose }: ReporterOptions): Reporter {
  const phases = new Phases(clock);
  const nextSign = new Map<Running, number>();

  function tell(event: Exclude<ProgressEvent, { kind: "note" }>): void {
    const running = phases.take(event);
    const elapsed = clock() - running.since;
    const words = PHASE_WORDS[running.phase];
    if (event.kind === "end") {
      if (elapsed < WORTH_TELLING && !verbose) return;
      const done = amount({ unit: running.unit, done: event.done, total: undefined });
      sink.write(`${words.past}: ${done} in ${duration(elapsed)}\n`);
    } else if (elapsed >= (nextSign.get(running) ?? FIRST_SIGN)) {
      nextSign.set(running, elapsed * 2);
      sink.write(`${words.now}: ${amount(running)}\n`);
    }
  }

  return {
    report: (event) => {
      if (event.kind !== "note") tell(event);
      else if (event.level === "warning" || verbose) sink.write(noteText(event, { color }));
    },
    clear: () => undefined,
  };
}
