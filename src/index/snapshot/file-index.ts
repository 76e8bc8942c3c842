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
import type { IndexFacts } from "./file-format.ts";
import { IndexFile } from "./index-file.ts";
import { FileProject } from "./file-project.ts";
import type { FailedRelease } from "./project-data.ts";
import { readFailures } from "./read-failures.ts";
import { sdistReleaseMetadata } from "./sdist-requires.ts";
import { isKeyOf } from "./table-key.ts";

/** An index out of one file. */
export interface FileIndex extends PackageIndex {
  readonly facts: IndexFacts;
  /** What was read of the file so far, in bytes. */
  readonly bytesRead: number;
  project(name: PackageName): ProjectRecord | undefined;
  /** The metadata of a version's source distribution under a Python, its release as numbers. */
  sdistMetadata(
    name: PackageName,
    release: { readonly version: string; readonly python: readonly number[] },
  ): ReleaseMetadata | MetadataFailure;
}

/**
 * Opens an index file; nothing but its header and what it says of itself is read before a project is
 * asked for. Throws UserError `index-file-missing`, `index-file-foreign`, `index-file-newer`,
 * `index-file-damaged`; the last at any later call too.
 */
export function openFileIndex(path: string): FileIndex {
  return new ReleasesOfFile(IndexFile.open(path));
}

class ReleasesOfFile implements FileIndex {
  readonly facts: IndexFacts;
  private readonly file: IndexFile;
  private readonly projects = new Map<PackageName, FileProject | undefined>();

  constructor(file: IndexFile) {
    this.file = file;
    this.facts = file.facts;
  }

  get bytesRead(): number {
    return this.file.bytesRead;
  }

  project(name: PackageName): FileProject | undefined {
    if (this.projects.has(name)) return this.projects.get(name);
    const payloads = this.payloads("projects", name);
    const found =
      payloads.length === 0
        ? undefined
        : this.file.decode(`the record of ${name}`, () => this.open(name, payloads));
    this.projects.set(name, found);
    return found;
  }

  metadata(name: PackageName, file: FileRecord): ReleaseMetadata | MetadataFailure {
    const found = this.project(name)?.wheelMetadata(file);
    return found ?? { failure: `${file.filename} is not in the index file` };
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
      ? { failure: this.whyNone(name, { version, python }) }
      : sdistReleaseMetadata(metadata);
  }

  prefetch(): void {
    return undefined;
  }

  close(): void {
    this.file.close();
  }

  private open(name: PackageName, payloads: readonly Buffer[]): FileProject {
    const source = this.file.path;
    const { file } = this;
    return new FileProject(name, {
      payloads,
      source,
      decode: (decoder) => file.decode(`the record of ${name}`, decoder),
    });
  }

  private payloads(table: string, name: PackageName): readonly Buffer[] {
    const found: Buffer[] = [];
    const entries = this.file.table(table)?.range(name, (key) => isKeyOf(key, name));
    for (const [, payload] of entries ?? []) found.push(payload);
    return found;
  }

  /** What is known of a source distribution that gave no metadata under a Python. */
  private whyNone(
    name: PackageName,
    { version, python }: { readonly version: string; readonly python: readonly number[] },
  ): string {
    const text = python.slice(0, 2).join(".");
    const own = python.slice(0, 2).join("");
    const failed = this.payloads("failures", name)
      .flatMap((payload) => this.failures(name, payload))
      .find((release) => release.version === version);
    const reason = failed?.pythons.find(([key]) => key === own)?.[1];
    const none = `its setup.py gave no metadata under Python ${text}`;
    return reason === undefined ? none : `${none}: ${lastLine(reason)}`;
  }

  private failures(name: PackageName, payload: Buffer): readonly FailedRelease[] {
    const part = `the failures of ${name}`;
    return this.file.decode(part, () => readFailures(new ByteReader(payload)));
  }
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1)?.slice(0, 300) ?? "";
}
