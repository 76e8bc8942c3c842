import { normalizeName, type PackageName, type Sha256, sha256 } from "../../src/base/index.ts";
import type {
  FileRecord,
  MetadataFailure,
  PackageIndex,
  ProjectRecord,
  ReleaseMetadata,
} from "../../src/index/index.ts";
import { comparePep440 } from "../../src/version/index.ts";

/** A release as a test writes it down. */
export interface MemoryRelease {
  readonly requires?: readonly string[];
  readonly requiresPython?: string;
  /** Whether only the metadata says so, and not the index. */
  readonly pythonInMetadataOnly?: boolean;
  readonly extras?: Readonly<Record<string, readonly string[]>>;
  /** Compressed tags of its wheels; `["py3-none-any"]` if not given. */
  readonly wheels?: readonly string[];
  readonly sdist?: boolean;
  readonly yanked?: string | false;
  readonly failure?: string;
  /** What its sdist itself says, where that is something else than its wheels say. */
  readonly own?: { readonly requires?: readonly string[]; readonly failure?: string };
  /** A day: when its files were uploaded. */
  readonly uploaded?: string;
  /** A day: the release appeared then, after the date, and does not exist. */
  readonly later?: string;
}

/** Releases by version by name. */
export type MemoryReleases = Readonly<Record<string, Readonly<Record<string, MemoryRelease>>>>;

export interface MemoryOptions {
  /** Answers come as promises, after so many turns of the event loop. */
  readonly turns?: number;
  /** What source distributions need is known, too. */
  readonly sdists?: boolean;
}

/** An index over releases in memory; what it is asked is noted. */
export class MemoryIndex implements PackageIndex {
  readonly asked: string[] = [];
  private readonly projects = new Map<string, ProjectRecord>();
  private readonly metadataByFile = new Map<string, ReleaseMetadata | MetadataFailure>();
  private readonly turns: number;

  sdistMetadata?: NonNullable<PackageIndex["sdistMetadata"]>;

  constructor(releases: MemoryReleases, { turns = 0, sdists = false }: MemoryOptions = {}) {
    this.turns = turns;
    if (sdists) {
      this.sdistMetadata = (name, { version, wheel }) => {
        const { own, ...release } = releases[name]?.[version] ?? {};
        if (wheel !== undefined) return this.later(standingIn(metadataOf(release), wheel.filename));
        this.asked.push(`${name} ${version}`);
        const found = metadataOf({ ...release, ...own });
        return this.later("failure" in found ? { ...found, built: true } : found);
      };
    }
    for (const [spelled, versions] of Object.entries(releases))
      this.add(normalizeName(spelled), versions);
  }

  private add(name: PackageName, releases: Readonly<Record<string, MemoryRelease>>): void {
    const all = Object.keys(releases).toSorted((a, b) => comparePep440(b, a));
    const versions = all.filter((version) => releases[version]?.later === undefined);
    const later = all.flatMap((version) => {
      const day = releases[version]?.later;
      return day === undefined ? [] : [{ version, uploadTime: Date.parse(day) }];
    });
    const files = versions.map((version) => this.filesOf(name, version, releases[version] ?? {}));
    this.projects.set(name, {
      name,
      source: "memory:",
      versions,
      files: (i) => files[i] ?? [],
      later: () => later,
      dated: true,
    });
  }

  private filesOf(name: PackageName, version: string, release: MemoryRelease): FileRecord[] {
    const base = `${name.replaceAll("-", "_")}-${version}`;
    const wheels = (release.wheels ?? ["py3-none-any"]).map((tags) => `${base}-${tags}.whl`);
    const names = release.sdist === false ? wheels : [...wheels, `${base}.tar.gz`];
    return names.map((filename) => {
      this.metadataByFile.set(filename, metadataOf(release));
      const told = release.requiresPython !== undefined && release.pythonInMetadataOnly !== true;
      return {
        filename,
        kind: filename.endsWith(".whl") ? "wheel" : "sdist",
        url: `memory:${filename}`,
        sha256: fileHash(filename),
        ...(told ? { requiresPython: release.requiresPython } : {}),
        ...(release.uploaded === undefined ? {} : { uploadTime: Date.parse(release.uploaded) }),
        yanked: release.yanked ?? false,
      };
    });
  }

  project(name: PackageName): ProjectRecord | undefined | Promise<ProjectRecord | undefined> {
    this.asked.push(name);
    return this.later(this.projects.get(name));
  }

  metadata(
    name: PackageName,
    file: FileRecord,
  ): ReleaseMetadata | MetadataFailure | Promise<ReleaseMetadata | MetadataFailure> {
    this.asked.push(`${name}/${file.filename}`);
    return this.later(this.metadataByFile.get(file.filename) ?? { failure: "no such file" });
  }

  private later<T>(value: T): T | Promise<T> {
    return this.turns === 0 ? value : waitTurns(this.turns).then(() => value);
  }

  prefetch(): void {
    return undefined;
  }

  close(): void {
    return undefined;
  }
}

async function waitTurns(turns: number): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise<void>((done) => void setImmediate(done));
}

/** The digest that the index gives a file of this name. */
export function fileHash(filename: string): Sha256 {
  return sha256(filename);
}

function metadataOf(release: MemoryRelease): ReleaseMetadata | MetadataFailure {
  if (release.failure !== undefined) return { failure: release.failure };
  const extras = Object.entries(release.extras ?? {});
  return {
    requiresDist: [
      ...(release.requires ?? []),
      ...extras.flatMap(([extra, lines]) => lines.map((line) => withExtra(line, extra))),
    ],
    ...(release.requiresPython === undefined ? {} : { requiresPython: release.requiresPython }),
    extras: extras.map(([extra]) => normalizeName(extra)),
  };
}

function standingIn(
  metadata: ReleaseMetadata | MetadataFailure,
  standIn: string,
): ReleaseMetadata | MetadataFailure {
  return "failure" in metadata ? metadata : { ...metadata, standIn };
}

function withExtra(line: string, extra: string): string {
  const [head, marker] = line.split(";");
  return marker === undefined
    ? `${line} ; extra == "${extra}"`
    : `${head}; (${marker.trim()}) and extra == "${extra}"`;
}
