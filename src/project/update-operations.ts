import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { normalizeName, type PackageName } from "../base/index.ts";
import { splitCredentials } from "../http/index.ts";
import type { ImportResult, UpdateResult } from "../index/index.ts";
import { parseRequirement, parseRequirements } from "../requirement/index.ts";
import { projectError } from "./errors.ts";
import { indexPath } from "./index-operations.ts";
import { type IndexSettings, readIndexSettings } from "./index-settings.ts";
import { openClient } from "./open-client.ts";
import { openIndex } from "./open-index.ts";
import type { Session } from "./session.ts";
import { parseSnapshotDate } from "./snapshot-date.ts";

export interface UpdateRequest {
  /** The index file; by default the one in use. */
  readonly file?: string | undefined;
  /** Where to write the delta; by default beside the file. */
  readonly output?: string | undefined;
  /** Names to ask for; with none here and in `packages`, those that have changed. */
  readonly names?: readonly string[];
  /** A requirements file, whose names are asked for. */
  readonly packages?: string | undefined;
  /** How many requests may be made in all. */
  readonly maxRequests?: number | undefined;
}

/** Enough for a day's changes of some hundred projects, and nothing that an index would mind. */
export const DEFAULT_REQUESTS = 1000;

/**
 * Asks the live index what changed since an index file was made, and writes it beside that file.
 * Throws the errors of reading the file, of the network, and `index-update-unlisted`.
 */
export async function updateIndexFile(
  session: Session,
  request: UpdateRequest,
): Promise<UpdateResult> {
  const { indexFiles } = await import("../index/index.ts");
  const { updateIndex } = await indexFiles();
  const settings = readIndexSettings(session, { settings: {} });
  const { names, maxRequests = DEFAULT_REQUESTS } = request;
  const wanted = [
    ...(names ?? []).flatMap((text) => parseRequirement(text).name ?? []),
    ...(request.packages === undefined ? [] : readNames(session, request.packages)),
  ];
  const isNamed = request.packages !== undefined || wanted.length > 0;
  const client = openClient(session, settings);
  try {
    return await updateIndex({
      file: indexPath(session, request.file),
      output: request.output === undefined ? undefined : resolve(session.cwd, request.output),
      client,
      indexUrl: indexUrl(settings),
      names: isNamed ? wanted : undefined,
      maxRequests,
      now: session.now,
      report: session.report,
    });
  } finally {
    client.close();
  }
}

function indexUrl({ configuration }: IndexSettings): string {
  if (configuration.indexUrl === undefined) {
    throw projectError("project-no-index", "there is no live index to ask", {
      hint: "give one with --index-url URL",
    });
  }
  return splitCredentials(configuration.indexUrl).url.replace(/\/*$/, "/");
}

/** The names in a requirements file. Throws `project-input-missing`, `requirement-invalid`. */
function readNames(session: Session, file: string): PackageName[] {
  const path = resolve(session.cwd, file);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const message = `the file of packages cannot be read: ${(cause as Error).message}`;
    throw projectError("project-input-missing", message, { place: { file: path }, cause });
  }
  return parseRequirements(text, { path }).flatMap(({ name }) => name ?? []);
}

export interface ImportAddressesRequest {
  /** A checkout or an archive of nix-pypi-fetcher's data. */
  readonly source: string;
  readonly output: string;
  readonly date?: string | undefined;
  /** What stands before `source/r/requests/…` in the files' URLs. */
  readonly filesUrl?: string | undefined;
}

/**
 * Makes the file of addresses and hashes that stands beside an index file. Throws
 * `index-import-source`, `index-files-address`, `project-date`.
 */
export async function importAddresses(
  session: Session,
  { source, output, date, filesUrl }: ImportAddressesRequest,
): Promise<ImportResult> {
  const { indexFiles } = await import("../index/index.ts");
  const { importFiles } = await indexFiles();
  return importFiles({
    source: resolve(session.cwd, source),
    output: resolve(session.cwd, output),
    sourceName: "nix-pypi-fetcher",
    date: date === undefined ? undefined : parseSnapshotDate(date),
    filesUrl:
      filesUrl === undefined
        ? (names) => askFilesUrl(session, names)
        : async () => filesUrl.replace(/\/*$/, "/"),
    report: session.report,
  });
}

/** What stands before the path of files, by the first of some projects that the live index has. */
async function askFilesUrl(
  session: Session,
  names: readonly string[],
): Promise<string | undefined> {
  if (session.options.offline === true) return undefined;
  const settings = readIndexSettings(session, { settings: {} });
  const client = openClient(session, settings);
  const index = openIndex(session, { settings, client, date: session.now() });
  try {
    for (const name of names) {
      const record = await index.project(normalizeName(name));
      const url = record?.files(0)[0]?.url;
      const end = url?.indexOf("/packages/") ?? -1;
      if (url !== undefined && end > 0) return url.slice(0, end + "/packages/".length);
    }
    return undefined;
  } finally {
    index.close();
    client.close();
  }
}
