import { mapBounded } from "../base/index.ts";
import type { FileRecord, PackageIndex } from "../index/index.ts";
import type { Resolution, ResolvedPin } from "../resolve/index.ts";
import { indexFileOf } from "./index-in-use.ts";
import type { Session } from "./session.ts";
import { formatSnapshotDate } from "./snapshot-date.ts";

/** An index file as locking uses it. */
export interface FileLock {
  /** What the file's data is as of, milliseconds since 1970. */
  readonly date: number;
  /** The digest of what it holds. */
  readonly contents: string;
  /** Opens it for one resolution; the caller closes it. */
  open(): PackageIndex;
  /**
   * The same resolution with the addresses and hashes of its files from the live index, a request a
   * package. With `--offline`, files that nothing kept knows stay without, and are named.
   */
  locate(
    resolution: Resolution,
    around: { readonly live: PackageIndex; readonly date: number },
  ): Promise<Resolution>;
}

/** The index file that counts for the session, if any. Throws the errors of opening it. */
export async function readFileLock(session: Session): Promise<FileLock | undefined> {
  const path = indexFileOf(session);
  if (path === undefined) return undefined;
  const stage = await import("../index/index.ts");
  const { inspectFile, openFileIndex } = await stage.indexFiles();
  const { facts } = inspectFile(path);
  return {
    date: facts.date,
    contents: facts.contents,
    open: () => openFileIndex(path),
    locate: (resolution, { live, date }) => {
      noteDate(session, { asked: date, have: facts.date });
      return locate(session, { resolution, live });
    },
  };
}

/** The data says when it is as of, but not when each file was uploaded. */
function noteDate(
  { report }: Session,
  { asked, have }: { readonly asked: number; readonly have: number },
): void {
  if (asked >= have) return;
  const message = `The index file is as of ${formatSnapshotDate(have)} and gives no upload times: the date could not be applied to it.`;
  report({ kind: "note", level: "warning", code: "index-file-undated", message });
}

const AT_ONCE = 20;

async function locate(
  session: Session,
  { resolution, live }: { readonly resolution: Resolution; readonly live: PackageIndex },
): Promise<Resolution> {
  const missing: string[] = [];
  const pins = await mapBounded(resolution.pins, AT_ONCE, async (pin) => {
    const sought = pin.file;
    if (sought?.url.startsWith("index-file:") !== true) return pin;
    const file = await findFile(session, { pin, sought, live });
    if (file === undefined) missing.push(sought.filename);
    return file === undefined ? pin : { ...pin, file };
  });
  if (missing.length > 0) noteMissing(session, missing.toSorted());
  return { ...resolution, pins };
}

/** The live index's record of a pin's file. */
async function findFile(
  session: Session,
  {
    pin,
    sought: { filename, kind },
    live,
  }: { readonly pin: ResolvedPin; readonly sought: FileRecord; readonly live: PackageIndex },
): Promise<FileRecord | undefined> {
  if (session.options.offline === true || session.options.noIndex === true) return undefined;
  const record = await live.project(pin.name);
  if (record === undefined) return undefined;
  const wanted =
    kind === "wheel"
      ? (file: FileRecord): boolean => file.filename === filename
      : (file: FileRecord): boolean => file.kind === "sdist";
  for (const [i, version] of record.versions.entries()) {
    if (kind === "sdist" && version !== pin.version) continue;
    const found = record.files(i).find((file) => wanted(file) && file.sha256 !== undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

function noteMissing({ report }: Session, files: readonly string[]): void {
  const shown = files.slice(0, 5).join(", ");
  const more = files.length > 5 ? ` and ${files.length - 5} more` : "";
  report({
    kind: "note",
    level: "warning",
    code: "lock-hashes-missing",
    message: `The address and hash of ${files.length} files are not known: ${shown}${more}. The lock says so, and cannot be installed from.`,
    facts: { files },
  });
}
