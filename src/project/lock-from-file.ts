import { mapBounded } from "../base/index.ts";
import type { FileIndex, FileRecord, IndexFiles, PackageIndex } from "../index/index.ts";
import type { Resolution, ResolvedPin } from "../resolve/index.ts";
import { FactSources } from "./fact-sources.ts";
import type { OpenFileLock } from "./file-lock.ts";
import type { Session } from "./session.ts";
import { formatSnapshotDate } from "./snapshot-date.ts";

const AT_ONCE = 20;

interface LockFromFileInput {
  readonly files: IndexFiles;
  readonly path: string;
  readonly live: PackageIndex;
  readonly withLive: boolean;
  readonly date: number;
  /** What the oldest layer is as of. */
  readonly base: number;
  /** What the newest is as of. */
  readonly have: number;
}

/** An index file that is resolved from. */
export class LockFromFile implements OpenFileLock {
  private readonly session: Session;
  private readonly input: LockFromFileInput;
  private readonly file: FileIndex;
  private readonly index: PackageIndex;
  private readonly sources: FactSources;

  constructor(session: Session, input: LockFromFileInput) {
    const { files, path, date, live, withLive, have } = input;
    noteOlder(session, { asked: date, have });
    this.session = session;
    this.input = input;
    this.file = files.openFileIndex(path, { date });
    this.index = withLive ? files.overLive(this.file, live) : this.file;
    this.sources = new FactSources(this.file);
  }

  project(name: Parameters<PackageIndex["project"]>[0]): ReturnType<PackageIndex["project"]> {
    return this.index.project(name);
  }

  metadata(...asked: Parameters<PackageIndex["metadata"]>): ReturnType<PackageIndex["metadata"]> {
    return this.index.metadata(...asked);
  }

  sdistMetadata(
    ...asked: Parameters<NonNullable<PackageIndex["sdistMetadata"]>>
  ): ReturnType<NonNullable<PackageIndex["sdistMetadata"]>> {
    return this.index.sdistMetadata?.(...asked) ?? { failure: "it is not known what it needs" };
  }

  prefetch(name: Parameters<PackageIndex["prefetch"]>[0]): void {
    this.index.prefetch(name);
  }

  close(): void {
    this.index.close();
  }

  async locate(resolution: Resolution): Promise<Resolution> {
    this.noteUndated();
    const missing: string[] = [];
    const pins = await mapBounded(resolution.pins, AT_ONCE, async (pin) => {
      const sought = pin.file;
      if (sought?.url.startsWith("index-file:") !== true) return pin;
      const file = this.ownAddress(pin, sought) ?? (await this.liveAddress(pin, sought));
      if (file === undefined) missing.push(sought.filename);
      return file === undefined ? pin : { ...pin, file };
    });
    if (missing.length > 0) noteMissing(this.session, missing.toSorted());
    for (const [i, pin] of pins.entries()) {
      this.sources.tell(this.session.report, { pin, sought: resolution.pins[i]?.file });
    }
    return { ...resolution, pins };
  }

  /** For some of what was asked, the file does not say when it was uploaded. */
  private noteUndated(): void {
    const { date, base } = this.input;
    const { size } = this.file.undated;
    if (size === 0) return;
    const [first] = this.file.undated;
    const more = size > 1 ? ` and ${size - 1} more projects` : "";
    const message = `The index file is as of ${formatSnapshotDate(base)} and does not say when files of ${first}${more} were uploaded: they are taken as there on ${formatSnapshotDate(date)}.`;
    this.session.report({ kind: "note", level: "warning", code: "index-file-undated", message });
  }

  private ownAddress(pin: ResolvedPin, { kind, filename }: FileRecord): FileRecord | undefined {
    const found = this.file.address(pin.name, { kind, filename, version: pin.version });
    if (found === undefined) return undefined;
    this.sources.address(pin.name, found.source);
    const { url, sha256, size } = found;
    return {
      filename: found.filename,
      kind,
      url,
      sha256,
      ...(size === undefined ? {} : { size }),
      yanked: pin.file?.yanked ?? false,
    };
  }

  /** The live index's record of a pin's file. */
  private async liveAddress(
    pin: ResolvedPin,
    { filename, kind }: FileRecord,
  ): Promise<FileRecord | undefined> {
    const { offline, noIndex } = this.session.options;
    if (offline === true || noIndex === true) return undefined;
    const record = await this.input.live.project(pin.name);
    if (record === undefined) return undefined;
    this.sources.address(pin.name, record.source);
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

/** What was uploaded since the file was made is not in it. */
function noteOlder(
  { report }: Session,
  { asked, have }: { readonly asked: number; readonly have: number },
): void {
  if (asked <= have + 1000) return;
  const message = `The index file is as of ${formatSnapshotDate(have)}: what was uploaded between then and ${formatSnapshotDate(asked)} is not in it (mach-nix index update).`;
  report({ kind: "note", level: "warning", code: "index-file-older", message });
}
