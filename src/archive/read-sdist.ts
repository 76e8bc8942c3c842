import { archiveError } from "./errors.ts";
import { decompress, readTar, streamTar, type TarFile, tarCompression } from "./read-tar.ts";
import { bufferSource, readZipDirectory, readZipEntry } from "./read-zip.ts";
import type { TarEntry, TarSink } from "./tar.ts";
import type { ByteSource, ZipEntry } from "./types.ts";
import { streamZipEntry } from "./zip-stream.ts";

/** From so many bytes on, a zip's entry is unpacked in pieces. */
const LARGE = 8 * 2 ** 20;

export interface SdistOptions {
  /** Tells the format: `.tar.gz`, `.tgz`, `.tar.bz2`, `.tar.zst`, `.tar` or `.zip`. */
  readonly filename: string;
}

/**
 * Everything in a source distribution, in memory, in the archive's order; of a file that comes twice
 * in a tar the last counts, as for pip. Throws the errors of ARCHIVE_ERRORS, `tar-unsupported` for a
 * format that is not known.
 */
export function readSdistEntries(
  bytes: Uint8Array,
  { filename }: SdistOptions,
): readonly TarFile[] {
  if (filename.endsWith(".zip")) {
    const source = bufferSource(bytes);
    const entries = readZipDirectory(source, { file: filename });
    return entries.map((entry) => {
      const data = isFolder(entry)
        ? Buffer.alloc(0)
        : readZipEntry(source, entry, { file: filename });
      return { ...asTarEntry(entry), data: Buffer.from(data.buffer, data.byteOffset, data.length) };
    });
  }
  const tar = decompress(bytes, compressionOf(filename), { file: filename });
  const files = readTar(tar, { file: filename, duplicates: "last" });
  const last = new Map(files.map((file, i) => [file.path, i]));
  return files.filter((file, i) => last.get(file.path) === i);
}

/**
 * The same in pieces, for archives of any size. A file of a tar that comes twice is given twice. After
 * an error, what the sink wrote must be thrown away.
 */
export async function streamSdist(
  source: ByteSource,
  sink: TarSink,
  { filename }: SdistOptions,
): Promise<void> {
  if (!filename.endsWith(".zip")) {
    const compression = compressionOf(filename);
    await streamTar(source, sink, { compression, file: filename, duplicates: "last" });
    return;
  }
  for (const entry of readZipDirectory(source, { file: filename })) {
    const asTar = asTarEntry(entry);
    const write = sink.entry(asTar);
    if (isFolder(entry)) readZipEntry(source, entry, { file: filename });
    else if (entry.size < LARGE) write?.(readZipEntry(source, entry, { file: filename }));
    else for await (const piece of streamZipEntry(source, entry)) write?.(piece);
    sink.end?.(asTar);
  }
}

function compressionOf(filename: string): NonNullable<ReturnType<typeof tarCompression>> {
  const compression = tarCompression(filename);
  if (compression !== undefined) return compression;
  throw archiveError("tar-unsupported", `${filename} is of a format that is not known`, {
    hint: "Source distributions are .tar.gz, .tar.bz2 or .zip.",
    place: { file: filename },
  });
}

function isFolder({ name }: ZipEntry): boolean {
  return name.endsWith("/");
}

function asTarEntry(entry: ZipEntry): TarEntry {
  const folder = isFolder(entry);
  return {
    path: folder ? entry.name.slice(0, -1) : entry.name,
    kind: folder ? "folder" : "file",
    size: folder ? 0 : entry.size,
    mode: entry.mode === 0 ? (folder ? 0o755 : 0o644) : entry.mode & 0o777,
    mtime: 0,
  };
}
