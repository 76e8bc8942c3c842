/**
 * Archives. Takes bytes, or a source that reads them at any place, or a file's last bytes with its
 * size; gives entries and their contents, each checked; refuses whatever programs could understand
 * differently. Touches nothing: no files, no network; only zlib.
 */
export { ARCHIVE_ERRORS } from "./errors.ts";
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
export { streamZipEntry } from "./zip-stream.ts";
export { caseCollisions } from "./zip-name.ts";
