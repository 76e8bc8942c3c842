import type { PackageName, Place } from "../base/index.ts";
import { ANY_VERSION, type MatchSpec, parseMatchSpec } from "../version/index.ts";
import type { Requirement } from "./types.ts";

/**
 * What a conda match specification asks for: `name` is conda's own, in lower case. Throws
 * `conda-spec-invalid`.
 */
export function condaRequirement(text: string, place?: Place): Requirement {
  const conda = parseMatchSpec(text);
  return {
    name: conda.name as PackageName,
    spelled: conda.name,
    extras: [],
    specifiers: ANY_VERSION,
    conda,
    hashes: [],
    editable: false,
    text: conda.text,
    ...(place === undefined ? {} : { place }),
  };
}

/** Whether a spec asks for what no package outside of conda's channels can have. */
export function asksForBuild({ fields }: MatchSpec): boolean {
  for (const [field, value] of fields) {
    if (field === "name" || field === "version") continue;
    if (!(field === "build" && value === "*")) return true;
  }
  return false;
}
