import {
  createReadStream,
  openSync,
  readSync,
  closeSync,
  readdirSync,
  readFileSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { constants, createZstdDecompress } from "node:zlib";
import type { UserError } from "../../base/index.ts";
import { indexFileError } from "./errors.ts";
import { BadTar, type TarFile, tarFiles } from "./tar-files.ts";

/** What a source holds: pypi-deps-db's releases, or nix-pypi-fetcher's addresses and hashes. */
export type SourceKind = "releases" | "files";

const FOLDERS: Readonly<Record<SourceKind, readonly string[]>> = {
  releases: ["sdist", "wheel", "sdist-errors"],
  files: ["pypi"],
};
const NAMES: Readonly<Record<SourceKind, string>> = {
  releases: "pypi-deps-db",
  files: "nix-pypi-fetcher",
};
const WANTED = /^(?:.*\/)?(([a-z-]+)\/[0-9a-f]{2}\.json|UNIX_TIMESTAMP)$/;

/** Gives a file's path from the data's own root on, or undefined where it is not part of it. */
function ownPath(path: string, kind: SourceKind): string | undefined {
  const [, own, folder] = WANTED.exec(path) ?? [];
  return folder === undefined || FOLDERS[kind].includes(folder) ? own : undefined;
}

/**
 * The files of a checkout or archive (tar, as it is or in zstd), one by one, with paths from its root
 * on. Throws UserError `index-import-source` where it is neither or is cut off.
 */
export async function* importSource(
  path: string,
  kind: SourceKind = "releases",
): AsyncGenerator<TarFile> {
  let isDirectory: boolean;
  try {
    isDirectory = statSync(path).isDirectory();
  } catch (cause) {
    throw badSource(path, { kind, message: (cause as Error).message, cause });
  }
  let found = false;
  try {
    for await (const file of isDirectory ? checkoutFiles(path, kind) : archiveFiles(path, kind)) {
      found ||= file.path.endsWith(".json");
      yield file;
    }
  } catch (cause) {
    const isOurs = cause instanceof BadTar || isZlibError(cause);
    throw isOurs ? badSource(path, { kind, message: (cause as Error).message, cause }) : cause;
  }
  if (!found)
    throw badSource(path, { kind, message: `it has none of the files of ${NAMES[kind]}` });
}

function isZlibError(error: unknown): boolean {
  return /^(?:ZSTD|ERR_ZLIB|Z)_/.test(String((error as NodeJS.ErrnoException).code));
}

function badSource(
  path: string,
  {
    kind,
    message,
    cause,
  }: { readonly kind: SourceKind; readonly message: string; readonly cause?: unknown },
): UserError {
  return indexFileError("index-import-source", `This cannot be imported: ${message}`, {
    place: { file: path },
    hint: `give a checkout of ${NAMES[kind]}, or a .tar or .tar.zst of one`,
    ...(cause === undefined ? {} : { cause }),
  });
}

function* checkoutFiles(root: string, kind: SourceKind): Generator<TarFile> {
  for (const folder of ["", ...FOLDERS[kind]]) {
    for (const name of listed(join(root, folder))) {
      const path = folder === "" ? name : `${folder}/${name}`;
      if (ownPath(path, kind) === path) yield { path, bytes: readFileSync(join(root, path)) };
    }
  }
}

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}

async function* archiveFiles(path: string, kind: SourceKind): AsyncGenerator<TarFile> {
  const stream = isZstd(path) ? unpacked(path) : createReadStream(path);
  const isWanted = (name: string): boolean => ownPath(name, kind) !== undefined;
  for await (const { path: name, bytes } of tarFiles(stream, isWanted)) {
    yield { path: ownPath(name, kind) ?? name, bytes };
  }
}

const ZSTD_MAGIC = 0xfd2fb528;

function isZstd(path: string): boolean {
  const start = Buffer.alloc(4);
  const file = openSync(path, "r");
  try {
    readSync(file, start, 0, 4, 0);
  } finally {
    closeSync(file);
  }
  return start.readUInt32LE() === ZSTD_MAGIC;
}

/** Windows up to 128 MiB (`zstd --long=27`). Node's decoder ends with a frame: the next is begun anew. */
async function* unpacked(path: string): AsyncGenerator<Buffer> {
  const { size } = statSync(path);
  for (let start = 0; start < size;) {
    const decoder = createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: 27 } });
    const source = createReadStream(path, { start, highWaterMark: 1024 * 1024 });
    source.on("error", (error) => decoder.destroy(error));
    source.pipe(decoder);
    yield* decoder as AsyncIterable<Buffer>;
    source.destroy();
    if (decoder.bytesWritten === 0) throw new BadTar("it goes on with something else");
    start += decoder.bytesWritten;
  }
}
