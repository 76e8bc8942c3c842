import { editDistance } from "../base/index.ts";

/** The name that the text is most likely a slip of the pen for, if it is close to any. */
export function nearestName(text: string, names: Iterable<string>): string | undefined {
  if (text.length > 60) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(text.length / 3)) + 1;
  for (const name of names) {
    const d = editDistance(text, name);
    if (d < bestDistance) [best, bestDistance] = [name, d];
  }
  return best;
}
