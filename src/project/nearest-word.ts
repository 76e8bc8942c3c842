import { editDistance } from "../base/index.ts";

/** The word of a list that another was most probably meant to be, if one is near enough. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  let least = limit + 1;
  for (const other of known) {
    const distance = word.length > 2 && isPart(word, other) ? 1 : apart(word, other);
    if (distance < least) [best, least] = [other, distance];
  }
  return best;
}

function isPart(word: string, other: string): boolean {
  return other.startsWith(word) || other.split(/[/-]/).includes(word);
}

/** Infinite where the words are too long, or too different in length, to be meant for each other. */
function apart(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 8 || a.length > 64 || b.length > 64) return Infinity;
  return editDistance(a, b);
}
