import { readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { compactJson, sha256, writeFileAtomic } from "../base/index.ts";
import type { SandboxKind } from "./sandbox-types.ts";
import { supervisorScript } from "./supervisor.ts";

/** What decides which kinds of sandbox work, beside the machine. */
export interface KindFacts {
  /** The one kind asked for, if any. */
  readonly kind: SandboxKind | undefined;
  readonly python: string;
  readonly bubblewrap: string | undefined;
}

/** Settings of the machine that can change while it runs. */
const SETTINGS = [
  "kernel/random/boot_id",
  "kernel/unprivileged_userns_clone",
  "kernel/apparmor_restrict_unprivileged_userns",
  "user/max_user_namespaces",
  "user/max_net_namespaces",
];

/**
 * The kind that worked when it was tried under the same conditions, as `file` says; undefined where
 * none is kept. Only kinds of which a run tells that it did not begin are kept.
 */
export function readKeptKind(file: string, facts: KindFacts): SandboxKind | undefined {
  try {
    const kept = JSON.parse(readFileSync(file, "utf8")) as { conditions: string; kind: string };
    if (kept.conditions !== conditions(facts)) return undefined;
    return isKept(kept.kind) ? kept.kind : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps the kind that works; that it cannot be kept costs only time. */
export function keepKind(file: string, facts: KindFacts, kind: SandboxKind): void {
  if (!isKept(kind)) return;
  try {
    writeFileAtomic(file, `${compactJson({ conditions: conditions(facts), kind })}\n`);
  } catch {
    return;
  }
}

/** Has the kinds tried again the next time. */
export function forgetKind(file: string): void {
  rmSync(file, { force: true });
}

function isKept(kind: string): kind is SandboxKind {
  return kind === "bubblewrap" || kind === "namespaces";
}

function conditions({ kind, python, bubblewrap }: KindFacts): string {
  const program = (path: string): unknown => {
    const info = statSync(path, { throwIfNoEntry: false });
    return [path, info?.mtimeMs, info?.size];
  };
  return sha256(
    JSON.stringify([
      kind,
      program(python),
      program(supervisorScript()),
      bubblewrap === undefined ? undefined : program(bubblewrap),
      process.geteuid?.(),
      ["user", "mnt", "pid"].map((name) => attempt(() => readlinkSync(`/proc/self/ns/${name}`))),
      SETTINGS.map((name) => attempt(() => readFileSync(`/proc/sys/${name}`, "latin1"))),
      attempt(() => /^CapEff:.*$/m.exec(readFileSync("/proc/self/status", "latin1"))?.[0] ?? ""),
    ]),
  );
}

function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
