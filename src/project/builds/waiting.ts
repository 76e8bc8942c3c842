/** Who waits for whom: where the one that is asked for waits for the one that asks, both would for ever. */
export class Waiting {
  private readonly edges = new Map<string, Map<string, number>>();

  /** How `to` waits for `from` already, both included; undefined where it does not. */
  path(to: string, from: string): readonly string[] | undefined {
    const seen = new Set<string>();
    const search = (at: string): readonly string[] | undefined => {
      if (at === from) return [at];
      if (seen.has(at)) return undefined;
      seen.add(at);
      for (const next of this.edges.get(at)?.keys() ?? []) {
        const rest = search(next);
        if (rest !== undefined) return [at, ...rest];
      }
      return undefined;
    };
    return search(to);
  }

  /** Does work while `from` counts as waiting for `to`. */
  async during<T>(from: string, to: string, work: () => T | Promise<T>): Promise<T> {
    this.add(from, to, 1);
    try {
      return await work();
    } finally {
      this.add(from, to, -1);
    }
  }

  private add(from: string, to: string, change: 1 | -1): void {
    let targets = this.edges.get(from);
    if (targets === undefined) this.edges.set(from, (targets = new Map<string, number>()));
    const count = (targets.get(to) ?? 0) + change;
    if (count === 0) targets.delete(to);
    else targets.set(to, count);
  }
}
