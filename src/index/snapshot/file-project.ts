import { normalizeName, type PackageName } from "../../base/index.ts";
import type { FileRecord, LaterRelease, ProjectRecord, ReleaseMetadata } from "../types.ts";
import type { LayerRow } from "./layers.ts";
import { ProjectPayload } from "./project-payload.ts";
import type { SdistFacts, SdistRelease, WheelFile, WheelMetadata } from "./project-data.ts";
import { sortVersions } from "./sort-versions.ts";

/** Where a version stands in one payload. */
interface Row {
  readonly payload: ProjectPayload;
  readonly i: number;
  /** Whether it is of the layer that counts; of another, only what was uploaded until the date is. */
  readonly isOwn: boolean;
}

export interface FileProjectInput {
  /** What the layer that counts says, one for each spelling of the name. */
  readonly own: readonly LayerRow[];
  /** What layers from after the date say, the oldest first. */
  readonly later: readonly LayerRow[];
  /** Milliseconds since 1970, or infinity. */
  readonly date: number;
  /** Whether the layer that counts is itself from after the date. */
  readonly isOld: boolean;
  readonly source: string;
  readonly decode: <T>(decoder: () => T) => T;
}

/** A project of an index file, decoded as far as it is looked at. */
export class FileProject implements ProjectRecord {
  readonly name: PackageName;
  readonly source: string;
  readonly versions: readonly string[];
  readonly dated: boolean;
  /** Whether the date leaves files out. */
  private readonly isFiltered: boolean;
  private readonly input: FileProjectInput;
  private readonly rows: readonly (readonly Row[])[];
  private readonly known: (readonly FileRecord[] | undefined)[] = [];
  private readonly wheels = new WeakMap<FileRecord, WheelMetadata>();
  private readonly after: LaterRelease[] = [];
  private byVersion: Map<string, number> | undefined;

  constructor(name: PackageName, input: FileProjectInput) {
    this.name = name;
    this.source = input.source;
    this.input = input;
    const { own, later, isOld } = input;
    const listed = [
      ...own.map((row) => rowsOf(row, true)),
      ...later.map((row) => rowsOf(row, false)),
    ];
    const [first] = listed;
    const all = first !== undefined && listed.length === 1 ? first : merge(listed);
    this.isFiltered = isOld || later.length > 0;
    const there = this.isFiltered ? this.until(all) : { ...all, dated: true };
    this.dated = there.dated;
    this.versions = there.versions;
    this.rows = there.rows;
  }

  files(i: number): readonly FileRecord[] {
    return (this.known[i] ??= this.input.decode(() => this.filesOf(i)));
  }

  hasSdist(i: number): boolean {
    if (this.isFiltered) return this.files(i).some(({ kind }) => kind === "sdist");
    return (this.rows[i] ?? []).some((row) => row.payload.hasSdist(row.i));
  }

  later(): readonly LaterRelease[] {
    return this.after;
  }

  /** The metadata by Python of a version's source distribution; undefined where it has none. */
  sdistPythons(version: string): SdistRelease["pythons"] | undefined {
    this.byVersion ??= new Map(this.versions.map((text, i) => [text, i]));
    let found: SdistRelease["pythons"] | undefined;
    for (const { payload, i } of this.rows[this.byVersion.get(version) ?? -1] ?? []) {
      const own = this.input.decode(() => payload.sdist(i));
      if (own !== undefined && (found === undefined || found.length === 0)) found = own;
    }
    return found;
  }

  /** The metadata of a wheel that `files` gave; undefined where it is not known. */
  wheelMetadata(file: FileRecord): ReleaseMetadata | undefined {
    const metadata = this.wheels.get(file);
    if (metadata === undefined) return undefined;
    const { requiresPython } = metadata;
    return {
      requiresDist: metadata.requiresDist ?? [],
      ...(requiresPython === undefined ? {} : { requiresPython }),
      extras: (metadata.providesExtras ?? []).map(normalizeName),
    };
  }

  /** Leaves out what was uploaded after the date. */
  private until({ versions, rows }: Listed): Listed & { readonly dated: boolean } {
    const kept: number[] = [];
    let dated = true;
    for (const [i, own] of rows.entries()) {
      const files = this.listFiles(versions[i] as string, own);
      const there = files.filter((file) => this.isThere(file));
      dated &&= !this.input.isOld || there.every(({ record }) => record.uploadTime !== undefined);
      if (there.length > 0) kept.push(i);
      else this.noteLater(versions[i] as string, files);
    }
    return {
      versions: kept.map((i) => versions[i] as string),
      rows: kept.map((i) => rows[i] as readonly Row[]),
      dated,
    };
  }

  private noteLater(version: string, files: readonly Listing[]): void {
    const times = files.flatMap(({ record }) => record.uploadTime ?? []);
    if (times.length > 0) this.after.push({ version, uploadTime: Math.min(...times) });
  }

  /** Whether a file existed at the date; where no time is known, the layer that counts is believed. */
  private isThere({ record, isOwn }: Listing): boolean {
    return record.uploadTime === undefined ? isOwn : record.uploadTime <= this.input.date;
  }

  private filesOf(i: number): readonly FileRecord[] {
    const listed = this.listFiles(this.versions[i] as string, this.rows[i] ?? []);
    const there = listed.filter((file) => this.isThere(file));
    for (const { record, metadata } of there) {
      if (metadata !== undefined) this.wheels.set(record, metadata);
    }
    return there.map(({ record }) => record);
  }

  private listFiles(version: string, rows: readonly Row[]): readonly Listing[] {
    const files = new Map<string, Listing>();
    let sdist: Listing | undefined;
    for (const { payload, i, isOwn } of rows) {
      const facts = payload.facts(i);
      const wheels = payload.wheels(i);
      for (const [k, wheel] of wheels.entries()) {
        const listing = this.wheel(wheel, { facts: facts[k], isOwn });
        files.set(wheel.filename, joined(files.get(wheel.filename), listing));
      }
      if (!payload.hasSdist(i)) continue;
      sdist = joined(sdist, this.sdist(version, { facts: facts[wheels.length], isOwn }));
    }
    return sdist === undefined ? [...files.values()] : [...files.values(), sdist];
  }

  private wheel({ filename, metadata }: WheelFile, { facts, isOwn }: Origin): Listing {
    const { requiresPython } = metadata;
    const record: FileRecord = {
      filename,
      kind: "wheel",
      url: this.place(filename),
      ...(requiresPython === undefined ? {} : { requiresPython }),
      ...recordFacts(facts),
    };
    return { record, isOwn, metadata: facts?.isUnread === true ? undefined : metadata };
  }

  /** pypi-deps-db does not say what the file is called. */
  private sdist(version: string, { facts, isOwn }: Origin): Listing {
    const filename = facts?.filename ?? `${this.name}-${version}.tar.gz`;
    const requiresPython = facts?.requiresPython;
    const record: FileRecord = {
      filename,
      kind: "sdist",
      url: this.place(filename),
      ...(requiresPython === undefined ? {} : { requiresPython }),
      ...recordFacts(facts),
    };
    return { record, isOwn, metadata: undefined };
  }

  /** No address: where files are is in the companion file or on the live index. */
  private place(filename: string): string {
    return `index-file:${this.name}/${encodeURIComponent(filename)}`;
  }
}

interface Origin {
  readonly facts: SdistFacts | undefined;
  readonly isOwn: boolean;
}

/** A file as the layers list it. */
interface Listing {
  readonly record: FileRecord;
  /** Whether the layer that counts has it. */
  readonly isOwn: boolean;
  /** Of a wheel, where it is known. */
  readonly metadata: WheelMetadata | undefined;
}

/** Some files are listed under several tags, some by several layers: those add what was not known. */
function joined(before: Listing | undefined, next: Listing): Listing {
  if (before === undefined) return next;
  const { uploadTime } = next.record;
  const isNews = before.record.uploadTime === undefined && uploadTime !== undefined;
  return {
    record: isNews ? { ...before.record, uploadTime } : before.record,
    isOwn: before.isOwn || next.isOwn,
    metadata: before.metadata ?? next.metadata,
  };
}

function recordFacts(
  facts: SdistFacts | undefined,
): Pick<FileRecord, "yanked"> & { readonly uploadTime?: number } {
  return {
    yanked: facts?.yanked ?? false,
    ...(facts?.uploadTime === undefined ? {} : { uploadTime: facts.uploadTime }),
  };
}

interface Listed {
  readonly versions: readonly string[];
  readonly rows: readonly (readonly Row[])[];
}

function rowsOf({ payload: bytes }: LayerRow, isOwn: boolean): Listed {
  const payload = new ProjectPayload(bytes);
  const versions = Array.from({ length: payload.known }, (_, i) => payload.versions.get(i));
  return { versions, rows: versions.map((_, i) => [{ payload, i, isOwn }]) };
}

function merge(lists: readonly Listed[]): Listed {
  const byVersion = new Map<string, Row[]>();
  for (const { versions, rows } of lists) {
    for (const [i, version] of versions.entries()) {
      const before = byVersion.get(version) ?? [];
      byVersion.set(version, [...before, ...(rows[i] ?? [])]);
    }
  }
  const { versions } = sortVersions([...byVersion.keys()]);
  return { versions, rows: versions.map((version) => byVersion.get(version) ?? []) };
}
