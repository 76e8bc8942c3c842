import { rmSync } from "node:fs";
import { joinErrors, mapBounded, silent, UserError } from "../base/index.ts";
import { cachePath, isCached } from "./cache-entry.ts";
import { fetchOne } from "./fetch-one.ts";
import { hashFile } from "./hash-file.ts";
import { findLocally } from "./local-file.ts";
import { countBytes } from "./progress.ts";
import type { FetchArtifact, FetchOptions } from "./types.ts";

const CONCURRENCY = 12;

/**
 * All artifacts as files on this machine, by file name: from the cache, from local `--find-links`,
 * from their own URLs, from indexes, in that order, verified by size and SHA-256 (files in the cache
 * were when they came in). Those that are there are told first, then downloads as they end, the
 * largest begun first. With the first failure the rest is given up; what has arrived stays for the
 * next run. Throws `FETCH_ERRORS`, `HTTP_ERRORS`, or what `onArtifact` throws.
 */
export async function fetchArtifacts(
  artifacts: readonly FetchArtifact[],
  options: FetchOptions,
): Promise<ReadonlyMap<string, string>> {
  const paths = new Map<string, string>();
  const abort = new AbortController();
  const signal =
    options.signal === undefined ? abort.signal : AbortSignal.any([options.signal, abort.signal]);
  const failures: unknown[] = [];
  const consumers: Promise<void>[] = [];

  function fail(error: unknown): void {
    failures.push(error);
    if (!isOffline(error)) abort.abort();
  }
  function arrived(artifact: FetchArtifact, path: string): void {
    paths.set(artifact.filename, path);
    const consumer = (async () => options.onArtifact?.(artifact, path))();
    consumers.push(consumer.catch(fail));
  }

  const missing = await findPresent(artifacts, { options, arrived, stopped: () => signal.aborted });
  const bytes = countBytes(missing, options.report ?? silent);
  await mapBounded(missing, options.concurrency ?? CONCURRENCY, async (artifact) => {
    if (signal.aborted) return;
    const final = cachePath(options.cacheDirectory, artifact);
    const onBytes = (count: number): void => bytes.add(count, artifact.filename);
    try {
      arrived(
        artifact,
        await fetchOne({ artifact, final, options: { ...options, signal }, onBytes }),
      );
    } catch (error) {
      fail(error);
    }
  });
  bytes.end();
  await Promise.all(consumers);
  options.signal?.throwIfAborted();
  if (failures.length > 0) throw summary(failures);
  return paths;
}

/** Tells of the artifacts that need no network; gives the others, the largest first. */
async function findPresent(
  artifacts: readonly FetchArtifact[],
  search: {
    options: FetchOptions;
    arrived: (artifact: FetchArtifact, path: string) => void;
    stopped: () => boolean;
  },
): Promise<FetchArtifact[]> {
  const { cacheDirectory, reuse, findLinks = [], base } = search.options;
  const missing: FetchArtifact[] = [];
  for (const artifact of new Map(artifacts.map((each) => [each.filename, each])).values()) {
    const path = cachePath(cacheDirectory, artifact);
    if (search.stopped()) return [];
    if (isCached(path, artifact.size) && (reuse !== "hash" || (await isIntact(path, artifact))))
      search.arrived(artifact, path);
    else missing.push(artifact);
  }
  if (findLinks.length === 0) return bySize(missing);
  const remote: FetchArtifact[] = [];
  for (const artifact of missing) {
    const path = await findLocally(artifact, { findLinks, base });
    if (path === undefined) remote.push(artifact);
    else search.arrived(artifact, path);
  }
  return bySize(remote);
}

function bySize(artifacts: FetchArtifact[]): FetchArtifact[] {
  return artifacts.sort((a, b) => (b.size ?? 0) - (a.size ?? 0));
}

async function isIntact(path: string, artifact: FetchArtifact): Promise<boolean> {
  if ((await hashFile(path))?.sha256 === artifact.sha256) return true;
  rmSync(path, { force: true });
  return false;
}

function isOffline(error: unknown): boolean {
  return error instanceof UserError && error.code === "http-offline";
}

/** The first failure that is not the echo of giving up; offline, all that is missing. */
function summary(failures: readonly unknown[]): unknown {
  const real = failures.find((error) => (error as Error).name !== "AbortError") ?? failures[0];
  if (!isOffline(real)) return real;
  const offline = failures.filter((error): error is UserError => isOffline(error));
  return joinErrors(offline as [UserError, ...UserError[]]);
}
