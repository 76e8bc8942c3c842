import { isPromise, type PackageName, type Report } from "../base/index.ts";
import { ROOT } from "../pubgrub/index.ts";
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
  const requestedBy = new Map<PackageName, Set<string>>();
  for (const { name } of universe.options.requirements) ask(requestedBy, name, "input");
  const needsOf = new Map<Project, readonly PackageName[]>();
  for (const entry of chosen.values()) {
    const names = neededNames(entry, universe);
    needsOf.set(entry.project, names);
    for (const name of names) ask(requestedBy, name, entry.project.name);
  }
  return [...chosen.values()]
    .toSorted((a, b) => (a.project.name < b.project.name ? -1 : 1))
    .map(({ project, candidate, release, extras }) => {
      const isListed = candidate < project.versions.length;
      return {
        name: project.name,
        version: project.version(candidate),
        provider: isListed ? (project.list?.provider ?? "") : "reference",
        file: project.file(candidate),
        extras: knownExtras({ project, candidate, release, extras }, { universe, report }),
        dependencies: needsOf.get(project) ?? [],
        requestedBy: [...(requestedBy.get(project.name) ?? [])].toSorted(),
      };
    });
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
): readonly PackageName[] {
  const names = new Set<PackageName>();
  function add(needs: readonly Need[]): void {
    for (const need of needs) if (need.project !== project) names.add(need.project.name);
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
