import { mkdirSync, openSync, closeSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { type PackageName, sha256 } from "../base/index.ts";
import { type KeptProject, keptFromBytes, openKept } from "./kept-project.ts";
import { metadataKey, packMetadata } from "./metadata-records.ts";
import { HEAD_CHECKSUM_AT, packFetchedAt } from "./pack-format.ts";
import { type PackInput, packProject } from "./pack-project.ts";
import { appendRecord, replaceListing } from "./replace-listing.ts";
import type { FileRecord, MetadataFailure, ReleaseMetadata } from "./types.ts";

/** The layout's version: another one is another folder. */
const LAYOUT = "2";

/** The answers of one index that are kept on disk, a file for each project (see pack-format.ts). */
export interface ProjectStore {
  open(name: PackageName): KeptProject | undefined;
  /** Replaces the listing, keeping the metadata known so far. Where that fails, it goes on without. */
  save(name: PackageName, input: PackInput): KeptProject;
  /** Notes that the answer is still the same (304). */
  touch(name: PackageName, kept: KeptProject, fetchedAt: number): void;
  saveMetadata(name: PackageName, kept: KeptProject, known: KnownMetadata): void;
  /** Forgets a project whose kept answer turned out to be damaged. */
  remove(name: PackageName): void;
}

export interface KnownMetadata {
  readonly file: FileRecord;
  readonly metadata: ReleaseMetadata | MetadataFailure;
}

/** The folder of one index, named by its URL, which must be without credentials. */
export function storeFolder(cacheDirectory: string, url: string): string {
  return join(cacheDirectory, "index", LAYOUT, sha256(url).slice(0, 20));
}

/**
 * Opens the store in `folder`, which need not exist. Several processes may use it at once, and be
 * killed at any moment. `onFailure` hears when something could not be kept.
 */
export function openProjectStore(folder: string, onFailure: (error: Error) => void): ProjectStore {
  const path = (name: PackageName): string => `${folder}/${name}.pkg`;
  function attempt(write: () => void): void {
    try {
      write();
    } catch (error) {
      onFailure(error as Error);
    }
  }
  return {
    open: (name) => openKept(path(name)),
    save(name, input) {
      const listing = packProject(input);
      let bytes = listing;
      attempt(() => {
        mkdirSync(folder, { recursive: true });
        bytes = replaceListing(path(name), listing);
      });
      return keptFromBytes(bytes) as KeptProject;
    },
    touch(name, kept, fetchedAt) {
      attempt(() => writeAt(path(name), { kept, fetchedAt }));
    },
    saveMetadata(name, kept, { file, metadata }) {
      const key = metadataKey(file);
      kept.add(key, metadata);
      attempt(() => appendRecord(path(name), packMetadata(key, metadata)));
    },
    remove(name) {
      attempt(() => rmSync(path(name), { force: true }));
    },
  };
}

/** Writes the fetch time in place, if the file there still has the listing that was asked about. */
function writeAt(
  path: string,
  { kept, fetchedAt }: { readonly kept: KeptProject; readonly fetchedAt: number },
): void {
  const file = openSync(path, "r+");
  try {
    const check = Buffer.alloc(4);
    readSync(file, check, 0, 4, HEAD_CHECKSUM_AT);
    if (check.readUInt32LE(0) !== kept.head.sum) return;
    writeSync(file, packFetchedAt(fetchedAt), 0, 20, 0);
  } finally {
    closeSync(file);
  }
}
