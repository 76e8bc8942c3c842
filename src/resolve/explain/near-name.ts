import { editDistance } from "../../base/index.ts";

/** The known name that differs in so little that it was probably meant; short ones differ too easily. */
export function nearName(name: string, known: readonly string[]): string | undefined {
  const limit = Math.min(2, Math.floor(name.length / 4));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const other of known) {
    if (other === name || Math.abs(other.length - name.length) > limit) continue;
    const distance = editDistance(name, other);
    if (distance < bestDistance) {
      best = other;
      bestDistance = distance;
    }
  }
  return best;
}
