import type { BucketFiles, ReleaseMetadata, WheelFile, WheelMetadata } from "../index/index.ts";
import { readTable, tableText } from "./json-table.ts";
import type { DataFolder } from "./data-folder.ts";
import { brokenBucket } from "./broken-bucket.ts";

/** Of each project: of each version: of each file, its tag and what its METADATA says. */
type Files = Map<string, Map<string, WheelFile>>;

/**
 * A bucket's wheels, `wheel/XX.json`, and why some could not be read, `wheel-errors/XX.json`:
 * `{name: {filename: reason}}`.
 */
export class WheelBucket {
  private readonly projects = new Map<string, Files>();
  private readonly failures: Map<string, Map<string, string>>;
  private readonly folder: DataFolder;
  private readonly files: BucketFiles;
  private readonly bucket: string;
  private changed = false;

  /** Throws `crawl-data`. */
  constructor(bucket: string, { folder, files }: { folder: DataFolder; files: BucketFiles }) {
    this.bucket = bucket;
    this.folder = folder;
    this.files = files;
    this.read();
    this.failures = readTable(folder, this.failuresPath());
  }

  has(name: string, filename: string): boolean {
    return this.find(name, filename) !== undefined;
  }

  hasFailed(name: string, filename: string): boolean {
    return this.failures.get(name)?.has(filename) === true;
  }

  add(
    name: string,
    version: string,
    wheel: Omit<WheelFile, "metadata"> & { metadata: ReleaseMetadata },
  ): void {
    const project = this.projects.get(name) ?? new Map<string, Map<string, WheelFile>>();
    this.projects.set(name, project);
    const own = [...project.keys()].find((text) => this.isSame(text, version)) ?? version;
    const files = project.get(own) ?? new Map<string, WheelFile>();
    project.set(own, files);
    const { filename, tag, metadata } = wheel;
    files.set(`${filename}\t${tag}`, { filename, tag, metadata: recordOf(metadata) });
    this.failures.get(name)?.delete(filename);
    this.changed = true;
  }

  fail(name: string, filename: string, reason: string): void {
    const own = this.failures.get(name) ?? new Map<string, string>();
    this.failures.set(name, own);
    own.set(filename, reason);
    this.changed = true;
  }

  /** Takes out files that are not among those listed. */
  prune(name: string, listed: ReadonlySet<string>): void {
    for (const [version, files] of this.projects.get(name) ?? []) {
      for (const [key, { filename }] of files) {
        if (listed.has(filename)) continue;
        files.delete(key);
        this.changed = true;
      }
      if (files.size === 0) this.projects.get(name)?.delete(version);
    }
    for (const filename of this.failures.get(name)?.keys() ?? []) {
      if (!listed.has(filename)) this.changed = this.failures.get(name)?.delete(filename) === true;
    }
  }

  /** Gives how many files that changed. */
  write(): number {
    if (!this.changed) return 0;
    const path = this.folder.bucketPath("wheel", this.bucket);
    const isOther = this.folder.write(path, this.files.bucketText(this.values()));
    const failures = this.folder.write(this.failuresPath(), tableText(this.failures, this.files));
    return Number(isOther) + Number(failures);
  }

  private find(name: string, filename: string): WheelFile | undefined {
    for (const files of this.projects.get(name)?.values() ?? []) {
      for (const wheel of files.values()) if (wheel.filename === filename) return wheel;
    }
    return undefined;
  }

  private isSame(a: string, b: string): boolean {
    return this.files.versionKey(a) === this.files.versionKey(b);
  }

  private failuresPath(): string {
    return this.folder.bucketPath("wheel-errors", this.bucket);
  }

  private read(): void {
    const path = this.folder.bucketPath("wheel", this.bucket);
    const text = this.folder.read(path);
    if (text === undefined) return;
    const fault = (place: string, message: string): never => {
      throw brokenBucket(path, `${place} ${message}`);
    };
    try {
      for (const project of this.files.readBucket(text, { kind: "wheel", fault })) {
        if (project.kind !== "wheel") continue;
        const versions = project.releases.map(
          ({ version, files }) =>
            [
              version,
              new Map(files.map((file) => [`${file.filename}\t${file.tag}`, file])),
            ] as const,
        );
        this.projects.set(project.name, new Map(versions));
      }
    } catch (error) {
      throw error instanceof SyntaxError ? brokenBucket(path, error.message) : error;
    }
  }

  private *values(): Generator<readonly [string, unknown]> {
    for (const name of [...this.projects.keys()].toSorted()) {
      const project = this.projects.get(name) as Files;
      const wheels = this.files.sortVersions([...project.keys()]).versions.map((version) => ({
        version,
        files: [...(project.get(version)?.values() ?? [])].toSorted(byName),
      }));
      const data = { key: "", name, sdists: [], wheels, failures: [] };
      const value = this.files.bucketValues(data).get("wheel");
      if (value !== undefined) yield [name, value];
    }
  }
}

function byName(a: WheelFile, b: WheelFile): number {
  if (a.filename !== b.filename) return a.filename < b.filename ? -1 : 1;
  return a.tag < b.tag ? -1 : 1;
}

function recordOf({ requiresDist, requiresPython, extras }: ReleaseMetadata): WheelMetadata {
  return {
    ...(requiresDist.length > 0 && { requiresDist }),
    ...(requiresPython !== undefined && { requiresPython }),
    ...(extras.length > 0 && { providesExtras: extras.toSorted() }),
  };
}
