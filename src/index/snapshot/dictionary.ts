import { crc32 } from "node:zlib";

/** Larger ones save nothing, and cost at the first look-up. */
const SIZE = 64 * 1024;

/** Chooses the texts that most projects of a sample have in common. */
export class DictionarySample {
  private readonly counts = new Map<string, number>();

  /** Whether a key belongs to the sample: that depends on the key alone. */
  wants(key: string): boolean {
    return crc32(key) % 16 === 0;
  }

  /** Counts the texts of one project. */
  add(texts: readonly string[]): void {
    for (const text of new Set(texts)) {
      if (text.length > 2 && text.length < 200) {
        this.counts.set(text, (this.counts.get(text) ?? 0) + 1);
      }
    }
  }

  /** The same sample gives the same bytes, in whatever order it came. */
  build(): Buffer {
    const shared = [...this.counts].filter(([, count]) => count > 2);
    shared.sort(([a, m], [b, n]) => n * b.length - m * a.length || (a < b ? -1 : 1));
    const chosen: string[] = [];
    let size = 0;
    for (const [text] of shared) {
      size += Buffer.byteLength(text);
      if (size > SIZE) break;
      chosen.push(text);
    }
    // What is nearest to the end is the cheapest to refer to.
    return Buffer.from(chosen.reverse().join(""));
  }
}
