import { statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { redactedPlace, wrongFile } from "./wrong-file.ts";
import { hashFile } from "./hash-file.ts";
import type { FetchArtifact } from "./types.ts";

/** The path that a `file:` URL or a path means, or undefined for other URLs. */
export function localPath(url: string, base: string): string | undefined {
  if (/^file:\/\//i.test(url)) return pathOf(url.split("#", 1)[0] as string);
  if (/^file:/i.test(url)) return resolve(base, decoded(url.slice(5).split("#", 1)[0] as string));
  return /^[a-z][a-z0-9+.-]+:/i.test(url) ? undefined : resolve(base, url);
}

function pathOf(url: string): string | undefined {
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * The artifact among local `--find-links` folders and files, by name and hash. A file of that name
 * with another hash is another build, so not the one looked for.
 */
export async function findLocally(
  artifact: FetchArtifact,
  { findLinks, base }: { findLinks: readonly string[]; base: string },
): Promise<string | undefined> {
  for (const place of findLinks) {
    const path = localPath(place, base);
    if (path === undefined) continue;
    const file = basename(path) === artifact.filename ? path : join(path, artifact.filename);
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.isFile() !== true || found.size !== (artifact.size ?? found.size)) continue;
    if ((await hashFile(file))?.sha256 === artifact.sha256) return file;
  }
  return undefined;
}

/** The file at an artifact's own `file:` URL, or undefined where there is none; wrong ones throw. */
export async function ownFile(artifact: FetchArtifact, path: string): Promise<string | undefined> {
  const got = await hashFile(path);
  if (got === undefined) return undefined;
  const error = wrongFile(artifact, { got, place: redactedPlace(artifact, path) });
  if (error !== undefined) throw error;
  return path;
}
