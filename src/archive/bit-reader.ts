import { sourcePieces } from "./compressed.ts";
import type { ByteSource } from "./types.ts";

/** Reads bits of a source, the highest of each byte first. */
export class BitReader {
  readonly #pieces: Iterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array(0);
  #at = 0;
  #hold = 0;
  #count = 0;
  /** Bytes taken from the source. */
  #taken: number;
  /** Bytes of zeros that were handed out behind the end. */
  #over = 0;

  constructor(source: ByteSource, from: number) {
    this.#pieces = sourcePieces(source, from, source.size);
    this.#taken = from;
  }

  #byte(): number {
    if (this.#at === this.#piece.length) {
      const next = this.#pieces.next();
      if (next.done === true) {
        this.#over++;
        return 0;
      }
      this.#piece = next.value;
      this.#at = 0;
    }
    this.#taken++;
    return this.#piece[this.#at++] as number;
  }

  /** The next bits, at most 24, without taking them; zeros behind the end. */
  peek(bits: number): number {
    while (this.#count < bits) {
      this.#hold = (this.#hold << 8) | this.#byte();
      this.#count += 8;
    }
    return (this.#hold >>> (this.#count - bits)) & ((1 << bits) - 1);
  }

  /** Takes bits that were seen by `peek`. */
  skip(bits: number): void {
    this.#count -= bits;
  }

  /** Takes at most 24 bits. */
  read(bits: number): number {
    const value = this.peek(bits);
    this.#count -= bits;
    return value;
  }

  /** Takes 32 bits. */
  word(): number {
    return (this.read(16) * 0x10000 + this.read(16)) >>> 0;
  }

  /** Whether bits were taken that the source does not have. */
  get ended(): boolean {
    return this.#over * 8 > this.#count;
  }

  /** Goes on to the next whole byte; gives its offset in the source. */
  align(): number {
    this.#count -= this.#count % 8;
    return this.#taken + this.#over - this.#count / 8;
  }
}
