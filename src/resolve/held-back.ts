import { ROOT } from "../pubgrub/index.ts";
import { isPrerelease, tryParsePep440 } from "../version/index.ts";
import type { Project } from "./project.ts";
import type { Projects } from "./projects.ts";
import type { HeldBack } from "./steering.ts";

/** The newest release of each pin that was too young to be chosen instead, sorted by name. */
export function heldBackOf(
  decisions: ReadonlyMap<number, number>,
  projects: Projects,
): readonly HeldBack[] {
  const found = [...decisions].flatMap(([node, candidate]) => {
    const { project, extra } = projects.nodes[node] as (typeof projects.nodes)[number];
    if (node === ROOT || extra !== undefined || candidate >= project.versions.length) return [];
    return heldBackFor(project, candidate);
  });
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function heldBackFor(project: Project, candidate: number): readonly HeldBack[] {
  const { list, name, versions } = project;
  const instead = project.version(candidate);
  const start = list?.starts?.findLast((at) => at <= candidate) ?? 0;
  for (let i = start; i < candidate; i++) {
    const version = versions[i] as string;
    const found = list?.look(i);
    if (found?.kind !== "refusal" || found.reason.kind !== "too-young") continue;
    if (isPre(version) && !isPre(instead)) continue;
    return [{ name, version, uploadTime: found.reason.uploadTime, instead }];
  }
  return [];
}

function isPre(version: string): boolean {
  const parsed = tryParsePep440(version);
  return parsed !== undefined && isPrerelease(parsed);
}
