import { crc32, deflateRawSync } from "node:zlib";

/** One entry of a zip file to be made; what is not given is as it should be. */
export interface MadeEntry {
  readonly name: string | Buffer;
  readonly data?: string | Uint8Array;
  readonly method?: number;
  readonly mode?: number;
  readonly flags?: number;
  /** Says something else in the directory than at the data. */
  readonly central?: Partial<HeaderValues>;
  readonly local?: Partial<HeaderValues>;
  readonly extra?: Buffer;
  readonly localExtra?: Buffer;
  /** The packed bytes, instead of those that `data` gives. */
  readonly packed?: Buffer;
  /** After the data, such as a descriptor. */
  readonly after?: Buffer;
}

export interface HeaderValues {
  name: string | Buffer;
  flags: number;
  method: number;
  crc: number;
  compressedSize: number;
  size: number;
  offset: number;
  disk: number;
}

export interface MadeZip {
  readonly entries?: readonly MadeEntry[];
  readonly comment?: string | Buffer;
  /** Numbers in the end of central directory that are not what they should be. */
  readonly end?: { disk?: number; count?: number; size?: number; offset?: number };
  readonly before?: Buffer;
  readonly betweenDirectory?: Buffer;
  readonly after?: Buffer;
  /** Adds zip64's records; numbers in them that are not what they should be. */
  readonly zip64?: { count?: number; size?: number; offset?: number; locator?: number };
}

/** A header of numbers: pairs of width in bytes and value. */
export function pack(...fields: readonly (readonly [2 | 4 | 8, number])[]): Buffer {
  const parts = fields.map(([width, value]) => {
    const bytes = Buffer.alloc(width);
    if (width === 8) bytes.writeBigUInt64LE(BigInt(value));
    else bytes.writeUIntLE(value, 0, width);
    return bytes;
  });
  return Buffer.concat(parts);
}

/** An extra field. */
export function extraField(id: number, value: Buffer): Buffer {
  return Buffer.concat([pack([2, id], [2, value.length]), value]);
}

function values(entry: MadeEntry, packed: Buffer, data: Buffer): HeaderValues {
  return {
    name: entry.name,
    flags: entry.flags ?? 0,
    method: entry.method ?? 8,
    crc: crc32(data),
    compressedSize: packed.length,
    size: data.length,
    offset: 0,
    disk: 0,
  };
}

function localHeader(given: HeaderValues, extra: Buffer): Buffer {
  const name = Buffer.from(given.name as string);
  return Buffer.concat([
    pack([4, 0x04034b50], [2, 20], [2, given.flags], [2, given.method], [2, 0], [2, 33]),
    pack([4, given.crc], [4, given.compressedSize], [4, given.size]),
    pack([2, name.length], [2, extra.length]),
    name,
    extra,
  ]);
}

function centralHeader(
  given: HeaderValues,
  { mode, extra }: { mode: number; extra: Buffer },
): Buffer {
  const name = Buffer.from(given.name as string);
  return Buffer.concat([
    pack(
      [4, 0x02014b50],
      [2, 0x0314],
      [2, 20],
      [2, given.flags],
      [2, given.method],
      [2, 0],
      [2, 33],
    ),
    pack([4, given.crc], [4, given.compressedSize], [4, given.size]),
    pack([2, name.length], [2, extra.length], [2, 0], [2, given.disk], [2, 0]),
    pack([2, 0], [2, mode], [4, given.offset]),
    name,
    extra,
  ]);
}

/** Makes a zip file: right in every way that is not asked to be wrong. */
export function makeZip(zip: MadeZip | readonly MadeEntry[]): Buffer {
  const made: MadeZip = "length" in zip ? { entries: zip } : zip;
  const before = made.before ?? Buffer.alloc(0);
  const locals: Buffer[] = [before];
  const centrals: Buffer[] = [];
  let offset = before.length;
  for (const entry of made.entries ?? []) {
    const data = Buffer.from((entry.data ?? "") as string);
    const packed = entry.packed ?? (entry.method === 0 ? data : deflateRawSync(data));
    const right = { ...values(entry, packed, data), offset };
    const extra = entry.extra ?? Buffer.alloc(0);
    const header = localHeader({ ...right, ...entry.local }, entry.localExtra ?? Buffer.alloc(0));
    const parts = Buffer.concat([header, packed, entry.after ?? Buffer.alloc(0)]);
    locals.push(parts);
    centrals.push(centralHeader({ ...right, ...entry.central }, { mode: entry.mode ?? 0, extra }));
    offset += parts.length;
  }
  const directory = Buffer.concat(centrals);
  return Buffer.concat([
    ...locals,
    directory,
    made.betweenDirectory ?? Buffer.alloc(0),
    endOf(made, {
      count: centrals.length,
      size: directory.length,
      offset,
    }),
  ]);
}

function endOf(made: MadeZip, right: { count: number; size: number; offset: number }): Buffer {
  const { zip64 } = made;
  const max = zip64 === undefined ? right : { count: 0xffff, size: 0xffffffff, offset: 0xffffffff };
  const { disk = 0, count, size, offset } = { ...max, ...made.end };
  const comment = Buffer.from((made.comment ?? "") as string);
  const parts = [
    pack([4, 0x06054b50], [2, disk], [2, disk], [2, count], [2, count], [4, size], [4, offset]),
    pack([2, comment.length]),
    comment,
    made.after ?? Buffer.alloc(0),
  ];
  if (zip64 !== undefined) parts.unshift(end64(zip64, right));
  return Buffer.concat(parts);
}

function end64(
  wrong: NonNullable<MadeZip["zip64"]>,
  right: { count: number; size: number; offset: number },
): Buffer {
  const { count, size, offset } = { ...right, ...wrong };
  const at = wrong.locator ?? right.offset + right.size;
  return Buffer.concat([
    pack([4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0]),
    pack([8, count], [8, count], [8, size], [8, offset]),
    pack([4, 0x07064b50], [4, 0], [8, at], [4, 1]),
  ]);
}
