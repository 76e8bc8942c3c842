import type { IncomingMessage } from "node:http";
import { isUntrusted } from "./certificates.ts";
import { basicAuthorization, redactUrl, splitCredentials } from "./credentials.ts";
import { httpError } from "./errors.ts";
import { failureOf, named, Transient, type Subject } from "./failure.ts";
import { retryAfter } from "./retry.ts";
import { send } from "./send.ts";
import type { Session } from "./session.ts";
import type { Credentials, RequestOptions } from "./types.ts";

/** A request before any redirect. */
export interface Order extends Subject {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
  /** From the URL: for its own origin only. */
  readonly credentials: Credentials | undefined;
  /** Statuses besides 2xx that are answers. */
  readonly allow: readonly number[];
}

/** An answer whose body has not been read. */
export interface Answer {
  readonly message: IncomingMessage;
  readonly status: number;
  /** After redirects. */
  readonly url: string;
}

const REDIRECT_LIMIT = 10;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** An order for a URL, its credentials taken out. Throws `http-url` and, offline, `http-offline`. */
export function orderFor(session: Session, text: string, options: RequestOptions): Order {
  const { url, credentials } = splitCredentials(text);
  const parsed = URL.parse(url);
  const place = { url: redactUrl(text) };
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    throw httpError("http-url", `${place.url} is not an http or https address`, { place });
  if (session.options.offline === true) {
    throw httpError(
      "http-offline",
      `Offline, and not kept locally: ${named({ url, what: options.what })}`,
      {
        place,
        hint: "Run once without --offline.",
      },
    );
  }
  const { headers = {}, what, signal } = options;
  return {
    url: parsed.href.split("#", 1)[0] as string,
    what,
    headers,
    signal,
    credentials,
    allow: [],
  };
}

/**
 * Sends an order and follows redirects, up to ten, never from https to http. Credentials are looked
 * up anew for each hop. Throws `Transient` or the error for what is neither success nor allowed.
 */
export async function exchange(session: Session, order: Order): Promise<Answer> {
  const first = new URL(order.url);
  let url = first;
  for (let hops = 0; hops <= REDIRECT_LIMIT; hops++) {
    const message = await sendTrusting(session, url, {
      ...order,
      headers: headersFor(session, order, { url, sameOrigin: url.origin === first.origin }),
    });
    const status = message.statusCode ?? 0;
    if ((status >= 200 && status < 300) || order.allow.includes(status))
      return { message, status, url: url.href };
    discard(message);
    if (!REDIRECTS.has(status)) throw statusFailure(session, message, { ...order, url: url.href });
    url = nextHop(url, message.headers.location, order);
  }
  throw httpError("http-redirect", `${named(order)}: more than ${REDIRECT_LIMIT} redirects`, {
    place: { url: redactUrl(order.url) },
  });
}

function headersFor(
  { options }: Session,
  order: Order,
  { url, sameOrigin }: { url: URL; sameOrigin: boolean },
): Record<string, string> {
  const headers: Record<string, string> = { "user-agent": options.userAgent };
  for (const [name, value] of Object.entries(order.headers)) {
    const secret = /^(authorization|cookie|proxy-authorization)$/i.test(name);
    if (sameOrigin || !secret) headers[name.toLowerCase()] = value;
  }
  const credentials = (sameOrigin ? order.credentials : undefined) ?? options.credentials?.(url);
  if (credentials !== undefined) headers.authorization ??= basicAuthorization(credentials);
  return headers;
}

function nextHop(from: URL, location: string | undefined, order: Order): URL {
  const next = location === undefined ? null : URL.parse(location, from.href);
  const place = { url: redactUrl(order.url) };
  if (next === null || !/^https?:$/.test(next.protocol))
    throw httpError("http-redirect", `${named(order)}: redirected to no http or https address`, {
      place,
    });
  if (from.protocol === "https:" && next.protocol === "http:") {
    const message = `${named(order)}: redirected from https to ${redactUrl(next.href)}`;
    throw httpError("http-redirect", message, {
      place,
      hint: "Give the address it redirects to, if it is trusted.",
    });
  }
  next.username = "";
  next.password = "";
  next.hash = "";
  return next;
}

/** With Node's own certificates first, and once more with the system's where these do not do. */
async function sendTrusting(session: Session, url: URL, order: Order): Promise<IncomingMessage> {
  const subject = { url: url.href, what: order.what };
  try {
    return await send(session, url, order);
  } catch (error) {
    if (!isUntrusted(error) || !session.agents.widenTrust()) throw failureOf(error, subject);
  }
  return send(session, url, order).catch((error: unknown) => {
    throw failureOf(error, subject);
  });
}

const DISCARD_LIMIT = 64 * 1024;

/** Lets a body pass so that the connection can be used again, or ends the connection if it is long. */
export function discard(message: IncomingMessage): void {
  let seen = 0;
  message.on("error", () => undefined);
  message.on("data", (chunk: Buffer) => {
    seen += chunk.length;
    if (seen > DISCARD_LIMIT) message.destroy();
  });
}

function statusFailure(session: Session, message: IncomingMessage, order: Order): Error {
  const status = message.statusCode ?? 0;
  const place = { url: redactUrl(order.url) };
  const facts = { status };
  if (status === 404 || status === 410) {
    const text = `Not found (${status}): ${named(order)}`;
    return httpError("http-not-found", text, {
      place,
      facts,
      hint: "Check the name and the index address.",
    });
  }
  if (status === 401 || status === 403) {
    const text = `The server refuses (${status}): ${named(order)}`;
    const hint =
      "Credentials are taken from the address (https://user:password@host/) or from netrc.";
    return httpError("http-auth", text, { place, facts, hint });
  }
  if (status === 407) {
    const hint = "Put the proxy's credentials into its address: http://user:password@host:port.";
    return httpError("http-proxy", "The proxy asks for credentials (407)", { place, facts, hint });
  }
  const error = httpError("http-status", `The server failed (status ${status}): ${named(order)}`, {
    place,
    facts,
    ...(status >= 500 && { hint: "The server has trouble; try again later." }),
  });
  const passing = status === 408 || status === 429 || (status >= 500 && status !== 501);
  return passing
    ? new Transient(error, retryAfter(message.headers["retry-after"], session.now()))
    : error;
}
