import type { PackageIndex } from "../index/index.ts";
import type { Resolution } from "../resolve/index.ts";
import { indexInUse } from "./index-in-use.ts";
import type { Session } from "./session.ts";

/** An index file as locking uses it. */
export interface FileLock {
  /** What the newest of its layers is as of, milliseconds since 1970. */
  readonly date: number;
  /** The digest of what it and what stands beside it hold, and how it is used. */
  readonly contents: string;
  /** Whether addresses and hashes that a lock lacks can be looked for. */
  readonly canLocate: boolean;
  /** Opens it as of a date; the live index is for what the file does not know, where that is wanted. */
  open(around: { readonly live: PackageIndex; readonly date: number }): OpenFileLock;
}

/** The same, open. */
export interface OpenFileLock extends PackageIndex {
  /**
   * A resolution with the addresses and hashes of its files: from the file and what stands beside it,
   * else from the live index, a request a package. With `--offline`, files that nothing kept knows
   * stay without, and are named. Tells where each fact came from.
   */
  locate(resolution: Resolution): Promise<Resolution>;
}

/** The index file that counts for the session, if any. Throws the errors of opening it. */
export async function readFileLock(session: Session): Promise<FileLock | undefined> {
  const inUse = indexInUse(session);
  if (inUse === undefined) return undefined;
  const { path, live: withLive } = inUse;
  const { indexFiles } = await import("../index/index.ts");
  const { LockFromFile } = await import("./lock-from-file.ts");
  const files = await indexFiles();
  const { date, facts, contents, companion } = files.inspectIndex(path);
  const { offline, noIndex } = session.options;
  return {
    date,
    contents: [contents, ...(companion ?? []), ...(withLive ? ["live"] : [])].join(" "),
    canLocate: companion !== undefined || (offline !== true && noIndex !== true),
    open: (around) =>
      new LockFromFile(session, { ...around, files, path, withLive, base: facts.date, have: date }),
  };
}
