/** The last work under each key; those that come later wait for it. */
const LAST = new Map<string, Promise<void>>();

/**
 * Does what this process does under one key one after the other, in the order of the calls, whatever
 * becomes of those before. Not from inside work under the same key: that would wait for itself.
 */
export async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = LAST.get(key);
  const { promise: done, resolve: end } = Promise.withResolvers<void>();
  LAST.set(key, done);
  await before;
  try {
    return await work();
  } finally {
    end();
    if (LAST.get(key) === done) LAST.delete(key);
  }
}
