export { byteText as byteCount } from "../base/index.ts";
import type { LockResult, SyncResult } from "../project/index.ts";
import { printable } from "./printable.ts";

/** What `lock` did, for people. */
export function lockSentence({ lock, path, changed }: LockResult): string {
  const pins = new Set(lock.targets.flatMap(({ pins }) => pins.map(({ name }) => name))).size;
  const targets = lock.targets.length > 1 ? ` for ${lock.targets.length} targets` : "";
  const held = `${plural(pins, "package")}${targets} as of ${lock.date}`;
  return changed ? `Locked ${held} in ${path}.` : `Nothing changed: ${path} has ${held}.`;
}

const MOST_SKIPPED = 10;

/** The candidates that were passed over, and why: a line for each of the first few. */
export function skippedLines({ skipped }: LockResult): readonly string[] {
  const lines = skipped
    .slice(0, MOST_SKIPPED)
    .map(({ name, version, reason }) => printable(`passed over ${name} ${version}: ${reason}`));
  const rest = skipped.length - MOST_SKIPPED;
  return rest > 0 ? [...lines, `passed over ${rest} more`] : lines;
}

/** What `env` or `sync` did, for people. */
export function environmentSentence(result: SyncResult): string {
  const { directory, python, distributions, added, changed } = result;
  const held = `${plural(distributions, "package")} for Python ${python}`;
  if (!changed) return `Nothing changed: ${directory} has ${held}.`;
  return `Made ${directory}: ${held}, ${added} of them new on this machine.`;
}

/** `1 package`, `2 packages`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
