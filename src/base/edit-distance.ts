/**
 * Insertions, deletions, replacements and swaps of neighbours that lead from one word to another, no
 * part being changed twice (optimal string alignment). Infinite where a word is longer, or their
 * lengths differ by more, than words do that are meant for each other.
 */
export function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 8 || a.length > 64 || b.length > 64) return Infinity;
  let former: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(replaced, (last[j] as number) + 1, (row[j - 1] as number) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j] as number, (former[j - 2] as number) + 1);
      }
    }
    [former, last] = [last, row];
  }
  return last[b.length] as number;
}
