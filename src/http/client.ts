import { createAgents } from "./agents.ts";
import { download } from "./download.ts";
import type { Session } from "./session.ts";
import { get } from "./get.ts";
import { range } from "./range.ts";
import type { ClientOptions, HttpClient } from "./types.ts";

const CONNECTIONS = 16;
const TIMEOUTS = { stall: 15_000, headers: 60_000 };
const RETRIES = { limit: 4, delay: 250, longest: 60_000 };

/**
 * A client over one pool of connections. Nothing is loaded, read or opened before the first request,
 * and TLS only for the first https one.
 */
export function createClient(options: ClientOptions): HttpClient {
  const stall = options.timeouts?.stall ?? TIMEOUTS.stall;
  const headers = Math.max(stall, options.timeouts?.headers ?? TIMEOUTS.headers);
  const { maxConnectionsPerHost: connections = CONNECTIONS, sleep } = options;
  const session: Session = {
    options,
    agents: createAgents(options, { connections, timeout: stall }),
    timeouts: { stall, headers },
    retries: { ...RETRIES, ...options.retries },
    counts: { requests: 0, bytes: 0 },
    sleep: sleep ?? pause,
    now: options.now ?? Date.now,
  };
  return {
    get: async (url, request = {}) => get(session, url, request),
    range: async (url, part, request = {}) => range(session, url, { part, options: request }),
    download: async (url, request) => download(session, url, request),
    close: () => session.agents.close(),
    counts: session.counts,
  };
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  const { setTimeout } = await import("node:timers/promises");
  await setTimeout(milliseconds, undefined, signal === undefined ? {} : { signal });
}
