import { createHash } from "node:crypto";
import { createReadStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { mapBounded, type Sha256 } from "../base/index.ts";
import type { HttpClient } from "../http/index.ts";
import type { FileRecord } from "../index/index.ts";
import type { Resolution, ResolvedPin } from "../resolve/index.ts";
import { projectError } from "./errors.ts";

const AT_ONCE = 4;

/**
 * The same resolution with a SHA-256 for every conda package: of channels that give MD5 alone the
 * files are fetched and hashed. Throws `project-incomplete-lock` for a file that is not what its
 * channel says.
 */
export async function locateConda<R extends Resolution>(
  resolution: R,
  client: HttpClient,
): Promise<R> {
  if (!resolution.pins.some(isUnhashed)) return resolution;
  const folder = mkdtempSync(join(tmpdir(), "mach-nix-hash-"));
  try {
    const pins = await mapBounded(resolution.pins, AT_ONCE, async (pin) =>
      isUnhashed(pin) ? { ...pin, file: await hashed(pin.file, { client, folder }) } : pin,
    );
    return { ...resolution, pins };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isUnhashed(pin: ResolvedPin): pin is ResolvedPin & { readonly file: FileRecord } {
  return pin.file?.kind === "conda" && pin.file.sha256 === undefined;
}

async function hashed(
  file: FileRecord,
  { client, folder }: { readonly client: HttpClient; readonly folder: string },
): Promise<FileRecord> {
  const isLocal = file.url.startsWith("file:");
  const path = isLocal ? fileURLToPath(file.url) : join(folder, file.filename);
  if (!isLocal) await client.download(file.url, { path, what: file.filename });
  const { md5, sha256 } = await digests(path);
  if (file.md5 !== undefined && file.md5 !== md5) throw changed(file, md5);
  return { ...file, sha256, size: statSync(path).size };
}

async function digests(path: string): Promise<{ readonly md5: string; readonly sha256: Sha256 }> {
  const md5 = createHash("md5");
  const sha256 = createHash("sha256");
  for await (const piece of createReadStream(path)) {
    md5.update(piece as Buffer);
    sha256.update(piece as Buffer);
  }
  return { md5: md5.digest("hex"), sha256: sha256.digest("hex") as Sha256 };
}

function changed({ filename, url, md5 }: FileRecord, found: string): Error {
  const message = `${filename} has the MD5 ${found}, but its channel says ${md5}`;
  return projectError("project-incomplete-lock", message, {
    place: { url },
    hint: "the channel is being changed at this moment, or the file is not what it was: ask its owner",
  });
}
