import { compactJson, sha256, type Json, type Sha256 } from "../base/index.ts";

/**
 * The hash of everything a resolution is made from. Equal parts give equal hashes whatever the
 * order of their keys; parts that are undefined count as absent.
 */
export function inputHash(parts: Readonly<Record<string, Json | undefined>>): Sha256 {
  return sha256(compactJson(parts));
}
