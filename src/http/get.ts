import { exchange, orderFor } from "./exchange.ts";
import { withRetries } from "./retry.ts";
import type { Session } from "./session.ts";
import { readBody } from "./read-body.ts";
import type { GetOptions, HttpResponse } from "./types.ts";

/** Enough for the largest index page there is, ten times over. */
const DEFAULT_LIMIT = 256 * 1024 * 1024;

/** A whole answer in memory, tried again after passing failures. */
export async function get(
  session: Session,
  url: string,
  options: GetOptions,
): Promise<HttpResponse> {
  const { accept = "*/*", etag, lastModified, maxBytes = DEFAULT_LIMIT, allow = [] } = options;
  const conditional = etag !== undefined || lastModified !== undefined;
  const order = {
    ...orderFor(session, url, options),
    allow: conditional ? [...allow, 304] : allow,
    headers: {
      accept,
      "accept-encoding": "gzip, br, zstd",
      ...(etag !== undefined && { "if-none-match": etag }),
      ...(lastModified !== undefined && { "if-modified-since": lastModified }),
      ...options.headers,
    },
  };
  async function tryOnce(): Promise<HttpResponse> {
    const answer = await exchange(session, order);
    const subject = { url: answer.url, what: order.what };
    const body = await readBody(answer.message, { subject, limit: maxBytes });
    session.counts.bytes += body.length;
    return {
      status: answer.status,
      headers: headerMap(answer.message.headers),
      body,
      url: answer.url,
    };
  }
  return withRetries(session, tryOnce, { signal: order.signal });
}

function headerMap(headers: NodeJS.Dict<string | string[]>): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, typeof value === "string" ? value : value.join(", "));
  }
  return map;
}
