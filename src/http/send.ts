import type { ClientRequest, IncomingMessage } from "node:http";
import { Silence, Stale } from "./failure.ts";
import type { Session } from "./session.ts";
import type { Timeouts } from "./types.ts";

/** What one request says besides its URL. */
export interface Sending {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
}

/**
 * One request, up to the end of the answer's headers. Fails with the system's errors, with `Silence`
 * where time runs out, then or while the body comes, and with `Stale`.
 */
export async function send(
  session: Session,
  url: URL,
  { headers, signal }: Sending,
): Promise<IncomingMessage> {
  const route = await session.agents.route(url);
  session.counts.requests++;
  return new Promise((resolve, reject) => {
    const sent = route.request({
      ...route.options,
      headers: { ...headers, ...route.headers },
      timeout: session.timeouts.stall,
      ...(signal !== undefined && { signal }),
    });
    watch(sent, session.timeouts);
    sent.once("response", resolve);
    sent.on("error", (error: NodeJS.ErrnoException) => {
      const stale = sent.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
      reject(stale ? new Stale(error) : error);
    });
    sent.end();
  });
}

/** Milliseconds in which bytes that came while this program itself was busy are seen. */
const GRACE = 20;

/** Ends a request that hears nothing for `stall`, or has no whole headers after `headers`. */
function watch(sent: ClientRequest, { stall, headers }: Timeouts): void {
  let deadline: NodeJS.Timeout | undefined;
  let answer: IncomingMessage | undefined;
  function tooLate(): void {
    deadline = setTimeout(() => sent.destroy(new Silence("answer", headers)), GRACE);
  }
  sent.once("socket", () => {
    deadline = setTimeout(tooLate, headers);
  });
  sent.once("response", (message) => {
    clearTimeout(deadline);
    answer = message;
  });
  sent.once("close", () => clearTimeout(deadline));
  sent.on("timeout", () => {
    const before = sent.socket?.bytesRead;
    setTimeout(() => {
      if (sent.socket?.bytesRead !== before) return;
      if (answer === undefined) sent.destroy(new Silence("answer", stall));
      else if (!answer.complete) answer.destroy(new Silence("body", stall));
    }, GRACE);
  });
}
