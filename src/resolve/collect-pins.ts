import { isPromise, type PackageName, type Report } from "../base/index.ts";
import { exactly, ROOT, union } from "../pubgrub/index.ts";
import type { Requirement } from "../requirement/index.ts";
import { pinnedVersion } from "./admission.ts";
import { nodeName } from "./node-name.ts";
import { pinNames, type PinNames } from "./pin-names.ts";
import type { Need, Project, Release } from "./project.ts";
import type { ResolvedPin } from "./types.ts";
import type { Universe } from "./universe.ts";

interface Chosen {
  readonly project: Project;
  readonly candidate: number;
  readonly release: Release;
  readonly extras: string[];
}

/** The pins of a solution, sorted by name, each with who asked for it. Unknown extras are noted. */
export function collectPins(
  decisions: ReadonlyMap<number, number>,
  universe: Universe,
  report: Report,
): readonly ResolvedPin[] {
  const chosen = chosenProjects(decisions, universe);
  const { projects, requirements, conda } = universe.options;
  const names = pinNames(chosen, conda);
  const requestedBy = new Map<PackageName, Set<string>>();
  for (const requirement of requirements) {
    const project = names.pinned(projects.mention(nodeName(requirement)));
    if (project !== undefined) ask(requestedBy, names.name(project), "input");
  }
  const needsOf = new Map<Project, readonly PackageName[]>();
  for (const entry of chosen.values()) {
    if (names.pinned(entry.project) !== entry.project) continue;
    const needed = neededNames(entry, universe, names);
    needsOf.set(entry.project, needed);
    for (const name of needed) ask(requestedBy, name, names.name(entry.project));
  }
  return [...chosen.values()]
    .filter((entry) => {
      if (names.pinned(entry.project) === entry.project) return true;
      knownExtras(entry, { universe, report });
      return false;
    })
    .map(({ project, candidate, release, extras }) => {
      return {
        name: names.name(project),
        version: project.version(candidate),
        provider: project.provider(candidate),
        ...project.origin(candidate, names.name(project)),
        extras: knownExtras({ project, candidate, release, extras }, { universe, report }),
        dependencies: needsOf.get(project) ?? [],
        requestedBy: [...(requestedBy.get(names.name(project)) ?? [])].toSorted(),
      };
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Looks whether each yanked candidate of a solution is pinned by something that is in effect, and not
 * only by a candidate that was tried on the way (PEP 592); denies it where not, and tells so.
 */
export function denyUnpinned(
  decisions: ReadonlyMap<number, number>,
  universe: Universe,
  constraints: readonly Requirement[],
): boolean {
  const chosen = [...chosenProjects(decisions, universe).values()];
  const yanked = chosen.filter(({ project, candidate }) => isYanked(project, candidate));
  if (yanked.length === 0) return false;
  const { releases, requirements } = universe.options;
  const needs = chosen.flatMap(({ release, extras }) => [
    ...release.needs,
    ...extras.flatMap((extra) => releases.needsOfExtra(release, extra)),
  ]);
  const active = [...requirements, ...constraints, ...needs.map(({ requirement }) => requirement)];
  const pinned = new Set(
    active
      .filter(({ specifiers }) => pinnedVersion(specifiers) !== undefined)
      .map(({ name }) => name),
  );
  const unpinned = yanked.filter(({ project }) => !pinned.has(project.name));
  for (const { project, candidate } of unpinned) {
    project.denied = union(project.denied, exactly(candidate));
  }
  return unpinned.length > 0;
}

function isYanked(project: Project, candidate: number): boolean {
  if (candidate >= project.versions.length) return false;
  const found = project.list?.look(candidate);
  return found?.kind === "candidate" && found.yanked !== false;
}

function ask(requestedBy: Map<PackageName, Set<string>>, name: PackageName, by: string): void {
  const known = requestedBy.get(name);
  if (known === undefined) requestedBy.set(name, new Set([by]));
  else known.add(by);
}

function chosenProjects(
  decisions: ReadonlyMap<number, number>,
  universe: Universe,
): ReadonlyMap<Project, Chosen> {
  const chosen = new Map<Project, Chosen>();
  const { nodes } = universe.options.projects;
  for (const [node, candidate] of decisions) {
    const { project, extra } = nodes[node] as (typeof nodes)[number];
    if (node === ROOT || extra !== undefined) continue;
    const release = universe.options.releases.get(project, candidate);
    if (isPromise(release) || "broken" in release) throw new Error(`${project.name} was not read`);
    chosen.set(project, { project, candidate, release, extras: [] });
  }
  for (const node of decisions.keys()) {
    const { project, extra } = nodes[node] as (typeof nodes)[number];
    if (extra !== undefined) chosen.get(project)?.extras.push(extra);
  }
  return chosen;
}

function neededNames(
  { project, release, extras }: Chosen,
  universe: Universe,
  pins: PinNames,
): readonly PackageName[] {
  const names = new Set<PackageName>();
  function add(needs: readonly Need[]): void {
    for (const need of needs) {
      const pinned = pins.pinned(need.project);
      if (pinned !== undefined && pinned !== project) names.add(pins.name(pinned));
    }
  }
  add(release.needs);
  for (const extra of extras) add(universe.options.releases.needsOfExtra(release, extra));
  return [...names].toSorted();
}

/** The extras that the release has; a note for each that it does not have (as pip warns). */
function knownExtras(
  { project, candidate, release, extras }: Chosen,
  { universe, report }: { universe: Universe; report: Report },
): readonly string[] {
  const known: string[] = [];
  for (const extra of extras.toSorted()) {
    const offered = release.metadata.extras.includes(extra);
    if (offered || universe.options.releases.needsOfExtra(release, extra).length > 0)
      known.push(extra);
    else {
      const version = project.version(candidate);
      report({
        kind: "note",
        level: "warning",
        code: "resolve-unknown-extra",
        message: `${project.name} ${version} has no extra named ${extra}`,
        facts: { name: project.name, version, extra, extras: release.metadata.extras },
      });
    }
  }
  return known;
}
