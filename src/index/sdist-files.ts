import { createReadStream, readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { bufferSource, readZipDirectory, readZipEntry } from "../archive/index.ts";
import { UserError } from "../base/index.ts";
import { BadTar, tarFiles } from "./snapshot/tar-files.ts";

/** The files in an sdist's top folder that say how it is built and what it needs. */
export type SdistFileName = "PKG-INFO" | "pyproject.toml" | "setup.cfg" | "setup.py";

/** Those that there are, as text. */
export type SdistFiles = ReadonlyMap<SdistFileName, string>;

/** A path, or the bytes themselves, with the name that says which kind of archive it is. */
export interface SdistSource {
  readonly filename: string;
  readonly content: string | Uint8Array;
}

/** Why a source archive cannot be read. */
export class BadSdist extends Error {}

const WANTED = /^(?:\.\/)?([^/]+)\/(PKG-INFO|pyproject\.toml|setup\.cfg|setup\.py)$/;
/** No such file of a real project is larger. */
const LARGEST_FILE = 32 * 2 ** 20;
const LARGEST_ARCHIVE = 8 * 2 ** 30;

/**
 * The files of a source archive's top folder (PEP 517, "Source distributions": there is one, named
 * after release and project), `.tar.gz` and `.zip`. Undefined where the archive is laid out
 * differently, or is of another kind: building decides then. Throws BadSdist, and Node's errors where
 * the file cannot be read.
 */
export async function readSdistFiles(source: SdistSource): Promise<SdistFiles | undefined> {
  const { filename } = source;
  try {
    if (filename.endsWith(".zip")) return zipFiles(source);
    if (/\.(?:tar\.gz|tgz)$/.test(filename)) return await tarGzFiles(source);
    return undefined;
  } catch (error) {
    if (error instanceof BadTar || isZlibError(error) || error instanceof UserError) {
      throw new BadSdist(`${filename} cannot be read: ${(error as Error).message}`);
    }
    throw error;
  }
}

function isZlibError(error: unknown): boolean {
  return /^(?:ERR_)?Z(?:LIB)?_/.test(String((error as NodeJS.ErrnoException).code));
}

async function tarGzFiles({ content }: SdistSource): Promise<SdistFiles | undefined> {
  const packed = typeof content === "string" ? createReadStream(content) : Readable.from([content]);
  const unpacked = createGunzip();
  packed.on("error", (error: Error) => unpacked.destroy(error));
  packed.pipe(unpacked);
  const found = new TopFolder();
  try {
    for await (const { path, bytes } of tarFiles(limited(unpacked), isWanted)) {
      found.add(path, bytes);
    }
  } finally {
    packed.destroy();
    unpacked.destroy();
  }
  return found.files();
}

async function* limited(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let total = 0;
  for await (const chunk of stream) {
    total += chunk.length;
    if (total > LARGEST_ARCHIVE) throw new BadTar("it unpacks to more than 8 GiB");
    yield chunk;
  }
}

function zipFiles({ filename, content }: SdistSource): SdistFiles | undefined {
  const bytes = typeof content === "string" ? readFileSync(content) : content;
  const source = bufferSource(bytes);
  const found = new TopFolder();
  for (const entry of readZipDirectory(source, { file: filename })) {
    if (!isWanted(entry.name)) continue;
    const limit = LARGEST_FILE;
    found.add(entry.name, readZipEntry(source, entry, { limit, file: filename }));
  }
  return found.files();
}

function isWanted(path: string): boolean {
  return WANTED.test(path);
}

/** Gathers the files; the later of two with one path counts, as where they are unpacked. */
class TopFolder {
  private readonly found = new Map<SdistFileName, string>();
  private folder: string | undefined;
  private isOne = true;

  add(path: string, bytes: Uint8Array): void {
    const [, folder, name] = WANTED.exec(path) ?? [];
    this.folder ??= folder;
    this.isOne &&= folder === this.folder && bytes.length <= LARGEST_FILE;
    if (this.isOne) this.found.set(name as SdistFileName, Buffer.from(bytes).toString("utf8"));
  }

  files(): SdistFiles | undefined {
    return this.isOne ? this.found : undefined;
  }
}
