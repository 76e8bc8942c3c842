import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import type { Evidence } from "./attacks.ts";

const SECRET = "a secret of the user";

/** What an attack is after, and what happened to it. */
export interface Victim {
  /** What attacks are told, as JSON. */
  readonly told: string;
  /** Whether the evidence is there; `printed` is what the attack printed. */
  shows(evidence: Evidence, printed: string): boolean;
  end(): Promise<void>;
}

/** Sets up a victim in an empty folder. `mark` is in the environment of every process of the attack. */
export async function makeVictim(place: string, mark: string): Promise<Victim> {
  mkdirSync(join(place, "home"));
  mkdirSync(join(place, "environment"));
  writeFileSync(join(place, "secret.txt"), SECRET, { mode: 0o600 });
  writeFileSync(join(place, "home", ".profile"), "as it was", { mode: 0o600 });
  writeFileSync(join(place, "environment", "tool.py"), "as it was");
  chmodSync(join(place, "environment", "tool.py"), 0o644);
  const heard = new Set<Evidence>();
  const tcp = await listen({ host: "127.0.0.1", port: 0 }, () => heard.add("connection"));
  const path = await listen({ path: join(place, "service.sock") }, () =>
    heard.add("path-connection"),
  );
  const abstract = `hostile-${mark}`;
  const hidden = await listen({ path: `\0${abstract}` }, () => heard.add("abstract-connection"));
  const udp = createSocket("udp4", () => heard.add("datagram"));
  await new Promise<void>((resolve) => udp.bind(0, "127.0.0.1", () => resolve()));
  const process = spawn("sleep", ["120"], {
    env: { PATH: "/usr/bin:/bin", SECRET },
    stdio: "ignore",
  });
  const { port } = tcp.address() as { port: number };
  return {
    told: JSON.stringify({
      tcp: port,
      udp: udp.address().port,
      abstract,
      pid: process.pid,
      environment: join(place, "environment"),
    }),
    shows: (evidence, printed) =>
      heard.has(evidence) || isShown(evidence, { place, mark, printed, process }),
    async end() {
      for (const server of [tcp, path, hidden]) server.close();
      udp.close();
      process.kill("SIGKILL");
      for (const left of marked(mark)) killAt(left);
    },
  };
}

interface Scene {
  readonly place: string;
  readonly mark: string;
  readonly printed: string;
  readonly process: ChildProcess;
}

function isShown(evidence: Evidence, { place, mark, printed, process }: Scene): boolean {
  const profile = join(place, "home", ".profile");
  switch (evidence) {
    case "secret-printed":
      return printed.includes(SECRET);
    case "file-made":
      return existsSync(join(place, "new.txt"));
    case "home-changed":
      return readFileSync(profile, "utf8") !== "as it was";
    case "mode-changed":
      return (statSync(join(place, "secret.txt")).mode & 0o777) !== 0o600;
    case "time-changed":
      return statSync(join(place, "secret.txt")).mtimeMs < 1e12;
    case "file-gone":
      return !existsSync(profile);
    case "file-emptied":
      return statSync(profile).size === 0;
    case "environment-changed":
      return readFileSync(join(place, "environment", "tool.py"), "utf8") !== "as it was";
    case "victim-dead":
      return process.exitCode !== null || process.signalCode !== null || isZombie(process.pid);
    case "victim-limited":
      return /Max open files\s+7 /.test(readFileSync(`/proc/${process.pid}/limits`, "utf8"));
    case "process-left":
      return isSeen(mark, 1000);
    default:
      return false;
  }
}

function isZombie(pid: number | undefined): boolean {
  const [, state] = /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
  return state === "Z";
}

/** Whether a process has the mark, looking again and again: one that ends at once is seen by luck. */
function isSeen(mark: string, milliseconds: number): boolean {
  for (const end = Date.now() + milliseconds; Date.now() < end;) {
    if (marked(mark).length > 0) return true;
  }
  return false;
}

/** Processes that have the mark in their environment; the newest are looked at first. */
export function marked(mark: string): number[] {
  const names = readdirSync("/proc");
  return names.toReversed().flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      return readFileSync(`/proc/${name}/environ`, "latin1").includes(mark) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

function killAt(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    return;
  }
}

async function listen(
  where: { readonly host?: string; readonly port?: number; readonly path?: string },
  heard: () => void,
): Promise<Server> {
  const server = createServer((socket) => {
    heard();
    socket.on("error", () => undefined);
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(where, resolve));
  return server;
}

/** Gives what is in a folder to another user. */
export function give(folder: string, user: number): void {
  execFileSync("chown", ["-R", `${user}:${user}`, folder]);
}
