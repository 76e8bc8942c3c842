import { posix } from "node:path";
import { FIXED_TIME } from "../store/index.ts";

const CACHED = /^(.*)\.(?:cpython|pypy)-?3(\d+)(?:\.opt-\d)?\.pyc$/;

/** Bytecode that came with its source, in memory. */
export interface Bytecode {
  readonly path: string;
  readonly data: Buffer;
}

/** The source of a bytecode file, and where in that file the source's time stands (PEP 3147, PEP 552). */
function sourceOf(path: string): { source: string; at: number } | undefined {
  const folder = posix.dirname(path);
  if (posix.basename(folder) !== "__pycache__") {
    return path.endsWith(".pyc") ? { source: path.slice(0, -1), at: 4 } : undefined;
  }
  const match = CACHED.exec(posix.basename(path));
  if (match === null) return undefined;
  const source = posix.join(posix.dirname(folder), `${match[1]}.py`);
  return { source, at: Number(match[2]) >= 7 ? 8 : 4 };
}

/**
 * Bytecode names its source's time. Since all files of the store have one time, it gets that time, too,
 * but only if it was right before; undefined where it was not, so that no Python would use it. Bytecode
 * that goes by its source's hash, or has no source, stays as it is.
 */
export function retime(
  { path, data }: Bytecode,
  times: ReadonlyMap<string, number>,
): Buffer | undefined {
  const found = sourceOf(path);
  const time = found && times.get(found.source);
  if (found === undefined || time === undefined || data.length < found.at + 8) return data;
  if (data.readUInt16LE(2) !== 0x0a0d) return data;
  if (found.at === 8 && data.readUInt32LE(4) !== 0) return data;
  if (data.readUInt32LE(found.at) !== Math.floor(time) >>> 0) return undefined;
  const timed = Buffer.from(data);
  timed.writeUInt32LE(FIXED_TIME, found.at);
  return timed;
}
