import { shownName } from "../../provider/index.ts";
import {
  ALL,
  complement,
  EMPTY,
  intersect,
  type Term,
  union,
  type VersionSet,
} from "../../pubgrub/index.ts";
import type { Conflict, ConflictPackage } from "../types.ts";
import type { Premise } from "./premise.ts";
import { countVersions, rangesText } from "./version-text.ts";

/** Many needs of one package, each of several versions, as the range that they are all within, where it is one. */
export function withinText(group: readonly Premise[], conflict: Conflict): string | undefined {
  const [first] = group;
  if (first?.cause.kind !== "requires") return undefined;
  const { name } = first.cause;
  let all: VersionSet = EMPTY;
  for (const { terms } of group) {
    const term = terms
      .slice(1)
      .find(({ package: id }) => conflict.packages[id]?.name === name && isProject(id, conflict));
    if (term === undefined || countIn(term, conflict) === 1) return undefined;
    all = union(all, intersect(complement(term.set), ALL));
  }
  const package_ = conflict.packages.find((one) => one.name === name && one.extra === undefined);
  const within = package_ === undefined ? "" : rangesText(package_, all);
  if (within === "" || within.includes(" and ")) return undefined;
  return `${shownName(name)} in ${group.length} different ranges, all of them within ${within}`;
}

function isProject(id: number, conflict: Conflict): boolean {
  return conflict.packages[id]?.extra === undefined;
}

/** How many versions meet a need, whose term is of those that do not. */
function countIn({ package: id, set }: Term, { packages }: Conflict): number {
  return countVersions(packages[id] as ConflictPackage, complement(set));
}
