import { isPromise } from "../base/index.ts";
import type { SolverView, VersionSet } from "../pubgrub/index.ts";
import type { BrokenRelease, Project, Release } from "./project.ts";
import type { Releases } from "./releases.ts";
import type { Universe } from "./universe.ts";

/** So many versions are looked at for one that could be chosen. */
const DEPTH = 50;

/**
 * While the solver waits for one project: begins loading what it will probably ask for of all the
 * others, and what that will need in turn. Whatever fails here is met again when it is asked for.
 */
export function speculate(view: SolverView, universe: Universe): void {
  const walk = new Walk(universe);
  for (const [node, allowed] of view.undecided()) {
    const project = universe.options.projects.byId(node);
    if (project?.id === node) walk.visit(project, allowed);
  }
}

/** Projects that a walk of this universe has come by: each once, with the newest candidate. */
const walked = new WeakMap<Universe, Set<Project>>();

class Walk {
  private readonly universe: Universe;
  private readonly seen: Set<Project>;

  constructor(universe: Universe) {
    this.universe = universe;
    let seen = walked.get(universe);
    if (seen === undefined) walked.set(universe, (seen = new Set<Project>()));
    this.seen = seen;
  }

  visit(project: Project, allowed?: VersionSet): void {
    if (project.list === undefined) {
      const loading = this.universe.options.projects.load(project);
      if (loading !== undefined) {
        loading.then(() => this.visit(project, allowed)).catch(ignore);
        return;
      }
    }
    if (this.seen.has(project)) return;
    this.seen.add(project);
    const candidate = likely(project, allowed ?? [0, project.versions.length]);
    if (candidate < 0) return;
    const release = this.universe.options.releases.get(project, candidate);
    if (isPromise(release)) release.then((read) => this.goOn(read)).catch(ignore);
    else this.goOn(release);
  }

  private goOn(release: Release | BrokenRelease): void {
    if ("broken" in release) return;
    for (const { project, requirement } of release.needs) {
      if (requirement.reference === undefined) this.visit(project);
    }
  }
}

/** The most versions of a project that are loaded ahead at a time. */
const MOST_AHEAD = 32;

/**
 * A candidate's metadata is waited for. A project of which this happens again and again is one whose
 * versions are tried one after the other: each time, twice as many of the next ones are loaded.
 */
export function loadAhead(project: Project, allowed: VersionSet, releases: Releases): void {
  project.waits++;
  let left = project.waits < 2 ? 0 : Math.min(MOST_AHEAD, 2 ** (project.waits - 1));
  for (let k = 0; k < allowed.length && left > 0; k += 2) {
    const end = Math.min(allowed[k + 1] as number, project.versions.length);
    for (let i = allowed[k] as number; i < end && left > 0; i++) {
      const found = project.list?.look(i);
      if (found?.kind !== "candidate" || project.releases[i] !== undefined) continue;
      // To read a source distribution may mean to build it.
      if (found.file?.kind === "sdist") continue;
      left--;
      const release = releases.get(project, i);
      if (isPromise(release)) release.catch(ignore);
    }
  }
}

function ignore(): void {
  return undefined;
}

function likely(project: Project, allowed: VersionSet): number {
  let left = DEPTH;
  for (let k = 0; k < allowed.length; k += 2) {
    const end = Math.min(allowed[k + 1] as number, project.versions.length);
    for (let i = allowed[k] as number; i < end && left > 0; i++, left--) {
      const found = project.list?.look(i);
      if (found?.kind === "candidate" && found.yanked === false) return i;
    }
  }
  return -1;
}
