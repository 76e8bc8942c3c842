import type { HttpClient } from "../http/index.ts";

/** Thrown in place of a request that would be one too many, or too late. */
export class Stopped extends Error {
  readonly why: "requests" | "time";

  constructor(why: "requests" | "time") {
    super(`no further request may be made: ${why}`);
    this.why = why;
  }
}

export interface Politeness {
  readonly maxRequests: number;
  /** Requests begun in a second. */
  readonly rate: number;
  /** Milliseconds since 1970, after which no request begins. */
  readonly deadline: number;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

export interface PoliteClient {
  readonly client: HttpClient;
  readonly counts: { requests: number; downloads: number };
}

/**
 * A client that begins so many requests and no more, evenly spaced; a further one throws Stopped. What
 * the server says itself (`Retry-After`) is honoured by the client underneath.
 */
export function politeClient(client: HttpClient, politeness: Politeness): PoliteClient {
  const { maxRequests, rate, deadline, now, sleep } = politeness;
  const counts = { requests: 0, downloads: 0 };
  const gap = 1000 / rate;
  let next = 0;
  async function turn(kind: "page" | "file"): Promise<void> {
    if (counts.requests >= maxRequests) throw new Stopped("requests");
    if (now() >= deadline) throw new Stopped("time");
    counts.requests++;
    if (kind === "file") counts.downloads++;
    const at = Math.max(now(), next);
    next = at + gap;
    if (at > now()) await sleep(at - now());
  }
  return {
    counts,
    client: {
      async get(url, options) {
        await turn(url.endsWith("/") ? "page" : "file");
        return client.get(url, options);
      },
      async range(url, part, options) {
        await turn("file");
        return client.range(url, part, options);
      },
      async download(url, options) {
        await turn("file");
        return client.download(url, options);
      },
      close: () => client.close(),
      get counts() {
        return client.counts;
      },
    },
  };
}
