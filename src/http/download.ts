import { createHash, type Hash } from "node:crypto";
import {
  closeSync,
  constants,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from "node:fs";
import type { Sha256 } from "../base/index.ts";
import { redactUrl } from "./credentials.ts";
import { httpError } from "./errors.ts";
import { exchange, orderFor, type Order } from "./exchange.ts";
import { withRetries } from "./retry.ts";
import type { Session } from "./session.ts";
import { named } from "./failure.ts";
import { contentRange } from "./range.ts";
import { consume, tooLarge } from "./read-body.ts";
import type { DownloadOptions, DownloadResult } from "./types.ts";

const DEFAULT_LIMIT = 64 * 1024 ** 3;
/** Bytes after which a broken try counts as one that got somewhere. */
const ADVANCE = 1024 * 1024;
const OPEN = constants.O_RDWR | constants.O_CREAT;

/** A file being written: its bytes so far and their hash. */
interface Part {
  readonly file: number;
  hash: Hash;
  size: number;
  /** `ETag` or `Last-Modified` of the answer the bytes came from, for `If-Range`. */
  validator: string | undefined;
  url: string;
}

/**
 * A file to disk: see `HttpClient.download`. Where what was resumed turns out wrong, the file is
 * fetched once more from its beginning before it counts as wrong.
 */
export async function download(
  session: Session,
  url: string,
  options: DownloadOptions,
): Promise<DownloadResult> {
  const order = {
    ...orderFor(session, url, options),
    headers: { "accept-encoding": "identity", ...options.headers },
  };
  const resume = options.resume === true && options.sha256 !== undefined;
  const part = openPart(options.path, resume);
  try {
    const resumed = part.size > 0;
    if (!resumed || part.size !== options.size) await fill(session, order, { part, options });
    let result = finish(part);
    if (resumed && mismatch(result, options) !== undefined) {
      restart(part);
      await fill(session, order, { part, options });
      result = finish(part);
    }
    const error = mismatch(result, options);
    if (error === undefined) return result;
    rmSync(options.path, { force: true });
    throw error;
  } finally {
    closeSync(part.file);
  }
}

function openPart(path: string, resume: boolean): Part {
  const opened = intact(path, () => openSync(path, OPEN | (resume ? 0 : constants.O_TRUNC), 0o644));
  const part: Part = {
    file: opened,
    hash: createHash("sha256"),
    size: 0,
    validator: undefined,
    url: "",
  };
  const buffer = Buffer.allocUnsafe(256 * 1024);
  for (let read; (read = readSync(opened, buffer, 0, buffer.length, part.size)) > 0;) {
    part.hash.update(buffer.subarray(0, read));
    part.size += read;
  }
  return part;
}

function restart(part: Part): void {
  ftruncateSync(part.file, 0);
  part.hash = createHash("sha256");
  part.size = 0;
  part.validator = undefined;
}

async function fill(
  session: Session,
  order: Order,
  { part, options }: { part: Part; options: DownloadOptions },
): Promise<void> {
  let before = part.size;
  await withRetries(
    session,
    () => {
      before = part.size;
      return fillOnce(session, order, { part, options });
    },
    { signal: order.signal, advanced: () => part.size - before >= ADVANCE },
  );
}

async function fillOnce(
  session: Session,
  order: Order,
  { part, options }: { part: Part; options: DownloadOptions },
): Promise<void> {
  const headers = { ...order.headers, ...resumeHeaders(part) };
  const answer = await exchange(session, { ...order, headers, allow: part.size > 0 ? [416] : [] });
  const { message } = answer;
  const got = contentRange(message.headers["content-range"]);
  if (answer.status !== 206 || got?.start !== part.size) {
    if (part.size > 0) restart(part);
    if (answer.status === 416 || answer.status === 206) {
      message.destroy();
      return fillOnce(session, order, { part, options });
    }
  }
  const announced = Number(message.headers["content-length"] ?? Number.NaN);
  const total = options.size ?? (Number.isNaN(announced) ? undefined : part.size + announced);
  const limit = options.size ?? options.maxBytes ?? DEFAULT_LIMIT;
  part.url = answer.url;
  part.validator = validatorOf(message.headers);
  await consume(message, { url: answer.url, what: order.what }, (chunk) => {
    if (part.size + chunk.length > limit) throw tooMuch(options, { order, limit });
    intact(options.path, () => write(part, chunk));
    part.hash.update(chunk);
    part.size += chunk.length;
    session.counts.bytes += chunk.length;
    options.onProgress?.(part.size, total);
  });
}

/** Without a validator of this run's own, the hash shows whether the parts fit. */
function resumeHeaders(part: Part): Record<string, string> {
  if (part.size === 0) return {};
  const range = { range: `bytes=${part.size}-` };
  return part.validator === undefined ? range : { ...range, "if-range": part.validator };
}

function validatorOf(headers: NodeJS.Dict<string | string[]>): string | undefined {
  const etag = headers.etag as string | undefined;
  if (etag !== undefined && !etag.startsWith("W/")) return etag;
  return headers["last-modified"] as string | undefined;
}

function write({ file, size }: Part, data: Buffer): void {
  for (let at = 0; at < data.length;) at += writeSync(file, data, at, data.length - at, size + at);
}

function finish(part: Part): DownloadResult {
  return { sha256: part.hash.copy().digest("hex") as Sha256, size: part.size, url: part.url };
}

function mismatch(result: DownloadResult, options: DownloadOptions): Error | undefined {
  const { sha256, size, path } = options;
  const place = { url: redactUrl(result.url), file: path };
  const hint = "The file was changed on the server or on the way; do not use it.";
  if (size !== undefined && result.size !== size) {
    const message = `${redactUrl(result.url)}: ${result.size} bytes instead of ${size}`;
    return httpError("http-wrong-size", message, {
      place,
      hint,
      facts: { expected: size, got: result.size },
    });
  }
  if (sha256 !== undefined && result.sha256 !== sha256) {
    const message = `${redactUrl(result.url)}: SHA-256 ${result.sha256} instead of ${sha256}`;
    return httpError("http-wrong-hash", message, {
      place,
      hint,
      facts: { expected: sha256, got: result.sha256 },
    });
  }
  return undefined;
}

function tooMuch(
  options: DownloadOptions,
  { order, limit }: { order: Order; limit: number },
): Error {
  rmSync(options.path, { force: true });
  if (options.size === undefined) return tooLarge(order, limit);
  return httpError("http-wrong-size", `${named(order)}: more than the ${limit} bytes expected`, {
    place: { url: redactUrl(order.url), file: options.path },
    facts: { expected: limit },
    hint: "The file was changed on the server or on the way; do not use it.",
  });
}

/** Turns the system's failures to write into `http-write`, and removes the file. */
function intact<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    rmSync(path, { force: true });
    const { code = "" } = cause as NodeJS.ErrnoException;
    const full = code === "ENOSPC" || code === "EDQUOT";
    throw httpError(
      "http-write",
      `${path}: cannot be written: ${full ? "the disk is full" : code}`,
      {
        place: { file: path },
        hint: full
          ? "Free some space, or use --cache-dir on another disk."
          : "Check the folder's permissions.",
        cause,
      },
    );
  }
}
