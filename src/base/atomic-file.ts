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
  const { file, temporary } = openTemporary(path, mode);
  try {
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

/** Names that others (threads, machines with our process id) may hold at this moment. */
const LARGEST_NUMBER = 10_000;

/** A new file beside `path`, of a name that no one has: who makes it first owns it. */
function openTemporary(path: string, mode: number): { file: number; temporary: string } {
  for (let number = 0; ; number++) {
    const temporary = `${path}.${process.pid}.${number}.tmp`;
    try {
      return { file: openSync(temporary, "wx", mode), temporary };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" && number === 0) mkdirSync(dirname(path), { recursive: true });
      else if (code !== "EEXIST" || number > LARGEST_NUMBER) throw error;
    }
  }
}

function writeAll(file: number, data: Uint8Array): void {
  for (let at = 0; at < data.length;) at += writeSync(file, data, at);
}
