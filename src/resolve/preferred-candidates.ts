import type { PackageName } from "../base/index.ts";
import { type CondaLayer, condaNameOf } from "../provider/index.ts";
import type { Project } from "./project.ts";

export interface PreferredOptions {
  readonly preferences: ReadonlyMap<PackageName, string>;
  readonly conda?: CondaLayer | undefined;
}

/**
 * The listed candidates of the version that is preferred for a project: several providers may have it.
 * Of a conda package, the build that is preferred, or what stands for the project that it is.
 */
export function preferredCandidates(
  project: Project,
  { preferences, conda }: PreferredOptions,
): readonly number[] {
  const { name, versions, list } = project;
  const version = preferences.get(name);
  const condaName = condaNameOf(name);
  if (condaName === undefined) return version === undefined ? [] : placesOf(versions, version);
  if (version !== undefined) {
    return versions.flatMap((own, i) =>
      `${own} ${list?.condaRecord?.(i)?.build}` === version ? [i] : [],
    );
  }
  const [same] = conda?.projects(condaName) ?? [];
  const preferred = same === undefined ? undefined : preferences.get(same);
  if (preferred === undefined) return [];
  return placesOf(versions, preferred).filter((i) => {
    const found = list?.look(i);
    return found?.kind === "candidate" && found.standsFor === "project";
  });
}

function placesOf(versions: readonly string[], version: string): readonly number[] {
  const found: number[] = [];
  for (let i = versions.indexOf(version); i >= 0; i = versions.indexOf(version, i + 1)) {
    found.push(i);
  }
  return found;
}
