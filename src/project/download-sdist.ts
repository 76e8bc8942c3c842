import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256 } from "../base/index.ts";
import { cachePath, fetchArtifacts } from "../fetch/index.ts";
import type { HttpClient } from "../http/index.ts";
import type { FileRecord } from "../index/index.ts";

export interface DownloadPlaces {
  readonly client: HttpClient;
  readonly cacheDirectory: string;
  /** The folder that relative `file:` URLs start from. */
  readonly base: string;
}

/**
 * A file that an index lists, on this machine: where it is, if it is local, else downloaded, checked
 * against the hash and the size that the index gives, and kept where installing will find it. Throws
 * the errors of the fetch and http stages.
 */
export async function downloadListed(file: FileRecord, places: DownloadPlaces): Promise<string> {
  const { filename, url, sha256: hash, size } = file;
  if (hash === undefined) return downloadUnhashed(file, places);
  const artifact = { filename, url, sha256: hash, ...(size !== undefined && { size }) };
  const paths = await fetchArtifacts([artifact], places);
  return paths.get(filename) ?? cachePath(places.cacheDirectory, artifact);
}

/** Kept by its address, since nothing says that it is the same file the next time. */
async function downloadUnhashed(
  { filename, url, size }: FileRecord,
  { client, cacheDirectory }: DownloadPlaces,
): Promise<string> {
  if (url.startsWith("file:")) return fileURLToPath(url);
  const folder = join(cacheDirectory, "unhashed", sha256(url).slice(0, 20));
  const path = join(folder, filename.replaceAll(/[^A-Za-z0-9._+!-]/g, "_"));
  mkdirSync(folder, { recursive: true });
  await client.download(url, { path, what: filename, ...(size !== undefined && { size }) });
  return path;
}
