import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import type { UserError } from "../../base/index.ts";
import { Malformed } from "./byte-reader.ts";
import { indexFileError } from "./errors.ts";
import {
  type Extent,
  FORMAT_VERSION,
  HEADER_SIZE,
  type Header,
  type IndexFacts,
  unpackHeader,
} from "./file-format.ts";
import { isIndexFacts } from "./index-facts.ts";
import { Table } from "./table.ts";

/** An index file that is open: parts of it are read when they are asked for, and checked. */
export class IndexFile {
  readonly path: string;
  readonly facts: IndexFacts;
  readonly size: number;
  /** What was read so far. */
  bytesRead = 0;
  private readonly file: number;
  private readonly tables = new Map<string, Table>();

  private constructor(path: string, file: number) {
    this.path = path;
    this.file = file;
    this.size = fstatSync(file).size;
    const header = this.readHeader();
    if (header.fileLength !== this.size) {
      const message = `it should have ${header.fileLength} bytes and has ${this.size}`;
      throw this.damaged(message);
    }
    this.facts = this.readFacts(header.facts);
  }

  /**
   * Opens a file; reads its header and what it says of itself, a few hundred bytes. Throws UserError
   * `index-file-missing`, `index-file-foreign`, `index-file-newer`, `index-file-damaged`.
   */
  static open(path: string): IndexFile {
    let file: number;
    try {
      file = openSync(path, "r");
    } catch (cause) {
      throw missing(path, cause);
    }
    try {
      return new IndexFile(path, file);
    } catch (error) {
      closeSync(file);
      throw (error as NodeJS.ErrnoException).code === "EISDIR" ? missing(path, error) : error;
    }
  }

  /** A table of the file, or undefined where it has none of that name. */
  table(name: string): Table | undefined {
    let table = this.tables.get(name);
    if (table === undefined && Object.hasOwn(this.facts.tables, name)) {
      const facts = this.facts.tables[name] as IndexFacts["tables"][string];
      table = new Table(name, { facts, file: this });
      this.tables.set(name, table);
    }
    return table;
  }

  /** Bytes of the file, checked. Throws UserError `index-file-damaged` naming `part`. */
  read({ offset, length, crc }: Extent, part: string): Buffer {
    if (!isPlace(offset) || !isPlace(length) || offset + length > this.size) {
      throw this.damaged(`${part} lies outside of it`);
    }
    const bytes = this.readAt(offset, length);
    if (bytes.length !== length || crc32(bytes) !== crc) {
      throw this.damaged(`the checksum of ${part} (bytes ${offset} to ${offset + length}) fails`);
    }
    return bytes;
  }

  /** The error for a part that is not what it should be. */
  damaged(message: string, cause?: unknown): UserError {
    return indexFileError("index-file-damaged", `The index file is damaged: ${message}.`, {
      place: { file: this.path },
      hint: "import the data again, or take another copy of the file",
      ...(cause === undefined ? {} : { cause }),
    });
  }

  /** Runs a decoder; what it finds malformed becomes an error that names the part. */
  decode<T>(part: string, decoder: () => T): T {
    try {
      return decoder();
    } catch (error) {
      if (error instanceof Malformed) throw this.damaged(`${part} has ${error.message}`, error);
      throw error;
    }
  }

  close(): void {
    closeSync(this.file);
  }

  private readAt(offset: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    let done = 0;
    while (done < length) {
      const count = readSync(this.file, bytes, done, length - done, offset + done);
      if (count === 0) break;
      done += count;
    }
    this.bytesRead += done;
    return bytes.subarray(0, done);
  }

  private readHeader(): Header {
    const header = unpackHeader(this.readAt(0, HEADER_SIZE));
    if (header === "foreign") {
      throw indexFileError("index-file-foreign", "The file is no index.", {
        place: { file: this.path },
        hint: "make one of a pypi-deps-db archive or checkout: mach-nix index import PATH -o FILE",
      });
    }
    if (header === "damaged") throw this.damaged("the checksum of its header fails");
    if (header.version <= FORMAT_VERSION) return header;
    throw indexFileError(
      "index-file-newer",
      `The index file has format ${header.version}; this mach-nix knows up to ${FORMAT_VERSION}.`,
      { place: { file: this.path }, hint: "use a newer mach-nix, or import the data again" },
    );
  }

  private readFacts(extent: Extent): IndexFacts {
    let facts: unknown;
    try {
      facts = JSON.parse(this.read(extent, "its description").toString());
    } catch (error) {
      if (error instanceof SyntaxError) throw this.damaged("its description is no JSON", error);
      throw error;
    }
    if (isIndexFacts(facts)) return facts;
    throw this.damaged("its description does not say what it should");
  }
}

function isPlace(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function missing(path: string, cause: unknown): UserError {
  const { message } = cause as Error;
  return indexFileError("index-file-missing", `The index file cannot be read: ${message}`, {
    place: { file: path },
    hint: "make one of a pypi-deps-db archive or checkout: mach-nix index import PATH -o FILE",
    cause,
  });
}
