import { join } from "node:path";
import { writeFileAtomic } from "../../base/index.ts";
import { readFileSync } from "node:fs";
import type { Sha256 } from "../../base/index.ts";

/** What was found out about a source distribution's build under a Python. */
export interface KnownRequires {
  readonly requires: readonly string[];
}

/** A Python's release, and the hash of what is built under it. */
export interface RequiresKey {
  readonly source: Sha256;
  /** `3.11`. */
  readonly python: string;
  readonly editable: boolean;
}

/** What a build needs, as its hook said earlier on this machine; undefined where it was never asked. */
export function readKnownRequires(cache: string, key: RequiresKey): readonly string[] | undefined {
  try {
    const { requires } = JSON.parse(readFileSync(fileOf(cache, key), "utf8")) as KnownRequires;
    const isList = Array.isArray(requires) && requires.every((line) => typeof line === "string");
    return isList ? requires : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps what a build needs; that it cannot be kept costs only time. */
export function keepKnownRequires(
  cache: string,
  key: RequiresKey,
  requires: readonly string[],
): void {
  try {
    writeFileAtomic(fileOf(cache, key), `${JSON.stringify({ requires })}\n`);
  } catch {
    return;
  }
}

function fileOf(cache: string, { source, python, editable }: RequiresKey): string {
  const kind = editable ? "-editable" : "";
  return join(cache, "builds", `${source}-${python}${kind}.json`);
}
