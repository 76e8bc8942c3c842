import { archiveError } from "./errors.ts";

/** What an entry's extended header changes; other records do not matter here. */
export interface PaxRecords {
  readonly path?: string;
  readonly linkpath?: string;
  readonly size?: number;
  readonly mtime?: number;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads the records of a pax header (POSIX 1003.1, "pax Header Block"): `LENGTH KEY=VALUE\n`. Throws
 * `tar-damaged`, `tar-unsafe-name`, and `tar-unsupported` for sparse files.
 */
export function readPax(data: Buffer): PaxRecords {
  const records: { -readonly [K in keyof PaxRecords]: PaxRecords[K] } = {};
  for (let at = 0; at < data.length;) {
    if (data[at] === 0) break;
    const { key, value, end } = readRecord(data, at);
    at = end;
    if (key.startsWith("GNU.sparse."))
      throw archiveError("tar-unsupported", "a tar entry is a sparse file");
    if (key === "path" || key === "linkpath") records[key] = textOf(value, key);
    else if (key === "size") records.size = sizeOf(value);
    else if (key === "mtime") records.mtime = Number(value.toString("latin1")) || 0;
  }
  return records;
}

function readRecord(data: Buffer, at: number): { key: string; value: Buffer; end: number } {
  const space = data.indexOf(0x20, at);
  const digits = space < 0 ? "" : data.toString("latin1", at, space);
  const end = /^[1-9]\d{0,9}$/.test(digits) ? at + Number(digits) : Infinity;
  const equals = data.indexOf(0x3d, space);
  if (end > data.length || equals < 0 || equals >= end - 1 || data[end - 1] !== 0x0a)
    throw archiveError("tar-damaged", "a tar header has a record that is none");
  const key = data.toString("utf8", space + 1, equals);
  return { key, value: data.subarray(equals + 1, end - 1), end };
}

function textOf(value: Buffer, key: string): string {
  if (value.includes(0))
    throw archiveError("tar-unsafe-name", `a tar entry has a NUL in its ${key}`);
  try {
    return UTF8.decode(value);
  } catch (cause) {
    throw archiveError("tar-unsafe-name", `a tar entry has a ${key} that is not UTF-8`, { cause });
  }
}

function sizeOf(value: Buffer): number {
  const text = value.toString("latin1");
  const size = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(size)) return size;
  throw archiveError("tar-damaged", `a tar header gives the size ${JSON.stringify(text)}`);
}
