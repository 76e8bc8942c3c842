import type { Report } from "../base/index.ts";
import { ndjsonReporter } from "./reporter-ndjson.ts";
import { plainReporter } from "./reporter-plain.ts";
import { terminalReporter } from "./reporter-terminal.ts";
import type { Sink } from "./streams.ts";

/** Renders what the stages tell. */
export interface Reporter {
  readonly report: Report;
  /** Takes progress off the screen; a line of text may follow. To be called before anything else is written. */
  readonly clear: () => void;
}

export interface ReporterOptions {
  readonly sink: Sink;
  /** Milliseconds, from any start. */
  readonly clock: () => number;
  readonly color: boolean;
  readonly verbose: boolean;
}

/** How progress can be shown. */
export type ReporterKind = "terminal" | "plain" | "ndjson" | "quiet";

const REPORTERS: Readonly<Record<ReporterKind, (options: ReporterOptions) => Reporter>> = {
  terminal: terminalReporter,
  plain: plainReporter,
  ndjson: ndjsonReporter,
  quiet: () => ({ report: () => undefined, clear: () => undefined }),
};

/** The reporter of a kind. */
export function makeReporter(kind: ReporterKind, options: ReporterOptions): Reporter {
  return REPORTERS[kind](options);
}
