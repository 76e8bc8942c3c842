import type { BucketFiles, SdistMetadata } from "../index/index.ts";
import { brokenBucket } from "./broken-bucket.ts";
import type { DataFolder } from "./data-folder.ts";
import { Journal } from "./journal.ts";

/** What was found out of one release: metadata, or why there is none, by Python. */
export interface Extraction {
  readonly name: string;
  readonly version: string;
  readonly metadata: Readonly<Record<string, SdistMetadata>>;
  readonly failures: Readonly<Record<string, string>>;
}

interface Release {
  readonly version: string;
  readonly metadata: Map<string, SdistMetadata>;
  readonly failures: Map<string, string>;
}

/** Releases by a key that is the same for all spellings of a version. */
type Project = Map<string, Release>;

/**
 * A bucket's source distributions, `sdist/XX.json` and `sdist-errors/XX.json`, with what a crawl that
 * was interrupted had found out.
 */
export class SdistBucket {
  private readonly projects = new Map<string, Project>();
  private readonly folder: DataFolder;
  private readonly files: BucketFiles;
  private readonly bucket: string;
  private readonly journal: Journal<Extraction>;
  private changed = false;

  /** Throws `crawl-data`. */
  constructor(bucket: string, { folder, files }: { folder: DataFolder; files: BucketFiles }) {
    this.bucket = bucket;
    this.folder = folder;
    this.files = files;
    this.journal = new Journal(`${folder.state}/sdists/${bucket}.ndjson`);
    this.read("sdist");
    this.read("sdist-errors");
    for (const extraction of this.journal.read()) this.apply(extraction);
  }

  /** Whether a release has metadata under a Python; a reason for failure counts where it is not to be tried again. */
  has(
    name: string,
    version: string,
    { python, retryFailed }: { readonly python: string; readonly retryFailed: boolean },
  ): boolean {
    const release = this.projects.get(name)?.get(this.files.versionKey(version));
    if (release?.metadata.has(python) === true) return true;
    return !retryFailed && release?.failures.has(python) === true;
  }

  /** Keeps an extraction, at once in the journal. */
  add(extraction: Extraction): void {
    this.journal.add(extraction);
    this.apply(extraction);
  }

  /** Takes out versions that are not among those listed, and what was found out under other Pythons. */
  prune(name: string, versions: readonly string[], pythons: readonly string[]): void {
    const listed = new Set(versions.map(this.files.versionKey));
    const wanted = new Set(pythons);
    const project = this.projects.get(name);
    for (const [key, { metadata, failures }] of project ?? []) {
      if (!listed.has(key)) this.changed = project?.delete(key) === true;
      for (const found of [metadata, failures]) {
        for (const python of found.keys()) {
          if (!wanted.has(python)) this.changed = found.delete(python);
        }
      }
    }
  }

  /** Gives how many files that changed. */
  write(): number {
    const texts = this.changed
      ? [this.text("sdist"), this.text("sdist-errors")].filter(({ path, text }) =>
          this.folder.write(path, text),
        )
      : [];
    this.journal.remove();
    return texts.length;
  }

  private apply({ name, version, metadata, failures }: Extraction): void {
    const release = this.release(name, version);
    for (const [python, found] of Object.entries(metadata)) {
      release.metadata.set(python, found);
      release.failures.delete(python);
    }
    for (const [python, reason] of Object.entries(failures)) release.failures.set(python, reason);
    this.changed = true;
  }

  private release(name: string, version: string): Release {
    const project: Project = this.projects.get(name) ?? new Map<string, Release>();
    this.projects.set(name, project);
    const key = this.files.versionKey(version);
    const known = project.get(key);
    if (known !== undefined) return known;
    const release = {
      version,
      metadata: new Map<string, SdistMetadata>(),
      failures: new Map<string, string>(),
    };
    project.set(key, release);
    return release;
  }

  private read(kind: "sdist" | "sdist-errors"): void {
    const path = this.folder.bucketPath(kind, this.bucket);
    const text = this.folder.read(path);
    if (text === undefined) return;
    const fault = (place: string, message: string): never => {
      throw brokenBucket(path, `${place} ${message}`);
    };
    try {
      for (const project of this.files.readBucket(text, { kind, fault })) {
        for (const { version, pythons } of project.kind === "wheel" ? [] : project.releases) {
          if (project.kind === "wheel") continue;
          const release = this.release(project.name, version);
          for (const [python, found] of pythons) {
            if (typeof found === "string") release.failures.set(python, found);
            else release.metadata.set(python, found as SdistMetadata);
          }
        }
      }
    } catch (error) {
      throw error instanceof SyntaxError ? brokenBucket(path, error.message) : error;
    }
  }

  private text(kind: "sdist" | "sdist-errors"): { readonly path: string; readonly text: string } {
    const path = this.folder.bucketPath(kind, this.bucket);
    const values = [...this.projects.keys()].toSorted().flatMap((name) => {
      const value = this.files.bucketValues(this.projectData(name)).get(kind);
      return value === undefined ? [] : [[name, value] as const];
    });
    return { path, text: this.files.bucketText(values) };
  }

  private projectData(name: string): Parameters<BucketFiles["bucketValues"]>[0] {
    const releases = [...(this.projects.get(name)?.values() ?? [])];
    return {
      key: "",
      name,
      wheels: [],
      sdists: this.sorted(releases, ({ metadata }) => metadata),
      failures: this.sorted(releases, ({ failures }) => failures),
    };
  }

  private sorted<T>(
    releases: readonly Release[],
    part: (release: Release) => ReadonlyMap<string, T>,
  ): readonly { readonly version: string; readonly pythons: readonly (readonly [string, T])[] }[] {
    const byVersion = new Map(releases.map((release) => [release.version, part(release)]));
    return this.files.sortVersions([...byVersion.keys()]).versions.flatMap((version) => {
      const found = [...(byVersion.get(version) ?? [])];
      if (found.length === 0) return [];
      return [{ version, pythons: found.sort(([a], [b]) => this.files.byPython(a, b)) }];
    });
  }
}
