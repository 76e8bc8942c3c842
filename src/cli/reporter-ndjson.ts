import type { ProgressEvent } from "../base/index.ts";
import type { Reporter, ReporterOptions } from "./reporter.ts";

const INTERVAL = 100;

/** One JSON object a line for each event; `progress` at most ten times a second for each phase. */
export function ndjsonReporter({ sink, clock }: ReporterOptions): Reporter {
  const last = new Map<string, number>();
  function report(event: ProgressEvent): void {
    if (event.kind === "progress") {
      const now = clock();
      if (now - (last.get(event.phase) ?? -Infinity) < INTERVAL) return;
      last.set(event.phase, now);
    }
    sink.write(JSON.stringify(event) + "\n");
  }
  return { report, clear: () => undefined };
}
