import type { UserError } from "../base/index.ts";
import { isUntrusted } from "./certificates.ts";
import { redactUrl } from "./credentials.ts";
import { httpError } from "./errors.ts";

/** A failure that another try may not meet; `error` is what the user hears if it does. */
export class Transient extends Error {
  readonly error: UserError;
  /** Milliseconds that the server asks to wait. */
  readonly wait: number | undefined;

  constructor(error: UserError, wait?: number) {
    super(error.message);
    this.error = error;
    this.wait = wait;
  }
}

/** What a request is for, as messages say it. */
export interface Subject {
  readonly url: string;
  readonly what: string | undefined;
}

/** `the releases of numpy from https://…`, credentials hidden. */
export function named({ url, what }: Subject): string {
  const shown = redactUrl(url);
  return what === undefined ? shown : `${what} from ${shown}`;
}

/** Set on errors of our own timers, to be told apart from what the system reports. */
export class Silence extends Error {
  readonly phase: "answer" | "body";
  readonly seconds: number;

  constructor(phase: "answer" | "body", milliseconds: number) {
    super("timeout");
    this.phase = phase;
    this.seconds = Math.round(milliseconds / 100) / 10;
  }
}

/** A kept connection turned out to have been closed by the server: a new one may do at once. */
export class Stale extends Error {
  readonly code = "ECONNRESET";

  constructor(cause: Error) {
    super("a kept connection was closed", { cause });
  }
}

const UNREACHABLE: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "EHOSTDOWN",
  "ENETDOWN",
]);

/**
 * The user's words for an error of a socket, of TLS or of Node's HTTP parser. Gives a `Transient`
 * where trying again makes sense, and the error itself where it is not one of these.
 */
export function failureOf(cause: unknown, subject: Subject): unknown {
  if (cause instanceof Silence) return new Transient(silenceError(cause, subject));
  const code = (cause as { code?: unknown }).code;
  if (!(cause instanceof Error) || cause.name === "UserError" || typeof code !== "string")
    return cause;
  const place = { url: redactUrl(subject.url) };
  const host = URL.parse(subject.url)?.host ?? place.url;
  if (code === "ENOTFOUND" || code.startsWith("EAI_")) {
    const error = httpError(
      "http-dns",
      `Cannot fetch ${named(subject)}: the host ${host} is not known`,
      {
        place,
        hint: "Check the address, and that there is a network; --offline uses what is kept locally.",
        cause,
      },
    );
    return code === "EAI_AGAIN" ? new Transient(error) : error;
  }
  if (UNREACHABLE.has(code)) {
    const message = `Cannot fetch ${named(subject)}: no connection to ${host} (${code})`;
    const hint = "Check the address and the proxy settings.";
    return new Transient(httpError("http-refused", message, { place, hint, cause }));
  }
  if (code === "ETIMEDOUT") {
    const message = `Cannot fetch ${named(subject)}: ${host} does not answer`;
    return new Transient(httpError("http-timeout", message, { place, hint: TIMEOUT_HINT, cause }));
  }
  if (code.startsWith("HPE_"))
    return httpError("http-answer", `${named(subject)}: not a valid HTTP answer (${code})`, {
      place,
      cause,
    });
  if (isTls(code, cause)) return tlsError(cause, { subject, host });
  if (code === "ECONNRESET" || code === "EPIPE" || code === "ECONNABORTED") {
    const message = `Cannot fetch ${named(subject)}: the connection broke`;
    const error = httpError("http-reset", message, { place, cause });
    return new Transient(error, cause instanceof Stale ? 0 : undefined);
  }
  return cause;
}

const TIMEOUT_HINT = "Check the network; PIP_DEFAULT_TIMEOUT sets the time allowed, in seconds.";

function silenceError({ phase, seconds }: Silence, subject: Subject): UserError {
  const place = { url: redactUrl(subject.url) };
  if (phase === "body") {
    const message = `${named(subject)}: the transfer stopped, no byte for ${seconds} s`;
    return httpError("http-stalled", message, { place, hint: TIMEOUT_HINT });
  }
  const message = `Cannot fetch ${named(subject)}: no answer within ${seconds} s`;
  return httpError("http-timeout", message, { place, hint: TIMEOUT_HINT });
}

function isTls(code: string, cause: Error): boolean {
  return (
    /^(ERR_TLS_|ERR_SSL_|CERT_|CRL_|EPROTO$|INVALID_|HOSTNAME_MISMATCH)/.test(code) ||
    isUntrusted(cause) ||
    cause.message.startsWith("Client network socket disconnected before secure TLS")
  );
}

function tlsError(cause: Error, { subject, host }: { subject: Subject; host: string }): UserError {
  const hint = isUntrusted(cause)
    ? "Name the file of certificates to trust: pip's cert setting, or SSL_CERT_FILE."
    : "Check the address, the machine's date, the proxy and any client certificate.";
  const message = `Cannot fetch ${named(subject)}: no secure connection to ${host}: ${cause.message.trim()}`;
  const place = { url: redactUrl(subject.url) };
  return httpError("http-tls", message, { place, hint, cause });
}
