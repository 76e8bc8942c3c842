import { readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { writeFileAtomic } from "../base/index.ts";
import type { Session } from "./session.ts";

function noteFile({ home }: Session): string {
  return join(dirname(home.store), "index-in-use");
}

/**
 * The index file that counts for a command: the one that `--index` names, else the one that
 * `mach-nix index use` remembers, which gives way to `--index-url`.
 */
export function indexFileOf(session: Session): string | undefined {
  const { cwd, options } = session;
  if (options.indexFile !== undefined) return resolve(cwd, options.indexFile);
  return options.indexUrl === undefined ? rememberedIndex(session) : undefined;
}

/** The file that is remembered, if one is. */
export function rememberedIndex(session: Session): string | undefined {
  try {
    return readFileSync(noteFile(session), "utf8").trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Remembers an index file, or forgets the one remembered. */
export function rememberIndex(session: Session, path: string | undefined): void {
  const note = noteFile(session);
  if (path === undefined) rmSync(note, { force: true });
  else writeFileAtomic(note, `${path}\n`);
}
