import { sha256 } from "../base/index.ts";
import { indexError } from "./errors.ts";
import type { FileRecord } from "./types.ts";

/** More than any real METADATA: these hold whole READMEs. */
export const METADATA_LIMIT: number = 32 * 2 ** 20;

/** Throws `index-wrong-hash` where the bytes are not those that the index listed. */
export function checkHash({ filename, sha256: wanted, url }: FileRecord, bytes: Uint8Array): void {
  if (wanted === undefined) return;
  const found = sha256(bytes);
  if (found === wanted) return;
  throw indexError(
    "index-wrong-hash",
    `${filename} has the SHA-256 ${found}; the index says ${wanted}.`,
    { place: { url } },
  );
}
