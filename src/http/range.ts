import { redactUrl } from "./credentials.ts";
import { httpError } from "./errors.ts";
import { exchange, orderFor, type Answer, type Order } from "./exchange.ts";
import { withRetries } from "./retry.ts";
import type { Session } from "./session.ts";
import { named } from "./failure.ts";
import { readBody } from "./read-body.ts";
import type { ByteRange, RangeOptions, RangeResponse } from "./types.ts";

const WHOLE_LIMIT = 4 * 1024 * 1024;

/**
 * Part of a file (RFC 9110, section 14). A server that ignores ranges may send the whole file up to
 * `wholeLimit`, else `http-no-range`. A range other than the one asked for is `http-answer`.
 */
export async function range(
  session: Session,
  url: string,
  { part, options }: { part: ByteRange; options: RangeOptions },
): Promise<RangeResponse> {
  const asked = "last" in part ? `bytes=-${part.last}` : `bytes=${part.start}-${part.end - 1}`;
  const order = {
    ...orderFor(session, url, options),
    headers: { "accept-encoding": "identity", ...options.headers, range: asked },
  };
  return withRetries(session, () => tryOnce(session, order, { part, options }), {
    signal: order.signal,
  });
}

async function tryOnce(
  session: Session,
  order: Order,
  { part, options }: { part: ByteRange; options: RangeOptions },
): Promise<RangeResponse> {
  const answer = await exchange(session, order);
  const subject = { url: answer.url, what: order.what };
  if (answer.status !== 206) return wholeFile(session, answer, { order, options });
  const limit = "last" in part ? part.last : part.end - part.start;
  const bytes = await readBody(answer.message, { subject, limit });
  session.counts.bytes += bytes.length;
  const got = contentRange(answer.message.headers["content-range"]);
  const fits = got !== undefined && isPart(got, part) && bytes.length === got.end - got.start;
  if (fits) return { bytes, start: got.start, totalSize: got.total, whole: false };
  throw httpError("http-answer", `${named(subject)}: another range than the one asked for`, {
    place: { url: redactUrl(answer.url) },
    facts: { asked: order.headers.range, got: answer.message.headers["content-range"] },
  });
}

async function wholeFile(
  session: Session,
  answer: Answer,
  { order, options }: { order: Order; options: RangeOptions },
): Promise<RangeResponse> {
  const { wholeLimit = WHOLE_LIMIT } = options;
  const length = Number(answer.message.headers["content-length"] ?? Number.NaN);
  const subject = { url: answer.url, what: order.what };
  if (!(length <= wholeLimit)) {
    answer.message.destroy();
    throw httpError(
      "http-no-range",
      `${named(subject)}: the server does not serve parts of files`,
      {
        place: { url: redactUrl(answer.url) },
        facts: { size: length, limit: wholeLimit },
      },
    );
  }
  const bytes = await readBody(answer.message, { subject, limit: wholeLimit });
  session.counts.bytes += bytes.length;
  return { bytes, start: 0, totalSize: bytes.length, whole: true };
}

interface ContentRange {
  readonly start: number;
  readonly end: number;
  readonly total: number;
}

/** `bytes 0-99/200`; the end is given back exclusive. Undefined where the total is unknown. */
export function contentRange(text: string | undefined): ContentRange | undefined {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/i.exec(text ?? "");
  if (match === null) return undefined;
  const [start, last, total] = match.slice(1).map(Number) as [number, number, number];
  return start <= last && last < total ? { start, end: last + 1, total } : undefined;
}

function isPart({ start, end, total }: ContentRange, part: ByteRange): boolean {
  if ("last" in part) return end === total && start === Math.max(0, total - part.last);
  return start === part.start && end === Math.min(part.end, total);
}
