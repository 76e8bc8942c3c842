import { inflateRawSync } from "node:zlib";
import { archiveError } from "./errors.ts";

/** What is known of the data before it is unpacked. */
export interface Expected {
  readonly name: string;
  readonly size: number;
}

/**
 * Unpacks a raw deflate stream (RFC 1951) that must be complete, end at the input's last byte and
 * give exactly `size` bytes. Never holds more than that. Throws `zip-checksum` and `zip-too-large`.
 */
export function inflateExactly(packed: Uint8Array, { name, size }: Expected): Uint8Array {
  const options = { info: true, maxOutputLength: size + 1, chunkSize: Math.max(64, size + 1) };
  let result: { buffer: Buffer; engine: { bytesWritten: number } };
  try {
    result = inflateRawSync(packed, options) as unknown as typeof result;
  } catch (cause) {
    throw unpackError(cause, name);
  }
  if (result.buffer.length > size) throw tooLong(name);
  if (result.buffer.length === size && result.engine.bytesWritten === packed.length) {
    return result.buffer;
  }
  throw archiveError(
    "zip-checksum",
    `the zip entry ${name} ends before or after its compressed data`,
  );
}

function unpackError(cause: unknown, name: string): Error {
  if ((cause as { code?: string }).code === "ERR_BUFFER_TOO_LARGE") return tooLong(name);
  return archiveError("zip-checksum", `the zip entry ${name} is no valid deflate stream`, {
    cause,
  });
}

function tooLong(name: string): Error {
  return archiveError("zip-too-large", `the zip entry ${name} unpacks to more than it declares`);
}
