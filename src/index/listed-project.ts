import type { PackageName } from "../base/index.ts";
import { comparePep440 } from "../version/index.ts";
import type { Release } from "./release-files.ts";
import type { FileRecord, ProjectRecord } from "./types.ts";

/** A project as a folder or a page of links lists it. */
export interface ListedProjectInput {
  readonly name: PackageName;
  readonly source: string;
  /** Newest first. */
  readonly releases: readonly Release[];
}

/** A project whose files are all in memory. A date is not applied to it. */
export function listedProject({ name, source, releases }: ListedProjectInput): ProjectRecord {
  return {
    name,
    source,
    versions: releases.map(({ version }) => version),
    files: (i) => releases[i]?.files ?? [],
    dated: releases.every(({ files }) => files.every(({ uploadTime }) => uploadTime !== undefined)),
  };
}

/**
 * Adds the files of find-links places to those of an index, as pip does. A file that both have is
 * the place's: it is nearer.
 */
export function mergeProjects(index: ProjectRecord, links: ProjectRecord): ProjectRecord {
  const rows = mergeRows(index.versions, links.versions);
  return {
    name: index.name,
    source: index.source,
    versions: rows.map(({ version }) => version),
    files(i) {
      const row = rows[i];
      const near = row?.links === undefined ? [] : links.files(row.links);
      const far = row?.index === undefined ? [] : index.files(row.index);
      return mergeFiles(near, far);
    },
    later: () => index.later?.() ?? [],
    dated: index.dated && links.dated,
    ...(index.tracks === undefined ? {} : { tracks: index.tracks }),
  };
}

interface Row {
  readonly version: string;
  readonly index?: number;
  readonly links?: number;
}

function mergeRows(index: readonly string[], links: readonly string[]): Row[] {
  const rows: Row[] = [];
  let i = 0;
  let k = 0;
  while (i < index.length || k < links.length) {
    const a = index[i];
    const b = links[k];
    const order = a === undefined ? -1 : b === undefined ? 1 : comparePep440(a, b);
    const version = (order >= 0 ? a : b) as string;
    if (order === 0) rows.push({ version, index: i++, links: k++ });
    else if (order > 0) rows.push({ version, index: i++ });
    else rows.push({ version, links: k++ });
  }
  return rows;
}

function mergeFiles(near: readonly FileRecord[], far: readonly FileRecord[]): FileRecord[] {
  const names = new Set(near.map(({ filename }) => filename));
  return [...near, ...far.filter(({ filename }) => !names.has(filename))];
}
