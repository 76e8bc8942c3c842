import { Readable, type Transform } from "node:stream";
import { UserError } from "../base/index.ts";
import { archiveError } from "./errors.ts";
import type { ByteSource } from "./types.ts";

/** How much a compressed file may unpack to. */
export interface UnpackLimits {
  /** Bytes, unpacked. */
  readonly total: number;
  /** Unpacked to packed, once it unpacks to more than `ratioFrom` bytes. */
  readonly ratio: number;
  readonly ratioFrom: number;
}

export interface UnpackOptions {
  /** The file's name or URL, for messages. */
  readonly file?: string;
  readonly limits?: Partial<UnpackLimits>;
}

/** As for zip files; packages and metadata stay far below. */
export const UNPACK_LIMITS: UnpackLimits = {
  total: 64 * 2 ** 30,
  ratio: 200,
  ratioFrom: 32 * 2 ** 20,
};

/** Bytes read at a time. */
const PIECE = 1 << 18;

/** The bytes of a source from one offset to another, in pieces. */
export function* sourcePieces(source: ByteSource, from: number, to: number): Generator<Uint8Array> {
  for (let at = from; at < to; at += PIECE) yield source.read(at, Math.min(PIECE, to - at));
}

/** Passes pieces on, counting; throws `compressed-too-large` where there are too many bytes. */
export class UnpackCounter {
  #done = 0;
  readonly #allowed: number;
  readonly #file: string;

  constructor(packed: number, { file, limits }: UnpackOptions) {
    const { total, ratio, ratioFrom } = { ...UNPACK_LIMITS, ...limits };
    this.#allowed = Math.min(total, Math.max(ratioFrom, packed * ratio));
    this.#file = file ?? "the file";
  }

  /** How many bytes may still come. */
  get left(): number {
    return this.#allowed - this.#done;
  }

  count(bytes: number): void {
    this.#done += bytes;
    if (this.#done <= this.#allowed) return;
    throw archiveError(
      "compressed-too-large",
      `${this.#file} unpacks to more than ${this.#allowed} bytes`,
      this.#file === "the file" ? {} : { place: { file: this.#file } },
    );
  }
}

/** What is wrong with a compressed file. */
export function damaged(what: string, { file }: UnpackOptions, cause?: unknown): Error {
  const options = file === undefined ? {} : { place: { file } };
  return archiveError("compressed-damaged", `${file ?? "the file"} ${what}`, {
    ...options,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** What a decompressor of node:zlib makes of pieces; its own errors are damage. */
export async function* transformed(
  pieces: Iterable<Uint8Array>,
  transform: Transform,
  options: UnpackOptions,
): AsyncGenerator<Uint8Array, void> {
  try {
    for await (const piece of Readable.from(pieces).pipe(transform)) yield piece as Uint8Array;
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw damaged("cannot be unpacked: it is cut short or damaged", options, cause);
  } finally {
    transform.destroy();
  }
}

/** All pieces as one. */
export function joinPieces(pieces: Iterable<Uint8Array>): Buffer {
  const all = [...pieces];
  return all.length === 1 ? asBuffer(all[0] as Uint8Array) : Buffer.concat(all);
}

/** The same bytes, as Node's own kind. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
