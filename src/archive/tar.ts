import { asBuffer } from "./compressed.ts";
import { archiveError } from "./errors.ts";
import {
  BLOCK,
  hasChecksum,
  isZeroBlock,
  type RawHeader,
  readHeader,
  readText,
} from "./tar-header.ts";
import { type PaxRecords, readPax } from "./tar-pax.ts";
import { entryPath, quoted, TarTree } from "./tar-tree.ts";
import { withFile } from "./zip-directory.ts";

/** One file, folder or link of a tar archive; its path and target are checked. */
export interface TarEntry {
  /** Relative, `/`-separated, UTF-8, without `.` parts and ending in no `/`. */
  readonly path: string;
  readonly kind: "file" | "folder" | "link" | "hardlink";
  /** Bytes of data; 0 for all but files. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** A link's text as it stands there; a hard link's path of the file that came before. */
  readonly target?: string;
}

/** Takes what a tar archive holds, as it comes. */
export interface TarSink {
  /** Called for each entry; what it gives back takes the file's data, piece by piece. */
  entry(entry: TarEntry): ((piece: Uint8Array) => void) | void;
  /** Called after the last piece of each file, those without data included. */
  end?(entry: TarEntry): void;
}

export interface TarLimits {
  readonly entries: number;
  /** Bytes of an extended header. */
  readonly header: number;
  /** Bytes of one file. */
  readonly file: number;
}

export interface TarOptions {
  /** The file's name or URL, for messages. */
  readonly file?: string;
  readonly limits?: Partial<TarLimits>;
  /** Whether a file that comes twice is refused, or its last contents count, as for Python's tarfile. */
  readonly duplicates?: "refuse" | "last";
}

/** What a package may ask for. */
export const TAR_LIMITS: TarLimits = { entries: 500_000, header: 1 << 20, file: 64 * 2 ** 30 };

const KINDS: ReadonlyMap<string, TarEntry["kind"] | "extended" | "name" | "target" | "global"> =
  new Map([
    ["0", "file"],
    ["7", "file"],
    ["1", "hardlink"],
    ["2", "link"],
    ["5", "folder"],
    ["x", "extended"],
    ["X", "extended"],
    ["g", "global"],
    ["L", "name"],
    ["K", "target"],
  ]);

/** The largest size that a header can say in eleven octal digits: only larger ones need pax. */
const LARGEST_OCTAL = 0o77777777777;

/** What the headers before an entry's own said about it. */
interface Ahead {
  name?: string;
  target?: string;
  pax?: PaxRecords;
}

/**
 * Reads a tar archive (ustar, pax, GNU's long names) that is pushed in pieces of any length. Names are
 * relative and safe, no name comes twice, nothing lies below a link, links stay inside. What a sink wrote
 * must be thrown away if `push` or `end` throws one of the `tar-` errors.
 */
export class TarReader {
  readonly #sink: TarSink;
  readonly #options: TarOptions;
  readonly #limits: TarLimits;
  readonly #tree: TarTree;
  /** A header block, or an extended header, that is not whole yet. */
  #partial: Buffer[] = [];
  #missing = BLOCK;
  #padding = 0;
  #left = 0;
  #entry: TarEntry | undefined;
  #write: ((piece: Uint8Array) => void) | undefined;
  #reading: "header" | "extended" | "name" | "target" | "global" | "data" | "after" = "header";
  #ahead: Ahead = {};
  #entries = 0;

  constructor(sink: TarSink, options: TarOptions = {}) {
    this.#sink = sink;
    this.#options = options;
    this.#limits = { ...TAR_LIMITS, ...options.limits };
    this.#tree = new TarTree(options.duplicates ?? "refuse");
  }

  push(piece: Uint8Array): void {
    withFile(this.#options.file, () => {
      for (let rest = asBuffer(piece); rest.length > 0;) rest = this.#take(rest);
    });
  }

  /** Says that the archive ends here. */
  end(): void {
    withFile(this.#options.file, () => {
      const isBetween = this.#reading === "header" || this.#reading === "after";
      const isWhole = isBetween && (this.#partial.length === 0 || this.#reading === "after");
      if (!isWhole || this.#padding > 0 || Object.keys(this.#ahead).length > 0)
        throw archiveError("tar-damaged", "the tar archive is cut short");
      if (this.#entries === 0 && this.#reading === "header")
        throw archiveError("tar-damaged", "the tar archive is empty");
      this.#tree.checkLinks();
    });
  }

  /** Takes some bytes, and gives the rest. */
  #take(bytes: Buffer): Buffer {
    if (this.#padding > 0) {
      const skipped = Math.min(this.#padding, bytes.length);
      this.#padding -= skipped;
      return bytes.subarray(skipped);
    }
    if (this.#reading === "data") return this.#takeData(bytes);
    const taken = bytes.subarray(0, this.#missing);
    this.#missing -= taken.length;
    const isFirst = this.#partial.length === 0;
    if (this.#missing > 0) this.#partial.push(Buffer.from(taken));
    else {
      const whole = isFirst ? taken : Buffer.concat([...this.#partial, taken]);
      this.#partial = [];
      this.#takeWhole(whole);
    }
    return bytes.subarray(taken.length);
  }

  #takeData(bytes: Buffer): Buffer {
    const data = bytes.subarray(0, this.#left);
    this.#left -= data.length;
    this.#write?.(data);
    if (this.#left === 0) this.#endFile();
    return bytes.subarray(data.length);
  }

  #endFile(): void {
    const entry = this.#entry as TarEntry;
    this.#sink.end?.(entry);
    this.#entry = undefined;
    this.#write = undefined;
    this.#expectHeader(entry.size);
  }

  /** What comes next is a header, after the padding of data of so many bytes. */
  #expectHeader(size: number): void {
    this.#padding = (BLOCK - (size % BLOCK)) % BLOCK;
    this.#reading = "header";
    this.#missing = BLOCK;
  }

  #takeWhole(bytes: Buffer): void {
    const { pax } = this.#ahead;
    switch (this.#reading) {
      case "header":
        return this.#takeHeader(bytes);
      case "after":
        this.#missing = BLOCK;
        if (!isZeroBlock(bytes) && hasChecksum(bytes))
          throw archiveError("tar-ambiguous", "the tar archive has entries behind its end");
        return;
      case "extended":
        if (pax !== undefined)
          throw archiveError("tar-ambiguous", "a tar entry has two pax headers");
        this.#ahead.pax = readPax(bytes);
        break;
      case "global":
        if (Object.keys(readPax(bytes)).some((key) => key !== "mtime"))
          throw archiveError("tar-ambiguous", "a tar header names or sizes all entries");
        break;
      default:
        this.#takeLong(this.#reading as "name" | "target", readText(bytes));
    }
    this.#expectHeader(bytes.length);
  }

  #takeLong(what: "name" | "target", text: string): void {
    if (this.#ahead[what] !== undefined)
      throw archiveError("tar-ambiguous", `a tar entry has two long ${what}s`);
    this.#ahead[what] = text;
  }

  #takeHeader(block: Buffer): void {
    this.#missing = BLOCK;
    if (isZeroBlock(block)) {
      if (Object.keys(this.#ahead).length > 0)
        throw archiveError("tar-damaged", "the tar archive ends within an entry");
      this.#reading = "after";
      return;
    }
    if (!hasChecksum(block))
      throw archiveError(
        "tar-damaged",
        "the file is no tar archive, or one of its headers is damaged",
      );
    const header = readHeader(block);
    const kind = KINDS.get(header.type);
    if (kind === undefined)
      throw archiveError(
        "tar-unsupported",
        `the tar entry ${quoted(header.name)} is a device, a pipe, or of a kind (${JSON.stringify(header.type)}) that is not for packages`,
      );
    if (kind === "extended" || kind === "global" || kind === "name" || kind === "target")
      this.#expectExtended(kind, header.size);
    else this.#takeEntry(header, kind);
  }

  #expectExtended(kind: "extended" | "global" | "name" | "target", size: number): void {
    if (size > this.#limits.header)
      throw archiveError("tar-too-large", `a tar header has ${size} bytes`);
    this.#reading = kind;
    this.#missing = size;
    if (size === 0) this.#takeWhole(Buffer.alloc(0));
  }

  #takeEntry(header: RawHeader, given: TarEntry["kind"]): void {
    const entry = this.#entryOf(header, given);
    this.#ahead = {};
    if (++this.#entries > this.#limits.entries)
      throw archiveError(
        "tar-too-large",
        `the tar archive has more than ${this.#limits.entries} entries`,
      );
    if (entry.path === "") {
      if (entry.kind !== "folder") throw archiveError("tar-unsafe-name", "a tar entry has no name");
      this.#expectHeader(0);
      return;
    }
    const isLink = entry.kind === "link";
    this.#tree.add(entry.path, isLink ? "link" : entry.kind === "folder" ? "folder" : "file");
    if (isLink) this.#tree.addLink(entry.path, entry.target as string);
    this.#write = this.#sink.entry(entry) ?? undefined;
    this.#entry = entry;
    this.#left = entry.size;
    this.#reading = "data";
    if (entry.size === 0) this.#endFile();
  }

  #entryOf(header: RawHeader, given: TarEntry["kind"]): TarEntry {
    const { pax = {}, name, target } = this.#ahead;
    const full = oneOf(header.name, [name, pax.path]);
    // Before POSIX a folder was a file whose name ends in a slash.
    const kind = given === "file" && full.endsWith("/") ? "folder" : given;
    const path = entryPath(full);
    const size = this.#sizeOf(header, pax);
    if (kind !== "file" && size > 0)
      throw archiveError("tar-ambiguous", `the tar entry ${quoted(path)} has data and is no file`);
    const entry = { path, kind, size, mode: header.mode, mtime: pax.mtime ?? header.mtime };
    if (kind !== "link" && kind !== "hardlink") return entry;
    const link = oneOf(header.target, [target, pax.linkpath]);
    return { ...entry, target: kind === "link" ? link : this.#tree.hardLinkTarget(path, link) };
  }

  #sizeOf(header: RawHeader, { size }: PaxRecords): number {
    if (size !== undefined && size !== header.size && size <= LARGEST_OCTAL)
      throw archiveError("tar-ambiguous", `the tar entry ${quoted(header.name)} has two sizes`);
    const found = size ?? header.size;
    if (found > this.#limits.file)
      throw archiveError(
        "tar-too-large",
        `the tar entry ${quoted(header.name)} has ${found} bytes`,
      );
    return found;
  }
}

/** The longer text that comes before the entry, in whichever of two ways; else that of its header. */
function oneOf(
  short: string,
  [gnu, pax]: readonly [string | undefined, string | undefined],
): string {
  if (gnu !== undefined && pax !== undefined && gnu !== pax)
    throw archiveError("tar-ambiguous", `the tar entry ${quoted(short)} has two long names`);
  return gnu ?? pax ?? short;
}
