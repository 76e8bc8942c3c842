import { statSync } from "node:fs";
import type { StorePath } from "../store/index.ts";

/** What objects made from wheels get later: globs for the store's `derived`. */
export const DERIVED_FILES: readonly string[] = ["**/__pycache__/*.pyc"];

/**
 * Where an object says that its sources were compiled for a Python. Among the bytecode, as that is the
 * data which objects get later; no module has this name, since it is outside `site/`.
 */
export function markerPath(cacheTag: string): string {
  return `__pycache__/compiled.${cacheTag}.pyc`;
}

/** Whether all sources of an object were compiled that this Python can compile. */
export function isCompiled(object: StorePath, cacheTag: string): boolean {
  return statSync(`${object}/${markerPath(cacheTag)}`, { throwIfNoEntry: false }) !== undefined;
}
