import type { Agent, IncomingMessage, request } from "node:http";
import type { Socket } from "node:net";
import type { ConnectionOptions, SecureContext } from "node:tls";
import type { Tls } from "./certificates.ts";
import { basicAuthorization, redactUrl, splitCredentials } from "./credentials.ts";
import { httpError } from "./errors.ts";

export interface Tunnel {
  readonly proxy: URL;
  readonly tls: Tls;
  /** Of the module for the proxy's own scheme. */
  readonly request: typeof request;
  readonly secure: SecureContext;
  /** Milliseconds. */
  readonly timeout: number;
}

type Connected = (error: Error | null, socket?: Socket) => void;

/** Makes an agent reach its hosts through CONNECT (RFC 9110, section 9.3.6). */
export function tunnelThrough(agent: Agent, tunnel: Tunnel): void {
  function createConnection(options: ConnectionOptions, done: Connected): void {
    connect(tunnel, authorityOf(options), (error, socket) => {
      if (socket === undefined) done(error);
      else done(null, tunnel.tls.connect({ ...options, socket }));
    });
  }
  Object.assign(agent, { createConnection });
}

function authorityOf({ host = "", port = 443 }: ConnectionOptions): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function connect(tunnel: Tunnel, authority: string, done: Connected): void {
  const { proxy, secure, timeout } = tunnel;
  const sent = tunnel.request({
    ...target(proxy),
    method: "CONNECT",
    path: authority,
    headers: { host: authority, ...proxyHeaders(proxy) },
    agent: false,
    timeout,
    ...(proxy.protocol === "https:" && { secureContext: secure }),
  });
  sent.once("connect", (answer: IncomingMessage, socket: Socket) => {
    if (answer.statusCode === 200) {
      socket.setTimeout(0);
      return done(null, socket);
    }
    socket.destroy();
    return done(proxyError(proxy, `it answered ${answer.statusCode} to CONNECT`));
  });
  sent.once("timeout", () => sent.destroy(new Error("no answer in time")));
  sent.once("error", (cause: Error) => done(proxyError(proxy, cause.message, cause)));
  sent.end();
}

/** Where a request for a URL connects to, and what it asks for there. */
export function target(url: URL): { hostname: string; port: string; path: string } {
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return { hostname, port, path: url.pathname + url.search };
}

/** The proxy's credentials, from its URL. */
export function proxyHeaders(proxy: URL): Record<string, string> {
  const { credentials } = splitCredentials(proxy.href);
  if (credentials === undefined) return {};
  return { "proxy-authorization": basicAuthorization(credentials) };
}

function proxyError(proxy: URL, problem: string, cause?: Error): Error {
  const shown = redactUrl(proxy.href);
  return httpError("http-proxy", `The proxy ${shown} cannot be used: ${problem}`, {
    place: { url: shown },
    hint: "Check HTTPS_PROXY, HTTP_PROXY or pip's proxy setting; NO_PROXY lists hosts to reach directly.",
    cause,
  });
}
