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

/** Insertions, deletions, replacements that lead from one word to the other (Levenshtein). */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 8 || a.length > 64 || b.length > 64) return Infinity;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
