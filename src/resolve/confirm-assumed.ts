import { isPromise } from "../base/index.ts";
import { ROOT } from "../pubgrub/index.ts";
import type { Universe } from "./universe.ts";

/**
 * Finds out what the chosen source distributions need for which a wheel of their release stood: what is
 * chosen is built anyway, and what is not need not be. Tells whether all is as it was assumed, up to
 * the first that cannot be used: else the resolution has to be made again, with what is known now.
 */
export async function confirmAssumed(
  decisions: ReadonlyMap<number, number>,
  universe: Universe,
): Promise<boolean> {
  const { projects, releases } = universe.options;
  let isConfirmed = true;
  for (const [node, candidate] of decisions) {
    const { project, extra } = projects.nodes[node] as (typeof projects.nodes)[number];
    if (node === ROOT || extra !== undefined) continue;
    const release = project.releases[candidate];
    if (release === undefined || isPromise(release) || "broken" in release) continue;
    if (release.metadata.standIn === undefined) continue;
    if (!(await releases.confirm(project, candidate))) isConfirmed = false;
    const found = project.releases[candidate];
    if (found !== undefined && "broken" in found) return false;
  }
  return isConfirmed;
}
