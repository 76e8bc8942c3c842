import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { writeFileAtomic } from "../base/index.ts";
import { recordsPlace } from "./unpack-project.ts";
import { START_SIZE } from "./pack-format.ts";

/** Milliseconds after which a lock is that of a process which no longer lives. */
const STALE = 10_000;
const PAUSE = 2;
const PAUSES = 500;

/**
 * Writes a new listing in the place of the old one, with the old one's metadata records; gives the
 * file's bytes. Of several processes one does so at a time. A record that another process appends
 * meanwhile is not lost: either it is there when the old file is looked at again after the renaming,
 * or its writer finds that the file it wrote to is no longer the one at that path.
 */
export function replaceListing(path: string, listing: Buffer): Buffer {
  return locked(`${path}.lock`, () => {
    const old = openFile(path, constants.O_RDONLY);
    try {
      const records = old === undefined ? Buffer.alloc(0) : readRecords(old);
      const bytes = Buffer.concat([listing, records]);
      writeFileAtomic(path, bytes);
      const late = old === undefined ? undefined : readRecords(old).subarray(records.length);
      if (late !== undefined && late.length > 0) append(path, late);
      return bytes;
    } finally {
      if (old !== undefined) closeSync(old);
    }
  });
}

/** Appends a record to the file at `path`, if there is one. */
export function appendRecord(path: string, record: Buffer): void {
  for (let tries = 0; tries < 100; tries++) {
    if (append(path, record)) return;
  }
}

/** False where the file was replaced meanwhile. */
function append(path: string, bytes: Buffer): boolean {
  const file = openFile(path, constants.O_WRONLY | constants.O_APPEND);
  if (file === undefined) return true;
  try {
    writeSync(file, bytes);
    return fstatSync(file).ino === statSync(path, { throwIfNoEntry: false })?.ino;
  } finally {
    closeSync(file);
  }
}

/** All bytes behind the listing of a kept file; none where it is no such file. */
function readRecords(file: number): Buffer {
  const start = Buffer.alloc(START_SIZE);
  const from =
    readSync(file, start, 0, START_SIZE, 0) < START_SIZE ? undefined : recordsPlace(start);
  const { size } = fstatSync(file);
  if (from === undefined || from >= size) return Buffer.alloc(0);
  const bytes = Buffer.allocUnsafe(size - from);
  return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, from));
}

function openFile(path: string, flags: number): number | undefined {
  try {
    return openSync(path, flags);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Runs `work` while no other process has the lock; goes on without it rather than waiting long. */
function locked<T>(lock: string, work: () => T): T {
  const mine = takeLock(lock);
  try {
    return work();
  } finally {
    if (mine) rmSync(lock, { force: true });
  }
}

function takeLock(lock: string): boolean {
  for (let pauses = 0; pauses < PAUSES; pauses++) {
    try {
      closeSync(openSync(lock, "wx"));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const made = statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
    if (made !== undefined && Date.now() - made > STALE) rmSync(lock, { force: true });
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
  }
  return false;
}
