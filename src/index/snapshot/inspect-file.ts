import { existsSync } from "node:fs";
import type { PackageName } from "../../base/index.ts";
import { ByteReader } from "./byte-reader.ts";
import type { IndexFacts } from "./file-format.ts";
import { IndexFile } from "./index-file.ts";
import { companionPath, type LayerRow, Layers } from "./layers.ts";
import type { FailedRelease, ProjectData, SdistFacts, SdistRelease } from "./project-data.ts";
import { ProjectPayload } from "./project-payload.ts";
import { readFailures } from "./read-failures.ts";
import { keyName, spelledName } from "./table-key.ts";

/** What a file says of itself, its length, and how much of it was read to know that. */
export interface FileInfo {
  readonly facts: IndexFacts;
  readonly bytes: number;
  readonly bytesRead: number;
}

/** An index: its file, and the deltas on top of it, the oldest first. */
export interface IndexInfo extends FileInfo {
  readonly deltas: readonly (FileInfo & { readonly path: string })[];
  /** The digest of what all of it holds. */
  readonly contents: string;
  /** The digests of files with addresses and hashes beside it, or in its layers; absent without any. */
  readonly companion?: readonly string[];
  /** What the newest layer is as of, milliseconds since 1970. */
  readonly date: number;
}

/** Reads what an index file says of itself, of whatever kind it is. Throws the errors of opening one. */
export function inspectFile(path: string): FileInfo {
  const file = IndexFile.open(path);
  try {
    return infoOf(file);
  } finally {
    file.close();
  }
}

/** Reads what an index file and its deltas say of themselves. Throws the errors of opening them. */
export function inspectIndex(path: string): IndexInfo {
  const layers = Layers.open(path);
  try {
    const [base, ...deltas] = layers.files.map((file) => ({ path: file.path, ...infoOf(file) }));
    const { path: _, ...own } = base as FileInfo & { readonly path: string };
    const companion = companionOf(layers);
    return {
      ...own,
      deltas,
      contents: layers.contents,
      ...(companion === undefined ? {} : { companion }),
      date: layers.newest.facts.date,
    };
  } finally {
    layers.close();
  }
}

function companionOf(layers: Layers): readonly string[] | undefined {
  const path = companionPath(layers.base.path);
  if (existsSync(path)) return [inspectFile(path).facts.contents];
  return layers.files.some((file) => file.table("files") !== undefined) ? [] : undefined;
}

function infoOf({ facts, size, bytesRead }: IndexFile): FileInfo {
  return { facts, bytes: size, bytesRead };
}

/** All that an index has of a project, one for each spelling of the name. */
export function showProject(path: string, name: PackageName): readonly ProjectData[] {
  const layers = Layers.open(path);
  try {
    return projectData(layers, name);
  } finally {
    layers.close();
  }
}

/** All that the newest layer which knows a project has of it, one for each spelling of the name. */
export function projectData(layers: Layers, name: PackageName): readonly ProjectData[] {
  const releases = layers.find("projects", name);
  if (releases.some(({ payload }) => isGone(payload))) return [];
  const failures = new Map(layers.find("failures", name).map((row) => [row.key, row]));
  const found = new Map<string, ProjectData>();
  for (const row of releases) {
    found.set(row.key, decodeRow(layers, row.key, { own: row, failed: failures.get(row.key) }));
    failures.delete(row.key);
  }
  for (const [key, failed] of failures) {
    found.set(key, decodeRow(layers, key, { own: undefined, failed }));
  }
  return [...found.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Whether a payload says that there is no such project any more. */
export function isGone(payload: Buffer): boolean {
  return payload.length > 0 && payload[0] === 0;
}

/** Every project of an index, in the order of their keys. Throws `index-file-damaged`. */
export function* allProjects(layers: Layers): Generator<ProjectData> {
  const releases = layers.merged("projects");
  const failures = layers.merged("failures");
  let [release, failure] = [nextOf(releases), nextOf(failures)];
  let gone = "";
  while (release !== undefined || failure !== undefined) {
    const key = least(release?.key, failure?.key);
    const own = release?.key === key ? release : undefined;
    const failed = failure?.key === key ? failure : undefined;
    if (own !== undefined) release = nextOf(releases);
    if (failed !== undefined) failure = nextOf(failures);
    if (own !== undefined && isGone(own.payload)) gone = keyName(key);
    if (keyName(key) !== gone) yield decodeRow(layers, key, { own, failed });
  }
}

function nextOf(rows: Generator<LayerRow>): LayerRow | undefined {
  const next = rows.next();
  return next.done === true ? undefined : next.value;
}

function least(a: string | undefined, b: string | undefined): string {
  if (a === undefined || b === undefined) return a ?? b ?? "";
  return a < b ? a : b;
}

interface Rows {
  readonly own: LayerRow | undefined;
  readonly failed: LayerRow | undefined;
}

/** Damage names the file that the row comes from. */
function decodeRow(layers: Layers, key: string, rows: Rows): ProjectData {
  const layer = (rows.own ?? rows.failed)?.layer ?? 0;
  const file = layers.files[layer] as IndexFile;
  return file.decode(`the record of ${key}`, () => dataOf(key, rows));
}

function dataOf(key: string, { own, failed }: Rows): ProjectData {
  const failures: readonly FailedRelease[] =
    failed === undefined ? [] : readFailures(new ByteReader(failed.payload));
  const name = spelledName(key);
  if (own === undefined) return { key, name, sdists: [], wheels: [], failures };
  const payload = new ProjectPayload(own.payload);
  const sdists: SdistRelease[] = [];
  const wheels: ProjectData["wheels"][number][] = [];
  for (let i = 0; i < payload.versions.length; i++) {
    const version = payload.versions.get(i);
    const facts = payload.facts(i);
    const files = payload.wheels(i).map((file, k) => withFacts(file, facts[k]));
    if (files.length > 0) wheels.push({ version, files });
    const pythons = payload.sdist(i);
    const known = facts[files.length];
    // One of which nothing is known is there for its failure only.
    if (pythons === undefined || (pythons.length === 0 && known === undefined)) continue;
    sdists.push(withFacts({ version, pythons }, known));
  }
  return { key, name, sdists, wheels, failures };
}

function withFacts<T extends object>(
  record: T,
  facts: SdistFacts | undefined,
): T & { readonly facts?: SdistFacts } {
  return facts === undefined ? record : { ...record, facts };
}
