import type { PackageName } from "../base/index.ts";
import type { HttpClient } from "../http/index.ts";
import { checkHash, METADATA_LIMIT } from "./check-hash.ts";
import { readCoreMetadata } from "./core-metadata.ts";
import { readPkgInfo } from "./sdist-pkg-info.ts";
import type { FileRecord, MetadataFailure, ReleaseMetadata } from "./types.ts";

/**
 * Fetches a file's core metadata: its `.metadata` file where the index has one (PEP 658), checked
 * against its hash; else out of the wheel. Throws UserError for network and integrity failures.
 */
export async function fetchMetadata(
  client: HttpClient,
  file: FileRecord,
  name: PackageName,
): Promise<ReleaseMetadata | MetadataFailure> {
  if (file.coreMetadata !== undefined) {
    const text = await fetchMetadataFile(client, file);
    if (text !== undefined) return readCoreMetadata(text, name);
  }
  if (file.kind === "sdist") return { failure: "the metadata of source distributions is not read" };
  const { readWheelMetadata } = await import("./wheel-metadata.ts");
  return readWheelMetadata(client, file, name);
}

/**
 * What an index's `.metadata` file says of a source distribution, where that holds for every wheel
 * built from it (PEP 643); undefined where there is none, or it does not.
 */
export async function fetchSdistMetadata(
  client: HttpClient,
  file: FileRecord,
  name: PackageName,
): Promise<ReleaseMetadata | MetadataFailure | undefined> {
  if (file.coreMetadata === undefined) return undefined;
  const text = await fetchMetadataFile(client, file);
  return text === undefined ? undefined : readPkgInfo(text, { name });
}

/** The `.metadata` file beside a file; undefined where the index has none after all. */
async function fetchMetadataFile(
  client: HttpClient,
  file: FileRecord,
): Promise<string | undefined> {
  const url = `${file.url}.metadata`;
  const { status, body } = await client.get(url, {
    what: `the metadata of ${file.filename}`,
    maxBytes: METADATA_LIMIT,
    allow: [403, 404, 410],
  });
  if (status !== 200) return undefined;
  if (typeof file.coreMetadata === "string") {
    checkHash(
      { ...file, filename: `${file.filename}.metadata`, sha256: file.coreMetadata, url },
      body,
    );
  }
  return body.toString("utf8");
}
