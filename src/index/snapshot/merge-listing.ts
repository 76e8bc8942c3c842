import { mapBounded } from "../../base/index.ts";
import { comparePep440, tryParsePep440 } from "../../version/index.ts";
import type { Release } from "../release-files.ts";
import type { FileRecord, ReleaseMetadata } from "../types.ts";
import { knownFacts } from "./encode-facts.ts";
import type { FileAddress } from "./file-addresses.ts";
import type {
  ProjectData,
  SdistFacts,
  SdistRelease,
  WheelFile,
  WheelMetadata,
  WheelRelease,
} from "./project-data.ts";
import { sortVersions } from "./sort-versions.ts";

/** A project as an index lists it now, with what was known of it before. */
export interface MergedListing {
  readonly sdists: readonly SdistRelease[];
  readonly wheels: readonly WheelRelease[];
  readonly addresses: readonly FileAddress[];
  /** How many wheels' metadata is still not known. */
  readonly unread: number;
}

/** A wheel's metadata, or undefined where it cannot be had now. */
export type ReadMetadata = (file: FileRecord) => Promise<ReleaseMetadata | undefined>;

const AT_ONCE = 8;

/**
 * What an index lists of a project, with the metadata that was known before; that of other wheels is
 * read, the newest releases first, once for wheels whose metadata files have the same hash.
 */
export async function mergeListing(
  releases: readonly Release[],
  { known, read }: { readonly known: readonly ProjectData[]; readonly read: ReadMetadata },
): Promise<MergedListing> {
  const before = new Known(known);
  const once = readOnce(read);
  const wheels = await mapBounded(releases, AT_ONCE, async ({ version, files }) => {
    const found: WheelFile[] = [];
    for (const file of files) {
      if (file.kind === "wheel") found.push(await wheelOf(file, { before, read: once }));
    }
    return { version: before.version(version), files: found };
  });
  const sdists = releases.flatMap(({ version, files }): SdistRelease[] => {
    const file = bestSdist(files);
    if (file === undefined) return [];
    return [before.sdist(before.version(version), file)];
  });
  return {
    sdists: sorted(sdists),
    wheels: sorted(wheels.filter(({ files }) => files.length > 0)),
    addresses: releases.flatMap(({ version, files }) =>
      addressesOf(before.version(version), files),
    ),
    unread: wheels.flatMap(({ files }) => files).filter(({ facts }) => facts?.isUnread === true)
      .length,
  };
}

/** What was known of a project, whatever the spelling. */
class Known {
  private readonly wheels = new Map<string, WheelFile>();
  private readonly sdists = new Map<string, SdistRelease>();
  private readonly versions: readonly string[];

  constructor(known: readonly ProjectData[]) {
    for (const { sdists, wheels } of known) {
      for (const release of sdists) this.sdists.set(release.version, release);
      for (const { files } of wheels)
        for (const file of files) this.wheels.set(file.filename, file);
    }
    const texts = known.flatMap(({ sdists, wheels }) =>
      [...sdists, ...wheels].map(({ version }) => version),
    );
    this.versions = [...new Set(texts)];
  }

  /** How a version was spelled before. */
  version(text: string): string {
    if (this.versions.includes(text)) return text;
    const parsed = tryParsePep440(text);
    const same = this.versions.find((own) => {
      const other = tryParsePep440(own);
      return parsed !== undefined && other !== undefined && comparePep440(parsed, other) === 0;
    });
    return same ?? text;
  }

  wheel(filename: string): WheelFile | undefined {
    const known = this.wheels.get(filename);
    return known?.facts?.isUnread === true ? undefined : known;
  }

  sdist(version: string, file: FileRecord): SdistRelease {
    const { filename, requiresPython } = file;
    const facts = knownFacts<SdistFacts>({
      ...factsOf(file),
      filename,
      ...(requiresPython === undefined ? {} : { requiresPython }),
    });
    const pythons = this.sdists.get(version)?.pythons ?? [];
    return { version, pythons, ...(facts === undefined ? {} : { facts }) };
  }
}

async function wheelOf(
  file: FileRecord,
  { before, read }: { readonly before: Known; readonly read: ReadMetadata },
): Promise<WheelFile> {
  const { filename } = file;
  const known = before.wheel(filename);
  const found = known === undefined ? await read(file) : undefined;
  const metadata = known?.metadata ?? (found === undefined ? listed(file) : wheelMetadata(found));
  const isUnread = known === undefined && found === undefined;
  const facts = knownFacts({ ...factsOf(file), ...(isUnread ? { isUnread } : {}) });
  const tag = known?.tag ?? filename.split("-").at(-3) ?? "any";
  return { filename, tag, metadata, ...(facts === undefined ? {} : { facts }) };
}

/** What the list of files says of the metadata (PEP 503, `data-requires-python`). */
function listed({ requiresPython }: FileRecord): WheelMetadata {
  return requiresPython === undefined ? {} : { requiresPython };
}

function factsOf({ uploadTime, yanked }: FileRecord): SdistFacts {
  return {
    ...(uploadTime === undefined ? {} : { uploadTime }),
    ...(yanked === false ? {} : { yanked }),
  };
}

function wheelMetadata({ requiresDist, requiresPython, extras }: ReleaseMetadata): WheelMetadata {
  return {
    ...(requiresDist.length === 0 ? {} : { requiresDist }),
    ...(requiresPython === undefined ? {} : { requiresPython }),
    ...(extras.length === 0 ? {} : { providesExtras: extras }),
  };
}

function readOnce(read: ReadMetadata): ReadMetadata {
  const known = new Map<string, ReturnType<ReadMetadata>>();
  return (file) => {
    if (typeof file.coreMetadata !== "string") return read(file);
    let metadata = known.get(file.coreMetadata);
    if (metadata === undefined) known.set(file.coreMetadata, (metadata = read(file)));
    return metadata;
  };
}

const SUFFIXES = [".tar.gz", ".tgz", ".zip", ".tar.bz2"];

/** The source distribution that others take too: `.tar.gz` where there is one. */
function bestSdist(files: readonly FileRecord[]): FileRecord | undefined {
  const sdists = files.filter(({ kind }) => kind === "sdist");
  for (const suffix of SUFFIXES) {
    const found = sdists.find(({ filename }) => filename.endsWith(suffix));
    if (found !== undefined) return found;
  }
  return sdists[0];
}

function addressesOf(version: string, files: readonly FileRecord[]): readonly FileAddress[] {
  const sdist = bestSdist(files);
  return files.flatMap((file): FileAddress[] => {
    const { filename, url, sha256, size, kind } = file;
    if (sha256 === undefined || (kind === "sdist" && file !== sdist)) return [];
    return [
      {
        filename,
        url,
        sha256,
        ...(kind === "sdist" ? { version } : {}),
        ...(size === undefined ? {} : { size }),
      },
    ];
  });
}

function sorted<T extends { readonly version: string }>(releases: readonly T[]): readonly T[] {
  const byVersion = new Map(releases.map((release) => [release.version, release]));
  return sortVersions([...byVersion.keys()]).versions.map((version) => byVersion.get(version) as T);
}
