import { rmSync, statSync } from "node:fs";
import { UserError } from "../base/index.ts";
import { claimPart, finishPart } from "./cache-entry.ts";
import { fetchError } from "./errors.ts";
import { findOnPage, projectPage } from "./links-page.ts";
import { localPath, ownFile } from "./local-file.ts";
import type { FetchArtifact, FetchOptions } from "./types.ts";
import { inWordsOfLock, redactedPlace } from "./wrong-file.ts";

type OnBytes = (bytes: number) => void;

interface Task {
  readonly artifact: FetchArtifact;
  /** The final name in the cache. */
  readonly final: string;
  readonly options: FetchOptions;
  /** Hears of bytes as they come, those of an earlier run included. */
  readonly onBytes: OnBytes;
}

/**
 * An artifact from its own URL, else from the pages and indexes of the options. A wrong file ends
 * the search: it throws at once. Gives the path; throws the only failure there was, or
 * `fetch-not-found` with all of them.
 */
export async function fetchOne(task: Task): Promise<string> {
  const { artifact, options } = task;
  const local = localPath(artifact.url, options.base);
  const own = local === undefined ? undefined : await ownFile(artifact, local);
  if (own !== undefined) return own;
  const failures: UserError[] = [];
  for (const source of sources(task, local === undefined)) {
    try {
      const url = await source();
      if (url !== undefined) return await downloadFrom(url, task);
    } catch (error) {
      if (!isAbsence(error)) throw error;
      failures.push(error);
    }
  }
  throw notFound(task, failures);
}

type Source = () => Promise<string | undefined>;

function* sources({ artifact, options }: Task, remote: boolean): Generator<Source> {
  const { client, findLinks = [], indexUrls = [], base, signal } = options;
  const asking = { client, ...(signal !== undefined && { signal }) };
  if (remote) yield async () => artifact.url;
  const pages = findLinks.filter((place) => localPath(place, base) === undefined);
  for (const page of pages) yield () => findOnPage(artifact, { page, ...asking });
  for (const index of indexUrls) {
    yield () => findOnPage(artifact, { page: projectPage(index, artifact.filename), ...asking });
  }
}

/** Whether a failure says that a source does not have the file, so that others may. */
function isAbsence(error: unknown): error is UserError {
  return error instanceof UserError && error.code.startsWith("http-") && error.exit === 5;
}

function notFound({ artifact, options }: Task, failures: readonly UserError[]): UserError {
  const [first] = failures;
  const alone = (options.indexUrls ?? []).length === 0 && (options.findLinks ?? []).length === 0;
  if (first !== undefined && (alone || failures.every(({ code }) => code === "http-offline")))
    return first;
  const tried = failures.map(({ message }) => message).join("; ");
  return fetchError(
    "fetch-not-found",
    `${artifact.filename} was found nowhere${tried && `: ${tried}`}`,
    {
      place: redactedPlace(artifact),
      facts: { filename: artifact.filename, sha256: artifact.sha256 },
      hint: "Name a place that has it with --find-links or --index-url, or lock again.",
      related: failures,
    },
  );
}

async function downloadFrom(
  url: string,
  { artifact, final, options, onBytes }: Task,
): Promise<string> {
  const part = claimPart(final);
  let seen = 0;
  try {
    await options.client.download(url, {
      path: part,
      sha256: artifact.sha256,
      ...(artifact.size !== undefined && { size: artifact.size }),
      ...(options.signal !== undefined && { signal: options.signal }),
      resume: true,
      what: artifact.filename,
      onProgress(done) {
        onBytes(done - seen);
        seen = done;
      },
    });
    finishPart(part, final);
  } catch (error) {
    onBytes(-seen);
    if (statSync(part, { throwIfNoEntry: false })?.size === 0) rmSync(part, { force: true });
    throw inWordsOfLock(error, artifact, url);
  }
  return final;
}
