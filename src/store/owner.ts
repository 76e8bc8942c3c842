import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { sha256 } from "../base/index.ts";

/**
 * Names the process that a lock or a temporary folder belongs to, so that others can tell whether it
 * still lives: `pid.start.boot.namespace.host`. A process id alone is not enough: ids are used again,
 * and mean something else in another container or on another machine that shares the folder.
 */
export interface Owner {
  readonly pid: number;
  /** Start time of the process in clock ticks since boot; "0" where the system does not tell. */
  readonly start: string;
  readonly boot: string;
  readonly namespace: string;
  readonly host: string;
}

/** Owners that cannot be asked (other containers, other machines) are believed for this long. */
const BELIEVED_MS = 24 * 60 * 60 * 1000;

function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return "0";
  }
}

function startTime(pid: number | "self"): string {
  return attempt(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // After the command's name, which may hold anything; the start time is field 22.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "0";
  });
}

let own: string | undefined;

function ownText(): string {
  if (own !== undefined) return own;
  const boot = attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "latin1").slice(0, 8));
  const namespace = attempt(() => /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0");
  const host = sha256(hostname()).slice(0, 8);
  own = [process.pid, startTime("self"), boot, namespace, host].join(".");
  return own;
}

let given = 0;

/** A name for this process, unique for each call: the owner, a dash, and a part that no other thread has. */
export function ownerToken(): string {
  const moment = process.hrtime.bigint().toString(16);
  const random = Math.trunc(Math.random() * 2 ** 40).toString(16);
  return `${ownText()}-${moment}${random}${(given++).toString(16)}`;
}

/** Reads a token back; undefined for any other text. */
export function parseOwner(token: string): Owner | undefined {
  const match = /^(\d+)\.(\d+)\.([\w-]+)\.(\d+)\.(\w+)-[0-9a-f]+$/.exec(token);
  if (match === null) return undefined;
  const [, pid, start, boot, namespace, host] = match as unknown as string[];
  return {
    pid: Number(pid),
    start: start as string,
    boot: boot as string,
    namespace: namespace as string,
    host: host as string,
  };
}

/** Whether the token is one of this process. */
export function isOwn(token: string): boolean {
  return token.startsWith(`${ownText()}-`);
}

/**
 * Whether the process behind a token may still live. `age` is the milliseconds since its file was
 * touched; it counts only where the process cannot be asked for. Text that is no token is dead.
 */
export function isAlive(token: string, age: number): boolean {
  const owner = parseOwner(token);
  if (owner === undefined) return false;
  const self = parseOwner(`${ownText()}-0`) as Owner;
  if (owner.boot !== self.boot) return owner.host !== self.host && age < BELIEVED_MS;
  if (owner.namespace !== self.namespace) return age < BELIEVED_MS;
  return processRuns(owner);
}

function processRuns(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const start = startTime(owner.pid);
  return start === "0" || owner.start === "0" || start === owner.start;
}
