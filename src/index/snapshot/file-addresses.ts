import type { Sha256 } from "../../base/index.ts";
import { ByteReader, Malformed } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import { Pool } from "./pools.ts";

/** Where a file is and what it hashes to. */
export interface FileAddress {
  readonly filename: string;
  /** Of a source distribution; absent for wheels. */
  readonly version?: string;
  readonly url: string;
  readonly sha256: Sha256;
  /** Bytes. */
  readonly size?: number;
}

const HASH = 32;

/**
 * The files of a project, in the order of their names:
 *
 *     names, what URLs begin with, versions of source distributions (texts each)
 *     for each file: number of its URL's beginning × 2, + 1 where that is the whole URL; number of
 *     its version + 1, or 0 for a wheel; size + 1, or 0
 *     hashes, 32 bytes each
 */
export function encodeAddresses(files: readonly FileAddress[]): Buffer {
  const sorted = files.toSorted((a, b) => (a.filename < b.filename ? -1 : 1));
  const beginnings = new Pool<string>();
  const versions = new Pool<string>();
  const rows = new ByteWriter();
  for (const { filename, version, url, size } of sorted) {
    const isBuilt = url.endsWith(`/${filename}`);
    const beginning = isBuilt ? url.slice(0, -filename.length) : url;
    rows.number(beginnings.add(beginning, beginning) * 2 + (isBuilt ? 0 : 1));
    rows.number(version === undefined ? 0 : versions.add(version, version) + 1);
    rows.number(size === undefined ? 0 : size + 1);
  }
  const writer = new ByteWriter();
  writer.texts(sorted.map(({ filename }) => filename));
  writer.texts(beginnings.items);
  writer.texts(versions.items);
  writer.raw(rows.take());
  for (const { sha256 } of sorted) writer.raw(Buffer.from(sha256, "hex"));
  return writer.take();
}

/** Reads what encodeAddresses wrote. Throws Malformed. */
export function readAddresses(bytes: Buffer): readonly FileAddress[] {
  const reader = new ByteReader(bytes);
  const names = reader.texts();
  const beginnings = reader.texts();
  const versions = reader.texts();
  const rows = Array.from({ length: names.length }, () => [
    reader.number(),
    reader.number(),
    reader.number(),
  ]) as [number, number, number][];
  if (reader.end - reader.at !== names.length * HASH) throw new Malformed("hashes missing");
  return rows.map(([beginning, version, size], i) => {
    const filename = names.get(i);
    const start = beginnings.get(Math.floor(beginning / 2));
    const from = reader.at + i * HASH;
    return {
      filename,
      ...(version === 0 ? {} : { version: versions.get(version - 1) }),
      url: beginning % 2 === 1 ? start : start + filename,
      sha256: bytes.toString("hex", from, from + HASH) as Sha256,
      ...(size === 0 ? {} : { size: size - 1 }),
    };
  });
}
