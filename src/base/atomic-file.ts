import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Writes a whole file or nothing: under a temporary name beside it, then renamed over it. Missing
 * parent folders are made. Throws Node's own error (ENOSPC, EACCES …) and leaves no temporary file.
 */
export function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  { mode = 0o644, sync = false }: { mode?: number; sync?: boolean } = {},
): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    const file = openSync(temporary, "wx", mode);
    try {
      writeAll(file, typeof data === "string" ? Buffer.from(data) : data);
      if (sync) fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function writeAll(file: number, data: Uint8Array): void {
  for (let at = 0; at < data.length;) at += writeSync(file, data, at);
}
