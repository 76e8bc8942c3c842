import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { ByteSource } from "../archive/index.ts";

/** An open file as a source; `close` it. Each read is a copy of its own. */
export interface FileSource extends ByteSource {
  close(): void;
}

/** Opens a file to be read at any place. Throws Node's own error. */
export function openSource(path: string): FileSource {
  const file = openSync(path, "r");
  return { size: fstatSync(file).size, read: readFrom(file), close: () => closeSync(file) };
}

function readFrom(file: number): ByteSource["read"] {
  return (offset, length) => {
    const bytes = Buffer.allocUnsafe(length);
    for (let at = 0; at < length;) {
      const got = readSync(file, bytes, at, length - at, offset + at);
      if (got === 0) throw new Error("the file became shorter while it was read");
      at += got;
    }
    return bytes;
  };
}
