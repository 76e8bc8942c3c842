/**
 * Archives. Takes bytes, or a source that reads them at any place, or a file's last bytes with its
 * size; gives entries and their contents, each checked; refuses whatever programs could understand
 * differently. Touches nothing: no files, no network; only zlib.
 */
export { bunzip2, streamBzip2 } from "./bzip2.ts";
export { UNPACK_LIMITS, type UnpackLimits, type UnpackOptions } from "./compressed.ts";
export { ARCHIVE_ERRORS } from "./errors.ts";
export { gunzip, streamGzip } from "./gzip.ts";
export { readSdistEntries, type SdistOptions, streamSdist } from "./read-sdist.ts";
export {
  type Compression,
  decompress,
  readTar,
  streamDecompressed,
  streamTar,
  tarCompression,
  type TarFile,
} from "./read-tar.ts";
export {
  TAR_LIMITS,
  type TarEntry,
  type TarLimits,
  type TarOptions,
  TarReader,
  type TarSink,
} from "./tar.ts";
export { type NarNode, narParts } from "./nar.ts";
export { bufferSource, readZipDirectory, readZipEntry } from "./read-zip.ts";
export type {
  ByteRange,
  ByteSource,
  DirectoryStep,
  ZipEntry,
  ZipLimits,
  ZipOptions,
} from "./types.ts";
export { entryRange, locateDirectory, ZIP_LIMITS } from "./zip-directory.ts";
export { decodeEntry, type DecodeOptions } from "./zip-entry.ts";
export { storedEntrySource } from "./zip-stored.ts";
export { streamZipEntry } from "./zip-stream.ts";
export { caseCollisions } from "./zip-name.ts";
export { streamZstd, unzstd } from "./zstd.ts";
