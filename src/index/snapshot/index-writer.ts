import { createHash, type Hash } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import {
  type Extent,
  HEADER_SIZE,
  type IndexFacts,
  packHeader,
  type TableFacts,
} from "./file-format.ts";
import { temporaryName, type TemporaryName, writing } from "./temporary-file.ts";
import { writeTable, type TableEntries } from "./write-table.ts";

/**
 * Writes an index file table by table under a temporary name; `finish` gives it its name, `abandon`
 * leaves nothing, as does the end of the process. Throws `index-file-unwritable`.
 */
export class IndexWriter {
  private readonly path: string;
  private readonly temporary: TemporaryName;
  private readonly file: number;
  private readonly hash: Hash = createHash("sha256");
  private readonly tables: Record<string, TableFacts> = {};
  private at = HEADER_SIZE;
  private isOpen = true;

  constructor(path: string) {
    this.path = path;
    this.temporary = temporaryName(path, "tmp");
    this.file = writing(path, () => openSync(this.temporary.path, "wx"));
  }

  /** Writes a table. Keys must come in order. */
  async table(name: string, entries: TableEntries): Promise<void> {
    this.tables[name] = await writeTable(entries, (bytes) => this.append(bytes));
  }

  /** Gives the length of the finished file. */
  finish(facts: Omit<IndexFacts, "tables" | "contents">): number {
    const contents = this.hash.digest("hex");
    const whole: IndexFacts = { ...facts, tables: this.tables, contents };
    const text = Buffer.from(JSON.stringify(whole));
    const extent = { offset: this.at, length: text.length, crc: crc32(text) };
    this.write(text, this.at);
    const fileLength = this.at + text.length;
    this.write(packHeader({ fileLength, facts: extent }), 0);
    writing(this.path, () => {
      fsyncSync(this.file);
      this.close();
      renameSync(this.temporary.path, this.path);
    });
    this.temporary.forget();
    return fileLength;
  }

  abandon(): void {
    this.close();
    rmSync(this.temporary.path, { force: true });
    this.temporary.forget();
  }

  private close(): void {
    if (this.isOpen) closeSync(this.file);
    this.isOpen = false;
  }

  private append(bytes: Buffer): Extent {
    const extent = { offset: this.at, length: bytes.length, crc: crc32(bytes) };
    this.write(bytes, this.at);
    this.hash.update(bytes);
    this.at += bytes.length;
    return extent;
  }

  private write(bytes: Buffer, position: number): void {
    writing(this.path, () => {
      for (let done = 0; done < bytes.length;) {
        done += writeSync(this.file, bytes, done, bytes.length - done, position + done);
      }
    });
  }
}
