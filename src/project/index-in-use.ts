import { readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { writeFileAtomic } from "../base/index.ts";
import type { Session } from "./session.ts";

/** An index file that counts for a command. */
export interface IndexInUse {
  readonly path: string;
  /** Whether the live index is asked for what the file does not know. */
  readonly live: boolean;
}

function noteFile({ home }: Session): string {
  return join(dirname(home.store), "index-in-use");
}

/**
 * The index file that counts for a command: the one that `--index` names, else the one that
 * `mach-nix index use` remembers, which gives way to `--index-url`. `--live` adds to either.
 */
export function indexInUse(session: Session): IndexInUse | undefined {
  const { cwd, options } = session;
  const live = options.indexLive === true;
  if (options.indexFile !== undefined) return { path: resolve(cwd, options.indexFile), live };
  const remembered = options.indexUrl === undefined ? rememberedIndex(session) : undefined;
  return remembered === undefined ? undefined : { ...remembered, live: live || remembered.live };
}

/** The path of the index file that counts for a command. */
export function indexFileOf(session: Session): string | undefined {
  return indexInUse(session)?.path;
}

/** The file that is remembered, if one is. */
function rememberedIndex(session: Session): IndexInUse | undefined {
  try {
    const [path, live] = readFileSync(noteFile(session), "utf8").split("\n");
    return path ? { path, live: live === "live" } : undefined;
  } catch {
    return undefined;
  }
}

/** Remembers an index file, or forgets the one remembered. */
export function rememberIndex(session: Session, index: IndexInUse | undefined): void {
  const note = noteFile(session);
  if (index === undefined) rmSync(note, { force: true });
  else writeFileAtomic(note, `${index.path}\n${index.live ? "live\n" : ""}`);
}
