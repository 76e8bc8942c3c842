import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type PackageName, type Sha256, UserError } from "../base/index.ts";
import { bufferSource, type ByteSource, readZipDirectory, readZipEntry } from "../archive/index.ts";
import { METADATA_LIMIT } from "./check-hash.ts";
import { readCoreMetadata } from "./core-metadata.ts";
import type { FileRecord, MetadataFailure, ReleaseMetadata } from "./types.ts";
import { metadataEntry } from "./wheel-metadata.ts";

interface Subject {
  readonly filename: string;
  readonly name: PackageName;
}

/** The metadata of a wheel in memory; a wheel that cannot be read is a failure. */
export function readLocalWheelMetadata(
  bytes: Uint8Array,
  subject: Subject,
): ReleaseMetadata | MetadataFailure {
  return readSource(bufferSource(bytes), subject);
}

/** The metadata of a wheel at a `file:` URL. */
export function readWheelFile(
  { url, filename }: FileRecord,
  name: PackageName,
): ReleaseMetadata | MetadataFailure {
  let file: number | undefined;
  try {
    file = openSync(fileURLToPath(url), "r");
    return readSource(fileSource(file), { filename, name });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    return { failure: `${filename} cannot be read: ${(error as Error).message}` };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function readSource(
  source: ByteSource,
  { filename, name }: Subject,
): ReleaseMetadata | MetadataFailure {
  try {
    const entry = metadataEntry(readZipDirectory(source, { file: filename }), name);
    if (entry === undefined) return { failure: `it has no .dist-info/METADATA of ${name}` };
    const bytes = readZipEntry(source, entry, { limit: METADATA_LIMIT, file: filename });
    return readCoreMetadata(Buffer.from(bytes).toString("utf8"), name);
  } catch (error) {
    if (error instanceof UserError) return { failure: error.message };
    throw error;
  }
}

/** Files of so few bytes are read as a whole: that is quicker than to look for their parts. */
const SMALL = 1 << 16;

/** An open file as a source. */
export function fileSource(file: number): ByteSource {
  const { size } = fstatSync(file);
  if (size <= SMALL) return bufferSource(readExactly(file, { offset: 0, length: size }));
  return { size, read: (offset, length) => readExactly(file, { offset, length }) };
}

function readExactly(
  file: number,
  { offset, length }: { readonly offset: number; readonly length: number },
): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  const got = readSync(file, bytes, 0, length, offset);
  if (got !== length) throw new Error("the file was cut short while it was read");
  return bytes;
}

/** The size of a local file, undefined where it cannot be told. */
export function fileSize(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}

let piece: Buffer | undefined;

/** The SHA-256 of a local file, read in pieces; undefined where it cannot be read. */
export function fileSha256(path: string): Sha256 | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const hash = createHash("sha256");
    piece ??= Buffer.allocUnsafe(1 << 18);
    for (;;) {
      const length = readSync(file, piece);
      if (length === 0) return hash.digest("hex") as Sha256;
      hash.update(piece.subarray(0, length));
    }
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
