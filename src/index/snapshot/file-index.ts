import { existsSync } from "node:fs";
import type { PackageName } from "../../base/index.ts";
import type {
  FileRecord,
  MetadataFailure,
  PackageIndex,
  ProjectRecord,
  ReleaseMetadata,
} from "../types.ts";
import { ByteReader } from "./byte-reader.ts";
import { choosePython } from "./choose-python.ts";
import { type FileAddress, readAddresses } from "./file-addresses.ts";
import type { IndexFacts } from "./file-format.ts";
import { IndexFile } from "./index-file.ts";
import { FileProject } from "./file-project.ts";
import { isGone } from "./inspect-file.ts";
import { companionPath, type LayerRow, Layers } from "./layers.ts";
import type { FailedRelease } from "./project-data.ts";
import { readFailures } from "./read-failures.ts";
import { sdistReleaseMetadata } from "./sdist-requires.ts";
import { isKeyOf } from "./table-key.ts";

/** A release of which a file is sought. */
export interface SoughtFile {
  readonly kind: FileRecord["kind"];
  readonly filename: string;
  readonly version: string;
}

/** An address, and the file that says it. */
export interface FoundAddress extends FileAddress {
  readonly source: string;
}

/** An index out of one file and the deltas on top of it. */
export interface FileIndex extends PackageIndex {
  /** What the oldest layer says of itself. */
  readonly facts: IndexFacts;
  /** What was read of all its files so far, in bytes. */
  readonly bytesRead: number;
  /** Projects to some files of which the date could not be applied: no upload time is known. */
  readonly undated: ReadonlySet<PackageName>;
  project(name: PackageName): ProjectRecord | undefined;
  metadata(name: PackageName, file: FileRecord): ReleaseMetadata | MetadataFailure;
  /** The metadata of a version's source distribution under a Python, its release as numbers. */
  sdistMetadata(
    name: PackageName,
    release: { readonly version: string; readonly python: readonly number[] },
  ): ReleaseMetadata | MetadataFailure;
  /** Where a file is: by a layer, or by the file beside the index that holds addresses and hashes. */
  address(name: PackageName, sought: SoughtFile): FoundAddress | undefined;
}

/**
 * Opens an index file and its deltas, as of a date (milliseconds since 1970) where one is given;
 * nothing but headers and what the files say of themselves is read before a project is asked for.
 * Throws UserError `index-file-missing`, `index-file-foreign`, `index-file-newer`,
 * `index-file-layers`, `index-file-damaged`; the last at any later call too.
 */
export function openFileIndex(
  path: string,
  { date = Number.POSITIVE_INFINITY }: { readonly date?: number } = {},
): FileIndex {
  return new ReleasesOfFile(Layers.open(path), date);
}

class ReleasesOfFile implements FileIndex {
  readonly facts: IndexFacts;
  readonly undated = new Set<PackageName>();
  private readonly layers: Layers;
  private readonly date: number;
  /** How many layers existed at the date. */
  private readonly count: number;
  private readonly projects = new Map<PackageName, FileProject | undefined>();
  private companion: IndexFile | undefined;
  private hasCompanion: boolean | undefined;

  constructor(layers: Layers, date: number) {
    this.layers = layers;
    this.date = date;
    this.count = layers.until(date);
    this.facts = layers.base.facts;
  }

  get bytesRead(): number {
    return this.layers.bytesRead + (this.companion?.bytesRead ?? 0);
  }

  project(name: PackageName): FileProject | undefined {
    if (this.projects.has(name)) return this.projects.get(name);
    const found = this.open(name);
    if (found?.dated === false) this.undated.add(name);
    this.projects.set(name, found);
    return found;
  }

  metadata(name: PackageName, file: FileRecord): ReleaseMetadata | MetadataFailure {
    const found = this.project(name)?.wheelMetadata(file);
    return found ?? { failure: `the index file does not have the metadata of ${file.filename}` };
  }

  sdistMetadata(
    name: PackageName,
    { version, python }: { readonly version: string; readonly python: readonly number[] },
  ): ReleaseMetadata | MetadataFailure {
    const pythons = this.project(name)?.sdistPythons(version);
    if (pythons === undefined) return { failure: "it has no source distribution" };
    const has = pythons.map(([key]) => key);
    const key = choosePython(python, { has, tried: this.facts.pythons });
    const metadata = pythons.find(([own]) => own === key)?.[1];
    return metadata === undefined
      ? { failure: this.whyNone(name, { version, python, isTried: has.length > 0 }) }
      : sdistReleaseMetadata(metadata);
  }

  address(name: PackageName, { kind, filename, version }: SoughtFile): FoundAddress | undefined {
    const isSought =
      kind === "wheel"
        ? (file: FileAddress): boolean => file.filename === filename
        : (file: FileAddress): boolean => file.version === version;
    for (const [file, payload] of this.addresses(name)) {
      const part = `the addresses of ${name}`;
      const found = file.decode(part, () => readAddresses(payload).find(isSought));
      if (found !== undefined) return { ...found, source: file.path };
    }
    return undefined;
  }

  prefetch(): void {
    return undefined;
  }

  close(): void {
    this.layers.close();
    this.companion?.close();
  }

  /** What says where files of a project are, the newest first. */
  private *addresses(name: PackageName): Generator<readonly [IndexFile, Buffer]> {
    for (let layer = this.layers.files.length - 1; layer >= 0; layer--) {
      for (const row of this.layers.own("files", name, layer))
        yield [this.fileOf(row), row.payload];
    }
    const companion = this.openCompanion();
    const entries = companion?.table("files")?.range(name, (key) => isKeyOf(key, name)) ?? [];
    for (const [, payload] of entries) yield [companion as IndexFile, payload];
  }

  private openCompanion(): IndexFile | undefined {
    const path = companionPath(this.layers.base.path);
    this.hasCompanion ??= existsSync(path);
    if (this.hasCompanion) this.companion ??= IndexFile.open(path);
    return this.companion;
  }

  private open(name: PackageName): FileProject | undefined {
    const own = this.layers.find("projects", name, this.count).filter(isThere);
    const later: LayerRow[] = [];
    for (let layer = this.count; layer < this.layers.files.length; layer++) {
      later.push(...this.layers.own("projects", name, layer).filter(isThere));
    }
    const source = this.sourceOf(own[0] ?? later[0]);
    if (source === undefined) return undefined;
    const { date } = this;
    const decode = <T>(decoder: () => T): T => source.decode(`the record of ${name}`, decoder);
    const options = { date, source: source.path, decode, isOld: source.facts.date > date };
    const project = decode(() => new FileProject(name, { own, later, ...options }));
    return project.versions.length === 0 && own.length === 0 ? undefined : project;
  }

  private sourceOf(row: LayerRow | undefined): IndexFile | undefined {
    return row === undefined ? undefined : this.fileOf(row);
  }

  private fileOf({ layer }: LayerRow): IndexFile {
    return this.layers.files[layer] as IndexFile;
  }

  /** What is known of a source distribution that gave no metadata under a Python. */
  private whyNone(
    name: PackageName,
    {
      version,
      python,
      isTried,
    }: { readonly version: string; readonly python: readonly number[]; readonly isTried: boolean },
  ): string {
    const text = python.slice(0, 2).join(".");
    const own = python.slice(0, 2).join("");
    const failed = this.layers
      .find("failures", name)
      .flatMap((row) => this.failures(name, row))
      .find((release) => release.version === version);
    const reason = failed?.pythons.find(([key]) => key === own)?.[1];
    if (reason === undefined && !isTried) return "the index file does not know what it needs";
    const none = `its setup.py gave no metadata under Python ${text}`;
    return reason === undefined ? none : `${none}: ${lastLine(reason)}`;
  }

  private failures(name: PackageName, row: LayerRow): readonly FailedRelease[] {
    const part = `the failures of ${name}`;
    return this.fileOf(row).decode(part, () => readFailures(new ByteReader(row.payload)));
  }
}

function isThere({ payload }: LayerRow): boolean {
  return !isGone(payload);
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1)?.slice(0, 300) ?? "";
}
