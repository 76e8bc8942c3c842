import type { ProgressEvent } from "../base/index.ts";
import { colors } from "./colors.ts";
import { printable } from "./printable.ts";

/** A note of a stage as a line for people. */
export function noteText(
  { level, message }: Extract<ProgressEvent, { kind: "note" }>,
  { color }: { color: boolean },
): string {
  const { yellow, cyan } = colors(color);
  const word = level === "warning" ? yellow("warning") : cyan("note");
  return `${word}: ${printable(message)}\n`;
}
