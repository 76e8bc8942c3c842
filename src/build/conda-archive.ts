import {
  bufferSource,
  type ByteSource,
  readZipDirectory,
  readZipEntry,
  storedEntrySource,
  streamTar,
  type TarSink,
  type ZipEntry,
} from "../archive/index.ts";
import { buildError } from "./errors.ts";

/** A package's `metadata.json`, and a part that is compressed twice. */
const MAX_METADATA = 1 << 20;
const MAX_PACKED_TWICE = 256 * 2 ** 20;

/**
 * Reads a conda package of either format (`.tar.bz2`, or `.conda`: a zip of zstd tars, CEP format 2)
 * into a sink. What is in both parts comes twice. Throws ARCHIVE_ERRORS and `conda-damaged`.
 */
export async function readCondaArchive(
  source: ByteSource,
  filename: string,
  sink: TarSink,
): Promise<void> {
  if (!filename.endsWith(".conda")) {
    await streamTar(source, sink, { compression: "bzip2" });
    return;
  }
  const entries = readZipDirectory(source);
  checkFormat(source, entries);
  for (const part of ["info", "pkg"])
    await streamTar(partOf(source, entries, part), sink, { compression: "zstd" });
}

/** Real packages have an empty metadata.json, or none; a newer format says so there. */
function checkFormat(source: ByteSource, entries: readonly ZipEntry[]): void {
  const entry = entries.find(({ name }) => name === "metadata.json");
  if (entry === undefined) return;
  const text = Buffer.from(readZipEntry(source, entry, { limit: MAX_METADATA })).toString();
  const version = /"conda_pkg_format_version"\s*:\s*"?([\w.]*)/.exec(text)?.[1] ?? "2";
  if (version === "2") return;
  throw buildError("conda-damaged", `the package is of format ${version}; known is 2`, {
    hint: "A newer mach-nix may know it.",
  });
}

function partOf(source: ByteSource, entries: readonly ZipEntry[], part: string): ByteSource {
  const [entry, ...others] = entries.filter(
    ({ name }) => name.startsWith(`${part}-`) && name.endsWith(".tar.zst"),
  );
  if (entry === undefined || others.length > 0)
    throw buildError("conda-damaged", `the package should have one ${part}-….tar.zst`);
  const stored = storedEntrySource(source, entry);
  return stored ?? bufferSource(readZipEntry(source, entry, { limit: MAX_PACKED_TWICE }));
}
