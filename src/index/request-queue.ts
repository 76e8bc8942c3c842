/** Runs at most so many requests at once; what is waited for goes before what is only guessed. */
export class RequestQueue {
  private running = 0;
  private readonly wanted: (() => void)[] = [];
  private readonly guessed: (() => void)[] = [];
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Runs `work` when it is its turn. */
  async run<T>(work: () => Promise<T>, { guess = false }: { guess?: boolean } = {}): Promise<T> {
    if (this.running >= this.limit) {
      await new Promise<void>((go) => (guess ? this.guessed : this.wanted).push(go));
    } else {
      this.running += 1;
    }
    try {
      return await work();
    } finally {
      const next = this.wanted.shift() ?? this.guessed.shift();
      if (next === undefined) this.running -= 1;
      else next();
    }
  }

  /** Drops what was only guessed and has not begun; its promises stay open. */
  dropGuesses(): void {
    this.guessed.length = 0;
  }
}
