import type { Report, Sha256 } from "../base/index.ts";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Credentials for one URL, asked anew for every hop of a redirect. Never sees a URL's own ones. */
export type CredentialSource = (url: URL) => Credentials | undefined;

/** Proxies by the scheme of what is asked for; each a URL, `http://user:pass@host:port`. */
export interface ProxySettings {
  readonly http?: string;
  readonly https?: string;
  /** Hosts reached directly, comma separated: `*`, `example.org`, `.example.org:8080`, `10.0.0.0/8`. */
  readonly noProxy?: string;
}

/** Which certificates are trusted and how the network is reached. */
export interface ConnectionSettings {
  /** PEM files or folders of them, in place of the system's and Node's own certificates. */
  readonly ca?: readonly string[];
  /** PEM files trusted besides whatever else is. */
  readonly extraCa?: readonly string[];
  /** A PEM file with certificate and key. */
  readonly clientCert?: string;
  readonly proxies?: ProxySettings;
  /** `host` or `host:port` whose certificate is not checked (pip's `--trusted-host`). */
  readonly trustedHosts?: readonly string[];
  readonly timeouts?: Partial<Timeouts>;
  readonly retries?: Partial<RetrySettings>;
}

/** Milliseconds. */
export interface Timeouts {
  /** Without a byte, connecting included. */
  readonly stall: number;
  /** From the request to the end of the answer's headers. */
  readonly headers: number;
}

export interface RetrySettings {
  /** Tries after the first. */
  readonly limit: number;
  /** Milliseconds before the second try; doubled for each one after. */
  readonly delay: number;
  /** Milliseconds: a server that asks for a longer wait is not waited for. */
  readonly longest: number;
}

export interface ClientOptions extends ConnectionSettings {
  readonly credentials?: CredentialSource;
  readonly maxConnectionsPerHost?: number;
  readonly userAgent: string;
  /** Every request fails with `http-offline`. */
  readonly offline?: boolean;
  readonly report?: Report;
  readonly sleep?: (milliseconds: number) => Promise<void>;
  /** Milliseconds since 1970, for `Retry-After` dates. */
  readonly now?: () => number;
}

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** What is asked for, in words, for messages: `the releases of numpy`. */
  readonly what?: string;
  readonly signal?: AbortSignal;
}

export interface GetOptions extends RequestOptions {
  readonly accept?: string;
  /** Sent as `If-None-Match`: an unchanged answer is status 304 with an empty body. */
  readonly etag?: string;
  readonly lastModified?: string;
  /** Limit on the decoded body. */
  readonly maxBytes?: number;
  /** Statuses given back rather than thrown, such as 404; 2xx and, with `etag`, 304 always are. */
  readonly allow?: readonly number[];
}

export interface HttpResponse {
  readonly status: number;
  /** Lower-case names; repeated ones are joined by `, `. */
  readonly headers: ReadonlyMap<string, string>;
  /** Decoded. */
  readonly body: Buffer;
  /** After redirects, without credentials. */
  readonly url: string;
}

/** Bytes `start` up to but not including `end`, or the last so many. */
export type ByteRange =
  { readonly start: number; readonly end: number } | { readonly last: number };

export interface RangeOptions extends RequestOptions {
  /** A server that ignores ranges may send a whole file of at most this many bytes. */
  readonly wholeLimit?: number;
}

export interface RangeResponse {
  readonly bytes: Buffer;
  /** The offset of `bytes[0]` in the file. */
  readonly start: number;
  readonly totalSize: number;
  /** The server ignored the range and `bytes` is the whole file. */
  readonly whole: boolean;
}

export interface DownloadOptions extends RequestOptions {
  /** Written in place, without a temporary name: the caller renames. */
  readonly path: string;
  readonly sha256?: Sha256;
  readonly size?: number;
  /** The limit where no size is given. */
  readonly maxBytes?: number;
  /** Go on from what `path` already holds; needs `sha256`, which shows whether the parts fit. */
  readonly resume?: boolean;
  /** Bytes in the file so far, and in all where it is known. */
  readonly onProgress?: (done: number, total: number | undefined) => void;
}

export interface DownloadResult {
  readonly sha256: Sha256;
  readonly size: number;
  /** After redirects, without credentials. */
  readonly url: string;
}

/** The one way to the network. All methods throw `UserError`s of `HTTP_ERRORS`. */
export interface HttpClient {
  /** A whole answer in memory. */
  get(url: string, options?: GetOptions): Promise<HttpResponse>;
  /** Part of a file. */
  range(url: string, range: ByteRange, options?: RangeOptions): Promise<RangeResponse>;
  /**
   * A file to disk, hashed on the way, resumed within the call when the connection breaks. What
   * has arrived stays in `path` after a network failure; with a wrong hash or size, or when the
   * disk is full, it is removed.
   */
  download(url: string, options: DownloadOptions): Promise<DownloadResult>;
  /** Closes idle and busy connections. */
  close(): void;
  /** Of this client so far. */
  readonly counts: { readonly requests: number; readonly bytes: number };
}
