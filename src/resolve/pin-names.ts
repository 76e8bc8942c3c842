import type { PackageName } from "../base/index.ts";
import { type CondaLayer, condaNameOf } from "../provider/index.ts";
import type { Project, Release } from "./project.ts";

interface Selected {
  readonly project: Project;
  readonly candidate: number;
  readonly release: Release;
}

/** What a selected package of the solver is in the lock. */
export interface PinNames {
  /** The package that is installed for it; undefined where the system has it. */
  pinned(project: Project): Project | undefined;
  /** What the pin of an installed package is called. */
  name(project: Project): PackageName;
}

/**
 * Which packages of the solver are pins, and their names: what stands for another is that other, and
 * a conda package goes by the name of the project that it is, unless another pin has that already.
 */
export function pinNames(
  selected: ReadonlyMap<Project, Selected>,
  layer: CondaLayer | undefined,
): PinNames {
  if (layer === undefined) return { pinned: (project) => project, name: ({ name }) => name };
  const pinned = new Map<Project, Project | undefined>();
  for (const one of selected.values()) pinned.set(one.project, standsFor(one));
  const installed = [...selected.keys()].filter((project) => pinned.get(project) === project);
  const names = chooseNames(installed, { layer, chosen: new Set(proxies(pinned)) });
  return {
    pinned: (project) => pinned.get(project),
    name: (project) => names.get(project) ?? project.name,
  };
}

function standsFor({ project, candidate, release }: Selected): Project | undefined {
  if (candidate >= project.versions.length) return project;
  const found = project.list?.look(candidate);
  const stands = found?.kind === "candidate" ? found.standsFor : undefined;
  if (stands === "system") return undefined;
  const isOther = stands === "project" || condaNameOf(project.name) === undefined;
  return isOther ? (release.twins[0]?.project ?? project) : project;
}

/** The conda packages that were chosen as a project. */
function* proxies(pinned: ReadonlyMap<Project, Project | undefined>): Generator<Project> {
  for (const [project, other] of pinned) {
    if (other !== undefined && other !== project) yield other;
  }
}

function chooseNames(
  installed: readonly Project[],
  { layer, chosen }: { readonly layer: CondaLayer; readonly chosen: ReadonlySet<Project> },
): ReadonlyMap<Project, PackageName> {
  const names = new Map<Project, PackageName>();
  const taken = new Set<string>();
  const conda = installed
    .filter(({ name }) => condaNameOf(name) !== undefined)
    .toSorted(
      (a, b) => Number(chosen.has(b)) - Number(chosen.has(a)) || (a.name < b.name ? -1 : 1),
    );
  for (const project of installed) {
    if (condaNameOf(project.name) === undefined) taken.add(project.name);
  }
  function take(project: Project, name: string): boolean {
    if (taken.has(name) || names.has(project)) return false;
    taken.add(name);
    names.set(project, name as PackageName);
    return true;
  }
  for (const project of conda) {
    const own = condaNameOf(project.name) as string;
    const [mapped] = layer.projects(own);
    if (mapped !== undefined) take(project, mapped);
  }
  for (const project of conda) {
    const own = condaNameOf(project.name) as string;
    if (!names.has(project) && !take(project, own)) take(project, `${own}.conda`);
  }
  return names;
}
