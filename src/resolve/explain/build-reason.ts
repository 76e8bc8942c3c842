/** Why something could not be built, in words that several builds may share, and the log of one. */
export interface BuildReason {
  readonly why: string;
  /** ` (The log is …)`, or nothing. */
  readonly log: string;
}

const TOLD = /^(?:\S+ could not be built: )?(.*?)( \(The log is [^()]*\))?$/s;

/** Reads what a failed build says of itself: the file's name is told by whoever tells the reason. */
export function buildReason(reason: string): BuildReason {
  const [, why = reason, log = ""] = TOLD.exec(reason) ?? [];
  return { why, log };
}
