import {
  closeSync,
  existsSync,
  globSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { basename, join } from "node:path";
import { sha256, writeFileAtomic } from "../base/index.ts";
import { crawlError } from "./errors.ts";

/** Of a checkout, what is nobody else's: answers of the index, unfinished buckets, the lock. */
export const STATE_FOLDER = ".crawl";

/** A file of ours under the name that it has while it is written. */
const UNFINISHED = /^(?:[0-9a-f]{2}\.json|UNIX_TIMESTAMP|FORMAT_VERSION)\.\d+\.\d+\.tmp$/;

/** A checkout in pypi-deps-db's layout that one crawl writes. */
export class DataFolder {
  readonly path: string;
  readonly state: string;
  private readonly lock: string;

  /** Makes what is not there, and takes the folder for this process. Throws `crawl-busy`. */
  constructor(path: string) {
    this.path = path;
    this.state = join(path, STATE_FOLDER);
    this.lock = join(this.state, "lock");
    mkdirSync(this.state, { recursive: true });
    this.take();
    this.sweep();
    writeIfOther(join(this.state, ".gitignore"), "*\n");
  }

  /** A bucket's file: the first two digits of the SHA-256 of the names in it. */
  bucketPath(folder: string, bucket: string): string {
    return join(this.path, folder, `${bucket}.json`);
  }

  /** Text of a file; undefined where it is not there. */
  read(path: string): string | undefined {
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  }

  /** Writes a file whole, or removes it where there is nothing to be in it; tells whether that changed anything. */
  write(path: string, text: string): boolean {
    if (text !== "") return writeIfOther(path, text);
    const was = existsSync(path);
    rmSync(path, { force: true });
    return was;
  }

  /** The data is as of the newest file that it knows of: the same whenever it is gathered. */
  stamp(newest: number): void {
    const path = join(this.path, "UNIX_TIMESTAMP");
    const before = Number(this.read(path) ?? 0);
    const seconds = Math.max(Number.isFinite(before) ? before : 0, Math.floor(newest / 1000));
    if (seconds > 0) writeIfOther(path, `${seconds}`);
    writeIfOther(join(this.path, "FORMAT_VERSION"), "1");
  }

  close(): void {
    rmSync(this.lock, { force: true });
  }

  /** Removes the beginnings of files that a crawl left behind that was killed. */
  private sweep(): void {
    for (const name of globSync(["*.tmp", "*/*.tmp"], { cwd: this.path })) {
      if (UNFINISHED.test(basename(name))) rmSync(join(this.path, name), { force: true });
    }
  }

  private take(): void {
    const own = JSON.stringify({ host: hostname(), pid: process.pid });
    for (let tries = 0; ; tries++) {
      try {
        const file = openSync(this.lock, "wx");
        writeSync(file, own);
        closeSync(file);
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST" || tries > 5) throw error;
        const other = livingHolder(this.lock);
        if (other !== undefined) throw busy(this.path, other);
        rmSync(this.lock, { force: true });
      }
    }
  }
}

/** The number of a bucket: that of a name as it is spelled in the data. */
export function bucketOf(name: string): string {
  return sha256(name).slice(0, 2);
}

/** A name as pypi-deps-db spells it: lower case, `-` for `_`, dots kept. */
export function dataName(spelled: string): string {
  return spelled.toLowerCase().replaceAll("_", "-");
}

function writeIfOther(path: string, text: string): boolean {
  if (existsSync(path) && readFileSync(path, "utf8") === text) return false;
  writeFileAtomic(path, text);
  return true;
}

/** Who holds a lock; undefined where that process has ended. Of other machines nothing is known. */
function livingHolder(path: string): string | undefined {
  const { host, pid } = readHolder(path);
  if (host !== hostname()) return host === undefined ? undefined : `${pid} on ${host}`;
  try {
    process.kill(pid, 0);
    return `${pid}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM" ? `${pid}` : undefined;
  }
}

function readHolder(path: string): { readonly host: string | undefined; readonly pid: number } {
  try {
    const value = JSON.parse(readFileSync(path, "utf8")) as { host?: unknown; pid?: unknown };
    const host = typeof value.host === "string" ? value.host : undefined;
    return { host, pid: Number(value.pid) };
  } catch {
    return { host: undefined, pid: 0 };
  }
}

function busy(path: string, other: string): Error {
  return crawlError("crawl-busy", `Process ${other} crawls into the same folder.`, {
    place: { file: path },
    hint: `wait for it; if it has ended on another machine, remove ${STATE_FOLDER}/lock`,
  });
}
