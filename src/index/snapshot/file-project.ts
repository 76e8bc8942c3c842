import { normalizeName, type PackageName } from "../../base/index.ts";
import type { FileRecord, ProjectRecord, ReleaseMetadata } from "../types.ts";
import { ProjectPayload } from "./project-payload.ts";
import type { SdistRelease, WheelFile, WheelMetadata } from "./project-data.ts";
import { sortVersions } from "./sort-versions.ts";

/** Where a version stands in one payload. */
interface Row {
  readonly payload: ProjectPayload;
  readonly i: number;
}

/** A project of an index file, decoded as far as it is looked at. */
export class FileProject implements ProjectRecord {
  readonly name: PackageName;
  readonly source: string;
  readonly versions: readonly string[];
  /** The file says when it is as of, not when a file was uploaded. */
  readonly dated = false;
  private readonly rows: readonly (readonly Row[])[];
  private readonly decode: <T>(decoder: () => T) => T;
  private readonly known: (readonly FileRecord[] | undefined)[] = [];
  private readonly wheels = new WeakMap<FileRecord, WheelMetadata>();
  private byVersion: Map<string, number> | undefined;

  constructor(
    name: PackageName,
    {
      payloads,
      source,
      decode,
    }: {
      /** One for each spelling of the name. */
      readonly payloads: readonly Buffer[];
      readonly source: string;
      readonly decode: <T>(decoder: () => T) => T;
    },
  ) {
    this.name = name;
    this.source = source;
    this.decode = decode;
    const opened = payloads.map((payload) => new ProjectPayload(payload));
    const listed = opened.map(rowsOf);
    const [first] = listed;
    const { versions, rows } = first !== undefined && listed.length === 1 ? first : merge(listed);
    this.versions = versions;
    this.rows = rows;
  }

  files(i: number): readonly FileRecord[] {
    return (this.known[i] ??= this.decode(() => this.filesOf(i)));
  }

  /** The metadata by Python of a version's source distribution; undefined where it has none. */
  sdistPythons(version: string): SdistRelease["pythons"] | undefined {
    this.byVersion ??= new Map(this.versions.map((text, i) => [text, i]));
    for (const { payload, i } of this.rows[this.byVersion.get(version) ?? -1] ?? []) {
      const found = this.decode(() => payload.sdist(i));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The metadata of a wheel that `files` gave. */
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

  private filesOf(i: number): readonly FileRecord[] {
    const files = new Map<string, FileRecord>();
    let hasSdist = false;
    for (const row of this.rows[i] ?? []) {
      for (const wheel of row.payload.wheels(row.i)) this.addWheel(files, wheel);
      hasSdist ||= row.payload.hasSdist(row.i);
    }
    const version = this.versions[i] as string;
    return hasSdist ? [...files.values(), this.sdist(version)] : [...files.values()];
  }

  /** Some files are listed under several tags. */
  private addWheel(files: Map<string, FileRecord>, { filename, metadata }: WheelFile): void {
    if (files.has(filename)) return;
    const { requiresPython } = metadata;
    const file: FileRecord = {
      filename,
      kind: "wheel",
      url: this.place(filename),
      ...(requiresPython === undefined ? {} : { requiresPython }),
      yanked: false,
    };
    this.wheels.set(file, metadata);
    files.set(filename, file);
  }

  /** The data does not say what the file is called. */
  private sdist(version: string): FileRecord {
    const filename = `${this.name}-${version}.tar.gz`;
    return { filename, kind: "sdist", url: this.place(filename), yanked: false };
  }

  /** No address: where files are is in the companion file or on the live index. */
  private place(filename: string): string {
    return `index-file:${this.name}/${encodeURIComponent(filename)}`;
  }
}

interface Listed {
  readonly versions: readonly string[];
  readonly rows: readonly (readonly Row[])[];
}

function rowsOf(payload: ProjectPayload): Listed {
  const versions = Array.from({ length: payload.known }, (_, i) => payload.versions.get(i));
  return { versions, rows: versions.map((_, i) => [{ payload, i }]) };
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
