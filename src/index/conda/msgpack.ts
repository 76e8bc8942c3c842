/** A value of MessagePack: maps are objects without a prototype, binary data stays as bytes. */
export type Packed =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly Packed[]
  | { readonly [key: string]: Packed };

const MAX_DEPTH = 32;

/**
 * Reads one MessagePack value that is the whole of the bytes (msgpack specification; extensions are
 * null). Throws RangeError for what is none.
 */
export function readMsgpack(bytes: Uint8Array): Packed {
  const reader = new Reader(bytes);
  const value = reader.value(0);
  if (!reader.atEnd()) throw new RangeError("something follows the value");
  return value;
}

class Reader {
  private readonly bytes: Buffer;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  atEnd(): boolean {
    return this.at === this.bytes.length;
  }

  value(depth: number): Packed {
    if (depth > MAX_DEPTH) throw new RangeError("nested too deeply");
    const type = this.bytes.readUInt8(this.at++);
    if (type < 0x80) return type;
    if (type < 0x90) return this.map(type & 15, depth);
    if (type < 0xa0) return this.list(type & 15, depth);
    if (type < 0xc0) return this.text(type & 31);
    if (type >= 0xe0) return type - 256;
    return this.other(type, depth);
  }

  private other(type: number, depth: number): Packed {
    if (type === 0xc0) return null;
    if (type === 0xc2 || type === 0xc3) return type === 0xc3;
    if (type >= 0xc4 && type <= 0xc6) return this.take(this.unsigned(1 << (type - 0xc4)));
    if (type >= 0xc7 && type <= 0xc9) return this.skip(this.unsigned(1 << (type - 0xc7)) + 1);
    if (type === 0xca) return this.take(4).readFloatBE(0);
    if (type === 0xcb) return this.take(8).readDoubleBE(0);
    if (type >= 0xcc && type <= 0xcf) return this.unsigned(1 << (type - 0xcc));
    if (type >= 0xd0 && type <= 0xd3) return this.signed(1 << (type - 0xd0));
    if (type >= 0xd4 && type <= 0xd8) return this.skip((1 << (type - 0xd4)) + 1);
    if (type >= 0xd9 && type <= 0xdb) return this.text(this.unsigned(1 << (type - 0xd9)));
    if (type === 0xdc || type === 0xdd) {
      return this.list(this.unsigned(type === 0xdc ? 2 : 4), depth);
    }
    if (type === 0xde || type === 0xdf) {
      return this.map(this.unsigned(type === 0xde ? 2 : 4), depth);
    }
    throw new RangeError(`no value begins with ${type}`);
  }

  private take(length: number): Buffer {
    const end = this.at + length;
    if (end > this.bytes.length) throw new RangeError("cut short");
    const taken = this.bytes.subarray(this.at, end);
    this.at = end;
    return taken;
  }

  private skip(length: number): null {
    this.take(length);
    return null;
  }

  private text(length: number): string {
    return this.take(length).toString("utf8");
  }

  private unsigned(size: number): number {
    const taken = this.take(size);
    return size === 8 ? Number(taken.readBigUInt64BE(0)) : taken.readUIntBE(0, size);
  }

  private signed(size: number): number {
    const taken = this.take(size);
    return size === 8 ? Number(taken.readBigInt64BE(0)) : taken.readIntBE(0, size);
  }

  private list(length: number, depth: number): readonly Packed[] {
    if (length > this.bytes.length - this.at) throw new RangeError("cut short");
    return Array.from({ length }, () => this.value(depth + 1));
  }

  private map(length: number, depth: number): { readonly [key: string]: Packed } {
    if (length > this.bytes.length - this.at) throw new RangeError("cut short");
    const map = Object.create(null) as Record<string, Packed>;
    for (let i = 0; i < length; i++) {
      const key = this.value(depth + 1);
      if (typeof key !== "string" && typeof key !== "number") throw new RangeError("no key");
      map[key] = this.value(depth + 1);
    }
    return map;
  }
}
