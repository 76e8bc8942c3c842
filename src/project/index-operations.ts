import { resolve } from "node:path";
import { normalizeName } from "../base/index.ts";
import type {
  CompactedIndex,
  ExportedIndex,
  FileInfo,
  FileVerification,
  ImportResult,
  IndexFiles,
  IndexInfo,
  ProjectChange,
  ProjectData,
} from "../index/index.ts";
import { projectError } from "./errors.ts";
import { indexFileOf, rememberIndex } from "./index-in-use.ts";
import type { Session } from "./session.ts";
import { parseSnapshotDate } from "./snapshot-date.ts";

async function stage(): Promise<IndexFiles> {
  const { indexFiles } = await import("../index/index.ts");
  return indexFiles();
}

export interface ImportRequest {
  /** A checkout or an archive of pypi-deps-db. */
  readonly source: string;
  /** More of them, such as an archive of the failures alone. */
  readonly more?: readonly string[];
  readonly output: string;
  readonly date?: string;
}

/** Makes an index file of pypi-deps-db data. Throws `index-import-source`, `project-date`. */
export async function importIndexFile(
  session: Session,
  { source, more = [], output, date }: ImportRequest,
): Promise<ImportResult> {
  const { importIndex } = await stage();
  const path = resolve(session.cwd, source);
  return importIndex({
    source: path,
    more: more.map((place) => resolve(session.cwd, place)),
    output: resolve(session.cwd, output),
    sourceName: "pypi-deps-db",
    date: date === undefined ? undefined : parseSnapshotDate(date),
    report: session.report,
  });
}

/** What an index file and what stands beside it say of themselves. Throws the errors of opening them. */
export async function indexInfo(
  session: Session,
  file?: string,
): Promise<(FileInfo | IndexInfo) & { readonly path: string }> {
  const { inspectFile, inspectIndex } = await stage();
  const path = indexPath(session, file);
  const own = inspectFile(path);
  return { path, ...(own.facts.kind === "releases" ? inspectIndex(path) : own) };
}

/** Makes one file of an index file and its deltas; without `output` it takes the file's place. */
export async function compactIndexFile(
  session: Session,
  { file, output }: { readonly file?: string | undefined; readonly output?: string | undefined },
): Promise<CompactedIndex> {
  const { compactIndex } = await stage();
  const path = indexPath(session, file);
  const { cwd, report } = session;
  return compactIndex({
    file: path,
    output: output === undefined ? path : resolve(cwd, output),
    report,
  });
}

/** All that an index file knows of a project. Throws `index-unknown-project` where that is nothing. */
export async function showIndexed(
  session: Session,
  { name, file }: { readonly name: string; readonly file?: string | undefined },
): Promise<readonly ProjectData[]> {
  const { indexFileError, showProject } = await stage();
  const path = indexPath(session, file);
  const found = showProject(path, normalizeName(name));
  if (found.length > 0) return found;
  throw indexFileError("index-unknown-project", `The index has no project named ${name}.`, {
    place: { file: path },
  });
}

/** Reads every byte and record of an index file. */
export async function verifyIndexFile(
  session: Session,
  file?: string,
): Promise<FileVerification & { readonly path: string }> {
  const { stepwise, verifySteps } = await stage();
  const path = indexPath(session, file);
  return { path, ...(await stepwise(verifySteps(path, session.report))) };
}

/** Writes an index file as a pypi-deps-db checkout. */
export async function exportIndexFile(
  session: Session,
  { directory, file }: { readonly directory: string; readonly file?: string | undefined },
): Promise<ExportedIndex> {
  const { exportSteps, stepwise } = await stage();
  const { cwd, report } = session;
  const options = { file: indexPath(session, file), directory: resolve(cwd, directory), report };
  return stepwise(exportSteps(options));
}

/** What differs between two index files, project by project. Throws the errors of reading them. */
export async function* diffIndexFiles(
  { cwd }: Session,
  { before, after }: { readonly before: string; readonly after: string },
): AsyncGenerator<ProjectChange> {
  const { diffSteps } = await stage();
  for (const change of diffSteps(resolve(cwd, before), resolve(cwd, after))) {
    if (change !== undefined) yield change;
    else await new Promise((done) => setImmediate(done));
  }
}

/**
 * Uses an index file from now on, with `--live` over the live index; without one, the live index alone
 * again. Throws the errors of opening it.
 */
export async function chooseIndexFile(
  session: Session,
  file: string | undefined,
): Promise<string | undefined> {
  const path = file === undefined ? undefined : resolve(session.cwd, file);
  if (path !== undefined) (await stage()).inspectIndex(path);
  const live = session.options.indexLive === true;
  rememberIndex(session, path === undefined ? undefined : { path, live });
  return path;
}

/** The index file named, else the one in use. Throws `project-no-index`. */
export function indexPath(session: Session, file: string | undefined): string {
  const named = file === undefined ? indexFileOf(session) : resolve(session.cwd, file);
  if (named !== undefined) return named;
  throw projectError("project-no-index", "no index file is named", {
    hint: "give --index FILE, or choose one with `mach-nix index use FILE`",
  });
}
