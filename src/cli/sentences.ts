export { byteText as byteCount } from "../base/index.ts";
import { setNames } from "../lock/index.ts";
import type { LockResult, SyncResult } from "../project/index.ts";
import { printable } from "./printable.ts";

/** What `lock` did, for people. */
export function lockSentence({ lock, path, changed }: LockResult): string {
  const pins = new Set(lock.targets.flatMap(({ pins }) => pins.map(({ name }) => name))).size;
  const names = new Set(lock.targets.map(({ name }) => name)).size;
  const targets = names > 1 ? ` for ${names} targets` : "";
  const sets = lock.sets === undefined ? "" : ` in the sets ${setNames(lock).join(", ")}`;
  const held = `${plural(pins, "package")}${targets}${sets} as of ${lock.date}`;
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
  const { directory, python, set, distributions, added, changed } = result;
  const of = set === undefined ? "" : ` of the set ${set}`;
  const held = `${plural(distributions, "package")}${of} for Python ${python}`;
  if (!changed) return `Nothing changed: ${directory} has ${held}.`;
  return `Made ${directory}: ${held}, ${added} of them new on this machine.`;
}

/** What building again found, where nothing differs. */
export function rebuiltSentence(count: number): string {
  return count === 0
    ? "Nothing here is built from source."
    : `Built ${plural(count, "source distribution")} again: the same files.`;
}

/** `1 package`, `2 packages`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
