import { sourcePieces, type UnpackOptions } from "./compressed.ts";
import { bunzip2, streamBzip2 } from "./bzip2.ts";
import { gunzip, streamGzip } from "./gzip.ts";
import { type TarEntry, type TarOptions, TarReader, type TarSink } from "./tar.ts";
import type { ByteSource } from "./types.ts";
import { streamZstd, unzstd } from "./zstd.ts";

export type Compression = "none" | "gzip" | "bzip2" | "zstd";

/** A file of an archive in memory, or a folder or link without data. */
export interface TarFile extends TarEntry {
  readonly data: Buffer;
}

const ENDINGS: ReadonlyMap<string, Compression> = new Map([
  [".tar", "none"],
  [".tar.gz", "gzip"],
  [".tgz", "gzip"],
  [".tar.bz2", "bzip2"],
  [".tbz2", "bzip2"],
  [".tbz", "bzip2"],
  [".tar.zst", "zstd"],
]);

/** How a tar archive is compressed, by its file's name; undefined for what is none. */
export function tarCompression(filename: string): Compression | undefined {
  for (const [ending, compression] of ENDINGS) if (filename.endsWith(ending)) return compression;
  return undefined;
}

/** Unpacks bytes in memory. Throws `compressed-damaged` and `compressed-too-large`. */
export function decompress(
  packed: Uint8Array,
  compression: Compression,
  options: UnpackOptions = {},
): Uint8Array {
  if (compression === "gzip") return gunzip(packed, options);
  if (compression === "bzip2") return bunzip2(packed, options);
  return compression === "zstd" ? unzstd(packed, options) : packed;
}

/** The same in pieces, for what is too large for memory. */
export function streamDecompressed(
  source: ByteSource,
  compression: Compression,
  options: UnpackOptions = {},
): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  if (compression === "gzip") return streamGzip(source, options);
  if (compression === "bzip2") return streamBzip2(source, options);
  if (compression === "zstd") return streamZstd(source, options);
  return sourcePieces(source, 0, source.size);
}

/** Reads a whole tar archive in memory, as `TarReader` says. Files share memory with `bytes`. */
export function readTar(bytes: Uint8Array, options: TarOptions = {}): TarFile[] {
  const files: TarFile[] = [];
  let pieces: Uint8Array[] = [];
  const reader = new TarReader(
    {
      entry: (entry) => {
        pieces = [];
        if (entry.kind !== "file") return undefined;
        return (piece) => pieces.push(piece);
      },
      end: (entry) => {
        const [only = new Uint8Array(0)] = pieces;
        const data = pieces.length > 1 ? Buffer.concat(pieces) : only;
        files.push({ ...entry, data: Buffer.from(data.buffer, data.byteOffset, data.byteLength) });
      },
    },
    options,
  );
  reader.push(bytes);
  reader.end();
  return files;
}

/** Reads a tar archive of any size and compression from a source into a sink. */
export async function streamTar(
  source: ByteSource,
  sink: TarSink,
  {
    compression,
    unpack,
    ...options
  }: TarOptions & { readonly compression: Compression; readonly unpack?: UnpackOptions },
): Promise<void> {
  const reader = new TarReader(sink, options);
  const file = options.file === undefined ? {} : { file: options.file };
  const pieces = streamDecompressed(source, compression, { ...file, ...unpack });
  if (Symbol.iterator in pieces) for (const piece of pieces) reader.push(piece);
  else for await (const piece of pieces) reader.push(piece);
  reader.end();
}
