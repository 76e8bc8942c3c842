import type { PackageName } from "../base/index.ts";
import { contains, ROOT, type SolverView, type VersionSet } from "../pubgrub/index.ts";
import type { Project } from "./project.ts";
import { preferredCandidates, type PreferredOptions } from "./preferred-candidates.ts";

/** What is to be renewed although there are preferences. */
export interface Renewal {
  /** Packages to be upgraded. */
  readonly names: ReadonlySet<PackageName>;
  /** Packages that these needed, directly or through others: they change where they must. */
  readonly below: ReadonlySet<PackageName>;
}

export interface KeepOrderOptions extends PreferredOptions {
  readonly renewal?: Renewal | undefined;
  /** The project, and the extra, that a number of the solver means. */
  readonly nodes: readonly { readonly project: Project; readonly extra: string | undefined }[];
}

/**
 * Before all others: what keeps its version; then what is upgraded, what needs other such packages
 * first; then what that may change.
 */
const RANK = { kept: 4, upgraded: 3, upgradedBelow: 2, below: 1, other: 0 } as const;

/**
 * The order of decisions in which as little changes as must: whatever can keep its preferred version
 * does so before anything new has a say, so that what is new is taken in the newest version that goes
 * with it, and something kept gives way only where there is none. What is upgraded comes before what it
 * needs, and after what needs it.
 */
export class KeepOrder {
  private readonly options: KeepOrderOptions;
  private readonly usable = new Map<Project, readonly number[]>();

  constructor(options: KeepOrderOptions) {
    this.options = options;
  }

  /** The rank of a node of which some candidates are still allowed. */
  rank(node: number, allowed: VersionSet, view: SolverView): number {
    const { nodes, renewal } = this.options;
    const { project, extra } = nodes[node] as (typeof nodes)[number];
    if (node === ROOT) return RANK.kept;
    // What an extra adds is needed as soon as its project is decided.
    if (extra !== undefined) return view.decision(project.id) < 0 ? RANK.other : RANK.kept;
    const isBelow = renewal?.below.has(project.name) === true;
    if (renewal?.names.has(project.name) === true) {
      return isBelow ? RANK.upgradedBelow : RANK.upgraded;
    }
    if (!this.preferred(project).some((i) => contains(allowed, i))) return RANK.other;
    return isBelow ? RANK.below : RANK.kept;
  }

  /** The candidates of the preferred version that could be chosen. */
  private preferred(project: Project): readonly number[] {
    if (project.list === undefined) return [];
    let found = this.usable.get(project);
    if (found === undefined) {
      found = preferredCandidates(project, this.options).filter((i) => {
        const looked = project.list?.look(i);
        return looked?.kind === "candidate" && looked.yanked === false;
      });
      this.usable.set(project, found);
    }
    return found;
  }
}
