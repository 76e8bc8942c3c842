import { createHash, hash } from "node:crypto";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { posix } from "node:path";
import { bufferSource, type TarEntry, type TarSink } from "../archive/index.ts";
import type { FilledFile } from "../store/index.ts";
import { type Bytecode, retime } from "./conda-bytecode.ts";
import { CONDA_FILES } from "./conda-object.ts";
import { isProgram } from "./elf.ts";
import { buildError } from "./errors.ts";
import { openSource } from "./file-source.ts";
import { isMachO, relativePaths } from "./library-paths.ts";
import {
  type Filling,
  finishFile,
  openNew,
  startFilling,
  writeAll,
  writeNew,
} from "./write-file.ts";

/** Files of `info/` that are read; a longer one is no such file. */
const MAX_INFO = 256 * 2 ** 20;
/** From so many bytes on, a file is not held in memory. */
const LARGE = 2 * 2 ** 20;

/** A file or link of the package as it was written. */
export interface Written {
  /** `stale` for bytecode that does not fit its source: it was not written. */
  readonly kind: "file" | "link" | "stale";
  /** Of the bytes in the package, lower-case hexadecimal; "" for links. */
  readonly sha256: string;
  /** Of the bytes in the object, where they are others. */
  readonly storedSha256?: string;
  readonly size: number;
  readonly executable: boolean;
  readonly target?: string;
  /** Where a library looks for others, relative to its folder. */
  readonly relative: readonly string[];
  /** A program, which is started by its own path, or a library that knows its real one. */
  readonly selfAware: boolean;
}

const NOTHING = { sha256: "", size: 0, executable: false, relative: [], selfAware: false };

interface Writing {
  readonly entry: TarEntry;
  readonly pieces: Uint8Array[];
  /** For large files. */
  readonly open?: { readonly file: number; readonly digest: ReturnType<typeof createHash> };
}

/** Writes a package's files into an object's folder while they are read, and notes what they are. */
export class CondaWriter implements TarSink {
  readonly files: Map<string, Written> = new Map();
  readonly info: Map<string, string> = new Map();
  readonly #filling: Filling;
  readonly #times = new Map<string, number>();
  readonly #bytecode: (Bytecode & { readonly executable: boolean })[] = [];
  #writing: Writing | undefined;

  constructor(folder: string) {
    this.#filling = startFilling(folder);
    mkdirSync(`${folder}/${CONDA_FILES}`);
  }

  entry(entry: TarEntry): ((piece: Uint8Array) => void) | undefined {
    const { path, kind, target = "" } = entry;
    if (path === "info" || path.startsWith("info/")) return this.#beginInfo(entry);
    if (kind === "folder") return undefined;
    if (kind === "link") this.#writeLink(path, target);
    else if (kind === "hardlink") this.#writeCopy(path, target);
    else return this.#begin(entry);
    return undefined;
  }

  end({ path, kind }: TarEntry): void {
    if (kind !== "file" || this.#writing === undefined) return;
    const { entry, pieces, open } = this.#writing;
    this.#writing = undefined;
    if (path.startsWith("info/")) this.info.set(path.slice(5), Buffer.concat(pieces).toString());
    else if (open === undefined) this.#finish(entry, Buffer.concat(pieces));
    else this.#finishLarge(entry, open);
  }

  /** Writes what had to wait for all others; after that everything is in `files`. */
  finish(): void {
    for (const { path, data, executable } of this.#bytecode) {
      const stored = retime({ path, data }, this.#times);
      const facts = { sha256: digestOf(data), size: data.length };
      if (stored === undefined) {
        this.files.set(path, { ...NOTHING, ...facts, kind: "stale", executable });
        continue;
      }
      this.#writeWhole(path, stored, executable);
      const written = this.files.get(path) as Written;
      if (stored !== data)
        this.files.set(path, { ...written, ...facts, storedSha256: written.sha256 });
    }
  }

  /** What the store need not look at again, under the paths in the object. */
  filled(): FilledFile[] {
    const files = [...this.files].filter(([, { kind }]) => kind === "file");
    return files.map(([path, { sha256, storedSha256, size, executable }]) => ({
      path: `${CONDA_FILES}/${path}`,
      sha256: storedSha256 ?? sha256,
      size,
      executable,
      finished: true,
    }));
  }

  #beginInfo(entry: TarEntry): ((piece: Uint8Array) => void) | undefined {
    const isWanted = entry.kind === "file" && !entry.path.slice(5).includes("/");
    if (!isWanted) return undefined;
    if (entry.size > MAX_INFO)
      throw buildError("conda-damaged", `the package's ${entry.path} has ${entry.size} bytes`);
    const pieces: Uint8Array[] = [];
    this.#writing = { entry, pieces };
    return (piece) => pieces.push(Buffer.from(piece));
  }

  #begin(entry: TarEntry): (piece: Uint8Array) => void {
    const pieces: Uint8Array[] = [];
    this.#times.set(entry.path, entry.mtime);
    if (entry.size < LARGE) {
      this.#writing = { entry, pieces };
      return (piece) => pieces.push(Buffer.from(piece));
    }
    const file = this.#guard(entry.path, () => openNew(this.#filling, this.#newFile(entry)));
    const digest = createHash("sha256");
    this.#writing = { entry, pieces, open: { file, digest } };
    return (piece) => {
      writeAll(file, piece);
      digest.update(piece);
    };
  }

  #newFile({ path, mode }: Pick<TarEntry, "path" | "mode">): { path: string; executable: boolean } {
    return { path: `${CONDA_FILES}/${path}`, executable: (mode & 0o111) !== 0 };
  }

  #finish(entry: TarEntry, data: Buffer): void {
    const executable = (entry.mode & 0o111) !== 0;
    if (entry.path.endsWith(".pyc")) this.#bytecode.push({ path: entry.path, data, executable });
    else this.#writeWhole(entry.path, data, executable);
  }

  #writeWhole(path: string, data: Buffer, executable: boolean): void {
    const file = { path: `${CONDA_FILES}/${path}`, executable };
    this.#guard(path, () => writeNew(this.#filling, file, data));
    this.files.set(path, {
      kind: "file",
      sha256: digestOf(data),
      size: data.length,
      executable,
      relative: relativePaths(bufferSource(data)),
      selfAware: isProgram(bufferSource(data)) || isMachO(bufferSource(data)),
    });
  }

  #finishLarge(entry: TarEntry, { file, digest }: NonNullable<Writing["open"]>): void {
    finishFile(file);
    const source = openSource(`${this.#filling.root}/${CONDA_FILES}/${entry.path}`);
    try {
      this.files.set(entry.path, {
        kind: "file",
        sha256: digest.digest("hex"),
        size: entry.size,
        executable: (entry.mode & 0o111) !== 0,
        relative: relativePaths(source),
        selfAware: isProgram(source) || isMachO(source),
      });
    } finally {
      source.close();
    }
  }

  #writeLink(path: string, target: string): void {
    const place = `${this.#filling.root}/${CONDA_FILES}/${path}`;
    mkdirSync(posix.dirname(place), { recursive: true });
    this.#guard(path, () => symlinkSync(target, place));
    this.files.set(path, { ...NOTHING, kind: "link", target });
  }

  /** A hard link is a copy here: the same bytes, as a file of its own. */
  #writeCopy(path: string, target: string): void {
    const waiting = this.#bytecode.find((one) => one.path === target);
    const data = waiting?.data ?? readFileSync(`${this.#filling.root}/${CONDA_FILES}/${target}`);
    const executable = waiting?.executable ?? this.files.get(target)?.executable ?? false;
    this.#times.set(path, this.#times.get(target) ?? 0);
    this.#finish({ path, mode: executable ? 0o755 : 0o644 } as TarEntry, data);
  }

  /** Names that differ are one for a file system that ignores case. */
  #guard<T>(path: string, write: () => T): T {
    try {
      return write();
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code !== "EEXIST" && code !== "ENOTDIR") throw cause;
      if (this.files.has(path))
        throw buildError("conda-damaged", `the package has ${path} twice`, { cause });
      throw buildError(
        "conda-damaged",
        `the package has ${path} and another file that is the same on this file system`,
        {
          hint: "Put the store (MACH_NIX_HOME) on a file system that tells upper case from lower.",
          cause,
        },
      );
    }
  }
}

function digestOf(data: Buffer): string {
  return hash("sha256", data, "hex");
}
