/** Work that stops now and then, so that signals can be heard in between. */
export type Steps<T> = Generator<unknown, T, undefined>;

/** Does all of it at once. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Does it step by step; what else waits has its turn in between. */
export async function stepwise<T>(steps: Steps<T>): Promise<T> {
  try {
    for (;;) {
      const { done, value } = steps.next();
      if (done === true) return value;
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    steps.return(undefined as never);
  }
}
