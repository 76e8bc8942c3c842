import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";

const CHUNK = 1 << 18;
let buffer: Buffer | undefined;

/** The SHA-256 and size of a file's bytes, read in pieces. */
export function hashFile(path: string): { readonly sha256: string; readonly size: number } {
  buffer ??= Buffer.allocUnsafe(CHUNK);
  const hash = createHash("sha256");
  const file = openSync(path, "r");
  try {
    let size = 0;
    for (;;) {
      const read = readSync(file, buffer, 0, CHUNK, null);
      if (read === 0) return { sha256: hash.digest("hex"), size };
      hash.update(buffer.subarray(0, read));
      size += read;
    }
  } finally {
    closeSync(file);
  }
}
