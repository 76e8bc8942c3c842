import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { streamSdist, type TarEntry } from "../archive/index.ts";
import { buildError } from "./errors.ts";
import { openSource } from "./file-source.ts";

export interface UnpackSdistOptions {
  /** Tells the archive's kind. */
  readonly filename: string;
  /** An empty folder. */
  readonly into: string;
  /** Bytes, unpacked. */
  readonly limit?: number;
}

const LIMIT = 8 * 2 ** 30;

/**
 * Unpacks a source distribution into a folder; gives the name of the only thing in it where that is a
 * folder (PEP 517, "Source distributions"), else "". Throws the archive's errors and
 * `build-sdist-too-large`; what was written must then be thrown away.
 */
export async function unpackSdist(
  path: string,
  { filename, into, limit = LIMIT }: UnpackSdistOptions,
): Promise<string> {
  const source = openSource(path);
  const tree = new Tree(into, { filename, left: limit });
  try {
    await streamSdist(source, tree, { filename });
    tree.finish();
    return tree.top();
  } finally {
    tree.close();
    source.close();
  }
}

/** Writes entries, whose paths the archive's reader has found safe. */
class Tree {
  private readonly into: string;
  private readonly filename: string;
  private left: number;
  private file: number | undefined;
  private readonly made = new Set<string>();
  private readonly links: TarEntry[] = [];
  private readonly tops = new Map<string, boolean>();

  constructor(
    into: string,
    { filename, left }: { readonly filename: string; readonly left: number },
  ) {
    this.into = into;
    this.filename = filename;
    this.left = left;
  }

  entry(entry: TarEntry): ((piece: Uint8Array) => void) | undefined {
    const { path, kind, mode } = entry;
    const slash = path.indexOf("/");
    const top = slash === -1 ? path : path.slice(0, slash);
    this.tops.set(top, slash !== -1 || kind === "folder" || this.tops.get(top) === true);
    if (kind === "folder") this.makeFolder(path);
    else this.makeFolder(dirname(path));
    if (kind === "link") this.links.push(entry);
    if (kind !== "file") return undefined;
    this.close();
    const at = join(this.into, path);
    rmSync(at, { force: true });
    this.file = openSync(at, "wx", (mode & 0o111) === 0 ? 0o644 : 0o755);
    return (piece) => this.write(piece);
  }

  end({ path, kind, target = "" }: TarEntry): void {
    this.close();
    if (kind === "hardlink") copyFileSync(join(this.into, target), join(this.into, path));
  }

  /** Links come last: nothing is ever written through one. */
  finish(): void {
    for (const { path, target = "" } of this.links) symlinkSync(target, join(this.into, path));
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }

  top(): string {
    const [[name, isFolder] = ["", false]] = this.tops;
    return this.tops.size === 1 && isFolder ? name : "";
  }

  private makeFolder(path: string): void {
    if (path === "." || this.made.has(path)) return;
    mkdirSync(join(this.into, path), { recursive: true });
    this.made.add(path);
  }

  private write(piece: Uint8Array): void {
    this.left -= piece.length;
    if (this.left < 0) {
      throw buildError("build-sdist-too-large", `${this.filename} unpacks to too many bytes`, {
        place: { file: this.filename },
      });
    }
    for (let at = 0; at < piece.length;) at += writeSync(this.file as number, piece, at);
  }
}
