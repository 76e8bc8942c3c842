import type { PackageName } from "../base/index.ts";

const PREFIX = "conda:";

/** What a conda package is called inside the solver: no project of PyPI can have such a name. */
export function condaNode(name: string): PackageName {
  return `${PREFIX}${name}` as PackageName;
}

/** Conda's name of a package of the solver, or undefined for a project of PyPI. */
export function condaNameOf(node: string): string | undefined {
  return node.startsWith(PREFIX) ? node.slice(PREFIX.length) : undefined;
}

/** A package of the solver as people know it. */
export function shownName(node: string): string {
  return condaNameOf(node) ?? node;
}
