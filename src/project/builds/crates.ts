import { dirname } from "node:path";
import { type BuildSource, buildsRust, findCrates, type VendoredCrate } from "../../build/index.ts";
import { type FetchArtifact, fetchArtifacts } from "../../fetch/index.ts";
import type { FileRecord } from "../../index/index.ts";
import type { LockedArtifact, LockedBuild } from "../../lock/index.ts";
import { openClient } from "../open-client.ts";
import { type CrateSources, lockCrates } from "./lock-crates.ts";
import type { Workshop } from "./workshop.ts";

/** Crates as artifacts of a lock, by file name. */
type LockedCrates = Readonly<Record<string, LockedArtifact>>;

export interface CratesOptions extends CrateSources {
  /** A source on this machine. */
  readonly open: (file: FileRecord) => Promise<BuildSource>;
}

/** A source distribution, and where the files of what it is built with are written down. */
export interface CratesJob {
  readonly file: FileRecord;
  readonly book: { readonly artifacts: Record<string, LockedArtifact> };
}

/** Finds out which crates source distributions are compiled from, each source once. */
export class Crates {
  private readonly options: CratesOptions;
  private readonly found = new Map<string, Promise<LockedCrates>>();

  constructor(options: CratesOptions) {
    this.options = options;
  }

  /**
   * A build with the crates that its source is compiled from, whose files are written into the job's book. Throws as
   * `findCrates` and `lockCrates` do.
   */
  async addTo(build: LockedBuild, { file, book }: CratesJob): Promise<LockedBuild> {
    if (!buildsRust(build.requires)) return build;
    const key = file.filename;
    let found = this.found.get(key);
    if (found === undefined) {
      found = this.find(file);
      this.found.set(key, found);
      found.catch(() => undefined);
    }
    const artifacts = await found;
    Object.assign(book.artifacts, artifacts);
    const crates = Object.keys(artifacts).sort();
    return crates.length === 0 ? build : { ...build, crates };
  }

  private async find(file: FileRecord): Promise<LockedCrates> {
    const crates = await findCrates(await this.options.open(file));
    return crates.length === 0 ? {} : lockCrates(crates, this.options);
  }
}

/** The crates of a build, whose files a book names, as files of this machine. Throws as `fetchCrates` does. */
export function cratesOf(
  { crates = [] }: LockedBuild,
  { artifacts }: CratesJob["book"],
  workshop: Workshop,
): Promise<readonly VendoredCrate[]> {
  const files = crates.map((key) => ({ filename: key, ...(artifacts[key] as LockedArtifact) }));
  return fetchCrates(files, workshop);
}

/** Locked crates as files of this machine. Throws the fetch stage's errors. */
export async function fetchCrates(
  crates: readonly FetchArtifact[],
  { session, settings, lockPath }: Pick<Workshop, "session" | "settings" | "lockPath">,
): Promise<readonly VendoredCrate[]> {
  if (crates.length === 0) return [];
  const client = openClient(session, settings);
  try {
    const paths = await fetchArtifacts(crates, {
      client,
      cacheDirectory: session.home.cache,
      base: dirname(lockPath),
      report: session.report,
    });
    return crates.map(({ filename, sha256 }) => ({ path: paths.get(filename) as string, sha256 }));
  } finally {
    client.close();
  }
}
