import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { temporaryName, writing } from "./temporary-file.ts";

/** Where bytes are in a spill. */
export interface Spilled {
  readonly offset: number;
  readonly length: number;
}

const CHUNK = 4 * 1024 * 1024;

/** Bytes that would not fit in memory, in a temporary file that has lost its name. */
export class Spill {
  private readonly beside: string;
  private readonly file: number;
  private chunk: Buffer[] = [];
  private chunkLength = 0;
  private written = 0;

  /** `beside` names the file next to which there is room. */
  constructor(beside: string) {
    this.beside = beside;
    const temporary = temporaryName(beside, "spill");
    this.file = writing(beside, () => openSync(temporary.path, "wx+"));
    rmSync(temporary.path);
    temporary.forget();
  }

  add(bytes: Buffer): Spilled {
    const offset = this.written + this.chunkLength;
    this.chunk.push(bytes);
    this.chunkLength += bytes.length;
    if (this.chunkLength >= CHUNK) this.flush();
    return { offset, length: bytes.length };
  }

  read({ offset, length }: Spilled): Buffer {
    this.flush();
    const bytes = Buffer.allocUnsafe(length);
    for (let done = 0; done < length;) {
      const count = readSync(this.file, bytes, done, length - done, offset + done);
      if (count === 0) throw new Error("a spill was cut off");
      done += count;
    }
    return bytes;
  }

  close(): void {
    closeSync(this.file);
  }

  private flush(): void {
    if (this.chunkLength === 0) return;
    const bytes = Buffer.concat(this.chunk);
    writing(this.beside, () => {
      for (let done = 0; done < bytes.length;) {
        done += writeSync(this.file, bytes, done, bytes.length - done, this.written + done);
      }
    });
    this.written += bytes.length;
    this.chunk = [];
    this.chunkLength = 0;
  }
}
