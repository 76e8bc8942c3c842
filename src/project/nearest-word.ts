import { editDistance } from "../base/index.ts";

/** The word of a list that another was most probably meant to be, if one is near enough. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  let least = limit + 1;
  for (const other of known) {
    const distance = word.length > 2 && isPart(word, other) ? 1 : editDistance(word, other);
    if (distance < least) [best, least] = [other, distance];
  }
  return best;
}

function isPart(word: string, other: string): boolean {
  return other.startsWith(word) || other.split(/[/-]/).includes(word);
}
