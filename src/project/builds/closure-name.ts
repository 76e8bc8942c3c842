import { basename } from "node:path";
import { sha256 } from "../../base/index.ts";
import type { StorePath } from "../../store/index.ts";

/** A hash over what is in a build's environment: objects are named by what they are made from. */
export function closureName(objects: readonly StorePath[]): string {
  return sha256(
    objects
      .map((path) => basename(path))
      .toSorted()
      .join("\n"),
  );
}
