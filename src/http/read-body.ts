import type { IncomingMessage } from "node:http";
import type * as zlibModule from "node:zlib";
import { httpError } from "./errors.ts";
import { failureOf, named, Transient, type Subject } from "./failure.ts";
import { redactUrl } from "./credentials.ts";

/**
 * Passes a body's chunks on until its end. What `take` throws ends the connection and is thrown.
 * Throws `Transient` when the connection breaks or stalls first.
 */
export function consume(
  message: IncomingMessage,
  subject: Subject,
  take: (chunk: Buffer) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    message.on("data", (chunk: Buffer) => {
      try {
        take(chunk);
      } catch (error) {
        message.destroy();
        reject(error as Error);
      }
    });
    message.once("end", resolve);
    message.on("error", (error) => reject(failureOf(error, subject) as Error));
    message.once("close", () => {
      if (!message.complete)
        reject(
          failureOf(Object.assign(new Error("closed"), { code: "ECONNRESET" }), subject) as Error,
        );
    });
  });
}

/** A whole body, decoded; at most `limit` bytes before and after decoding, else `http-too-large`. */
export async function readBody(
  message: IncomingMessage,
  { subject, limit }: { subject: Subject; limit: number },
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  const announced = Number(message.headers["content-length"] ?? 0);
  if (announced > limit) {
    message.destroy();
    throw tooLarge(subject, limit);
  }
  await consume(message, subject, (chunk) => {
    length += chunk.length;
    if (length > limit) throw tooLarge(subject, limit);
    chunks.push(chunk);
  });
  const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length);
  const coding = message.headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (coding === "identity" || coding === "" || body.length === 0) return body;
  return decode(body, { coding, subject, limit });
}

export function tooLarge(subject: Subject, limit: number): Error {
  return httpError("http-too-large", `${named(subject)}: more than ${limit} bytes`, {
    place: { url: redactUrl(subject.url) },
    facts: { limit },
    hint: "The server is broken or hostile: nothing of this kind is so large.",
  });
}

async function decode(
  body: Buffer,
  { coding, subject, limit }: { coding: string; subject: Subject; limit: number },
): Promise<Buffer> {
  const zlib = await import("node:zlib");
  const options = { maxOutputLength: limit };
  try {
    if (coding === "gzip" || coding === "x-gzip") return zlib.gunzipSync(body, options);
    if (coding === "br") return zlib.brotliDecompressSync(body, options);
    if (coding === "zstd") return decodeZstd(zlib, body, limit);
    if (coding === "deflate") return zlib.inflateSync(body, options);
  } catch (cause) {
    if (["ERR_BUFFER_TOO_LARGE", "ERR_OUT_OF_RANGE"].includes((cause as { code: string }).code))
      throw tooLarge(subject, limit);
    const error = httpError("http-answer", `${named(subject)}: a broken ${coding} body`, {
      place: { url: redactUrl(subject.url) },
      cause,
    });
    throw new Transient(error);
  }
  throw httpError(
    "http-answer",
    `${named(subject)}: a body in the unknown coding ${JSON.stringify(coding)}`,
    {
      place: { url: redactUrl(subject.url) },
    },
  );
}

/** All frames: Node stops after the first, so go on from what it has consumed (RFC 8878, section 3). */
function decodeZstd(zlib: typeof zlibModule, body: Buffer, limit: number): Buffer {
  const frames: Buffer[] = [];
  let length = 0;
  for (let at = 0; at < body.length;) {
    const result = zlib.zstdDecompressSync(body.subarray(at), {
      maxOutputLength: Math.max(1, limit - length),
      info: true,
    }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    if (result.engine.bytesWritten === 0) throw new Error("no progress");
    at += result.engine.bytesWritten;
    length += result.buffer.length;
    frames.push(result.buffer);
  }
  return Buffer.concat(frames, length);
}
