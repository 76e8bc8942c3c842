import { Transient } from "./failure.ts";
import type { Session } from "./session.ts";

/** Milliseconds that `Retry-After` asks for, as seconds or as a date (RFC 9110, section 10.2.3). */
export function retryAfter(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/**
 * Does some work anew while it fails with `Transient`, at most `retries.limit` times, waiting twice
 * as long each time or as long as the server asks. Where `advanced` says that the failed try got
 * somewhere, the count begins anew.
 */
export async function withRetries<T>(
  session: Session,
  work: () => Promise<T>,
  { signal, advanced = () => false }: { signal: AbortSignal | undefined; advanced?: () => boolean },
): Promise<T> {
  const { limit, delay, longest } = session.retries;
  for (let failed = 0; ;) {
    try {
      return await work();
    } catch (failure) {
      signal?.throwIfAborted();
      if (!(failure instanceof Transient)) throw failure;
      failed = advanced() ? 1 : failed + 1;
      const wait = failure.wait ?? Math.min(delay * 2 ** (failed - 1), longest);
      if (failed > limit || wait > longest) throw failure.error;
      await session.sleep(wait, signal);
    }
  }
}
