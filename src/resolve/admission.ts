import type { PackageName } from "../base/index.ts";
import {
  complement,
  type Derivation,
  EMPTY,
  intersect,
  isDisjoint,
  isEmpty,
  type Term,
  type VersionSet,
} from "../pubgrub/index.ts";
import type { Requirement } from "../requirement/index.ts";
import { mentionsPrerelease, type SpecifierSet } from "../version/index.ts";
import type { Project } from "./project.ts";
import type { ConflictCause } from "./types.ts";

/**
 * Which pre-releases and yanked versions may be chosen. PEP 440 admits pre-releases where a
 * specifier names one, or where nothing else meets it; pip decides so over all requirements of a
 * name together. What the input says is known from the start. What dependencies say comes to light
 * on the way, so it is added when a resolution has failed over it, and the resolution made again.
 */
export class Admission {
  private readonly all: boolean;
  /** Names of which every requirement admits pre-releases. */
  private readonly named = new Set<PackageName>();
  /** Names whose pre-releases are admitted after all final ones. */
  private readonly last = new Set<PackageName>();
  /** Names that some dependency names a pre-release of. */
  private readonly mentioned = new Set<PackageName>();

  constructor(
    input: readonly Requirement[],
    { all, names = [] }: { readonly all: boolean; readonly names?: readonly PackageName[] },
  ) {
    this.all = all;
    for (const name of names) this.named.add(name);
    for (const { name, specifiers } of input) {
      if (mentionsPrerelease(specifiers)) this.named.add(name);
    }
  }

  /** Whether final versions come before pre-releases whatever their order. */
  finalsFirst(name: PackageName): boolean {
    return this.last.has(name) && !this.all && !this.named.has(name);
  }

  /** The listed candidates that meet a specifier, pre-releases as far as they are admitted. */
  allowed(project: Project, specifiers: SpecifierSet): VersionSet {
    const matching = project.matching(specifiers);
    const { name, prereleases } = project;
    if (isEmpty(prereleases)) return matching;
    if (this.all || this.named.has(name) || this.last.has(name)) return matching;
    if (mentionsPrerelease(specifiers)) {
      this.mentioned.add(name);
      return matching;
    }
    const finals = intersect(matching, complement(prereleases));
    return isEmpty(finals) ? matching : finals;
  }

  /** After a failure: admits what it failed over. Tells whether that is anything new. */
  widen(tree: Derivation<ConflictCause>, projects: ProjectLookUp): boolean {
    const { specifiers, yanked } = premisesOf(tree);
    // A yanked version was refused before the requirement that pins it was found.
    let changed = yanked.some(
      ({ package: p, set }) => !isDisjoint(set, projects.byId(p)?.vouched ?? EMPTY),
    );
    for (const [name, sets] of specifiers) {
      const project = projects.byName(name);
      if (project === undefined || this.all || this.named.has(name)) continue;
      if (this.mentioned.has(name)) {
        this.named.add(name);
        changed = true;
      } else if (!this.last.has(name) && onlyPrereleasesMeet(project, sets)) {
        this.last.add(name);
        changed = true;
      }
    }
    return changed;
  }
}

/** How a conflict's names and numbers lead to projects. */
export interface ProjectLookUp {
  byName(name: PackageName): Project | undefined;
  byId(id: number): Project | undefined;
}

/** Whether two of the requirements that clash have pre-releases in common, but no usable final. */
function onlyPrereleasesMeet(project: Project, sets: readonly SpecifierSet[]): boolean {
  const { prereleases } = project;
  if (isEmpty(prereleases)) return false;
  const matching = sets.map((set) => project.matching(set));
  return matching.some((a, i) =>
    matching.slice(i).some((b) => {
      const common = intersect(a, b);
      const finals = intersect(common, complement(prereleases));
      return hasUsable(project, intersect(common, prereleases)) && !hasUsable(project, finals);
    }),
  );
}

function hasUsable(project: Project, set: VersionSet): boolean {
  for (let k = 0; k < set.length; k += 2) {
    const end = Math.min(set[k + 1] as number, project.versions.length);
    for (let i = set[k] as number; i < end; i++) {
      if (project.list?.look(i).kind === "candidate") return true;
    }
  }
  return false;
}

/** The version of an `==` without wildcard or a `===`, which alone make a pin (as pip has it). */
export function pinnedVersion({ specifiers }: SpecifierSet): string | undefined {
  return specifiers.find(({ op, wildcard }) => op === "===" || (op === "==" && !wildcard))?.version;
}

interface Premises {
  readonly specifiers: Map<PackageName, SpecifierSet[]>;
  readonly yanked: Term[];
}

/** What a failure rests on: the specifiers on each name, and the yanked versions refused. */
function premisesOf(tree: Derivation<ConflictCause>): Premises {
  const found: Premises = { specifiers: new Map(), yanked: [] };
  const seen = new Set<number>();
  const stack = [tree];
  while (stack.length > 0) {
    const node = stack.pop() as Derivation<ConflictCause>;
    if (seen.has(node.id)) continue;
    seen.add(node.id);
    if (node.kind === "derived") stack.push(...node.causes);
    else addPremise(node.cause, node.terms, found);
  }
  return found;
}

function addPremise(cause: ConflictCause, terms: readonly Term[], found: Premises): void {
  if (cause.kind === "yanked") found.yanked.push(...terms);
  if (cause.kind !== "input" && cause.kind !== "constraint" && cause.kind !== "requires") return;
  const { name, specifiers } = cause.kind === "requires" ? cause : cause.requirement;
  const list = found.specifiers.get(name);
  if (list === undefined) found.specifiers.set(name, [specifiers]);
  else list.push(specifiers);
}
