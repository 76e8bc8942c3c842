import type { PackageName } from "../../base/index.ts";
import { ByteReader } from "./byte-reader.ts";
import type { IndexFacts } from "./file-format.ts";
import { IndexFile } from "./index-file.ts";
import type { FailedRelease, ProjectData } from "./project-data.ts";
import { ProjectPayload } from "./project-payload.ts";
import { readFailures } from "./read-failures.ts";
import { isKeyOf, spelledName } from "./table-key.ts";

/** What a file says of itself, its length, and how much of it was read to know that. */
export interface FileInfo {
  readonly facts: IndexFacts;
  readonly bytes: number;
  readonly bytesRead: number;
}

/** Reads what an index file says of itself. Throws the errors of opening one. */
export function inspectFile(path: string): FileInfo {
  const file = IndexFile.open(path);
  try {
    return { facts: file.facts, bytes: file.size, bytesRead: file.bytesRead };
  } finally {
    file.close();
  }
}

/** All that a file has of a project, one for each spelling of the name. */
export function showProject(path: string, name: PackageName): readonly ProjectData[] {
  const file = IndexFile.open(path);
  try {
    const spellings = new Map<string, ProjectData>();
    for (const data of projectsOf(file, { from: name, accepts: (key) => isKeyOf(key, name) })) {
      spellings.set(data.name, data);
    }
    return [...spellings.values()];
  } finally {
    file.close();
  }
}

interface Range {
  readonly from: string;
  readonly accepts: (key: string) => boolean;
}

/** Every project of a file, in the order of their keys. Throws `index-file-damaged`. */
export function* allProjects(file: IndexFile): Generator<ProjectData> {
  yield* projectsOf(file, { from: "", accepts: () => true });
}

/** The two tables are read side by side: a name may be in either. */
function* projectsOf(file: IndexFile, { from, accepts }: Range): Generator<ProjectData> {
  const releases = rows(file.table("projects")?.range(from, accepts));
  const failures = rows(file.table("failures")?.range(from, accepts));
  let [release, failure] = [releases.next().value, failures.next().value];
  while (release !== undefined || failure !== undefined) {
    const key = least(release?.[0], failure?.[0]);
    const own = release?.[0] === key ? release[1] : undefined;
    const failed = failure?.[0] === key ? failure[1] : undefined;
    yield file.decode(`the record of ${key}`, () => dataOf(key, { own, failed }));
    if (own !== undefined) release = releases.next().value;
    if (failed !== undefined) failure = failures.next().value;
  }
}

type Row = readonly [string, Buffer];

function* rows(entries: Generator<Row> | undefined): Generator<Row, undefined> {
  if (entries !== undefined) yield* entries;
  return undefined;
}

function least(a: string | undefined, b: string | undefined): string {
  if (a === undefined || b === undefined) return a ?? b ?? "";
  return a < b ? a : b;
}

function dataOf(
  key: string,
  { own, failed }: { readonly own: Buffer | undefined; readonly failed: Buffer | undefined },
): ProjectData {
  const failures: readonly FailedRelease[] =
    failed === undefined ? [] : readFailures(new ByteReader(failed));
  const name = spelledName(key);
  if (own === undefined) return { key, name, sdists: [], wheels: [], failures };
  const payload = new ProjectPayload(own);
  const sdists: ProjectData["sdists"][number][] = [];
  const wheels: ProjectData["wheels"][number][] = [];
  for (let i = 0; i < payload.versions.length; i++) {
    const version = payload.versions.get(i);
    const pythons = payload.sdist(i);
    if (pythons !== undefined) sdists.push({ version, pythons });
    const files = payload.wheels(i);
    if (files.length > 0) wheels.push({ version, files });
  }
  return { key, name, sdists, wheels, failures };
}
