import { closeSync, openSync } from "node:fs";
import { bufferSource, type ByteSource, streamSdist, type TarEntry } from "../archive/index.ts";
import { UserError } from "../base/index.ts";
import { fileSource } from "./local-wheel.ts";

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

const WANTED = /^([^/]+)\/(PKG-INFO|pyproject\.toml|setup\.cfg|setup\.py)$/;
/** No such file of a real project is larger. */
const LARGEST = 32 * 2 ** 20;

/**
 * The files of a source archive's top folder (PEP 517, "Source distributions": there is one, named
 * after release and project). Undefined where the archive is laid out differently: building decides
 * then. Throws BadSdist, and Node's errors where the file cannot be read.
 */
export async function readSdistFiles({
  filename,
  content,
}: SdistSource): Promise<SdistFiles | undefined> {
  if (typeof content !== "string") return filesOf(bufferSource(content), filename);
  const file = openSync(content, "r");
  try {
    return await filesOf(fileSource(file), filename);
  } finally {
    closeSync(file);
  }
}

async function filesOf(source: ByteSource, filename: string): Promise<SdistFiles | undefined> {
  const found = new TopFolder();
  try {
    await streamSdist(source, found, { filename });
  } catch (error) {
    if (error instanceof UserError) throw new BadSdist(error.message);
    throw error;
  }
  return found.files();
}

/** Gathers the files; the later of two with one path counts, as where they are unpacked. */
class TopFolder {
  private readonly found = new Map<SdistFileName, string>();
  private folder: string | undefined;
  private isOne = true;
  private pieces: Uint8Array[] = [];

  entry({ path, kind, size }: TarEntry): ((piece: Uint8Array) => void) | undefined {
    const folder = WANTED.exec(path)?.[1];
    if (folder === undefined || kind !== "file") return undefined;
    this.folder ??= folder;
    this.isOne &&= folder === this.folder && size <= LARGEST;
    this.pieces = [];
    return this.isOne ? (piece) => void this.pieces.push(Buffer.from(piece)) : undefined;
  }

  end({ path, kind }: TarEntry): void {
    const name = WANTED.exec(path)?.[2];
    if (name === undefined || kind !== "file" || !this.isOne) return;
    this.found.set(name as SdistFileName, Buffer.concat(this.pieces).toString("utf8"));
  }

  files(): SdistFiles | undefined {
    return this.isOne ? this.found : undefined;
  }
}
