import { isPromise, type PackageName, UserError } from "../base/index.ts";
import {
  ALL,
  type Choice,
  complement,
  contains,
  type Dependencies,
  type Dependency,
  EMPTY,
  exactly,
  intersect,
  isEmpty,
  NONE,
  type Rejection,
  ROOT,
  type SolverView,
  type Source,
  union,
  URGENCY,
  type Urgency,
  type VersionSet,
} from "../pubgrub/index.ts";
import { type CondaLayer, condaNameOf, condaNode } from "../provider/index.ts";
import type { Requirement } from "../requirement/index.ts";
import { ANY_VERSION, type MatchSpec, satisfiesPep440 } from "../version/index.ts";
import { type Admission, pinnedVersion } from "./admission.ts";
import { chooseCandidate } from "./choose-candidate.ts";
import { KeepOrder, type Renewal } from "./keep-order.ts";
import { nodeName } from "./node-name.ts";
import type { Need, Project, Release } from "./project.ts";
import { type Projects, Restart, Stopped } from "./projects.ts";
import type { Releases } from "./releases.ts";
import { loadAhead, speculate } from "./speculate.ts";
import type { MetadataOverride } from "./steering.ts";
import type { ConflictCause, SkippedCandidate } from "./types.ts";

const SELECTED: VersionSet = [0, 1];

export interface UniverseOptions {
  readonly projects: Projects;
  readonly releases: Releases;
  readonly admission: Admission;
  /** In effect for the target, in the order they are to be taken up. */
  readonly requirements: readonly Requirement[];
  readonly preferences: ReadonlyMap<PackageName, string>;
  readonly renewal?: Renewal;
  readonly siblings: ReadonlyMap<PackageName, string>;
  /** Names of which the lowest version is taken; true: of all. */
  readonly lowest: true | ReadonlySet<PackageName>;
  readonly skip: (skipped: SkippedCandidate) => void;
  /** Where there are conda's packages: what they and projects know of each other. */
  readonly conda?: CondaLayer;
  readonly goOn?: () => boolean;
}

/** The projects of a resolution as the solver sees them. Good for one attempt. */
export class Universe implements Source<ConflictCause> {
  readonly options: UniverseOptions;
  /** By node, then candidate (of an extra: of its project). */
  private readonly known: Map<number, Dependencies<ConflictCause>>[] = [];
  /** By node: what releases need that do not need their own project. */
  private readonly lists: Map<Release, readonly Dependency<ConflictCause>[]>[] = [];
  private readonly constrained = new Map<Project, readonly Rejection<ConflictCause>[]>();
  private root: Dependencies<ConflictCause> | undefined;

  /** Present where versions are to be kept. */
  readonly rank?: (node: number, allowed: VersionSet, view: SolverView) => number;

  constructor(options: UniverseOptions) {
    this.options = options;
    const { preferences, renewal, projects, conda } = options;
    if (preferences.size === 0) return;
    const order = new KeepOrder({ preferences, renewal, conda, nodes: projects.nodes });
    this.rank = (node, allowed, view) => order.rank(node, allowed, view);
  }

  group(node: number): number {
    return this.options.projects.nodes[node]?.project.id ?? ROOT;
  }

  waiting(view: SolverView): void {
    speculate(view, this);
  }

  choose(node: number, allowed: VersionSet, view: SolverView): Choice<ConflictCause> {
    if (this.options.goOn?.() === false) throw new Stopped("no more time");
    if (node === ROOT) return this.loadAll(this.rootProjects()) ?? 0;
    const { project, extra } = this.node(node);
    if (extra !== undefined) {
      const release = this.release(project, view.decision(project.id));
      return this.loadNeeds(this.options.releases.needsOfExtra(release, extra)) ?? 0;
    }
    const outside = this.outsideConstraints(project, allowed);
    if (outside.length > 0) return outside;
    const choice = chooseCandidate(project, allowed, this.options);
    if (typeof choice !== "number") {
      if (!Array.isArray(choice)) loadAhead(project, allowed, this.options.releases);
      return choice;
    }
    const { needs, constrains, twins } = this.release(project, choice);
    return (
      this.loadNeeds(needs) ??
      this.loadNeeds(constrains) ??
      this.loadAll(twins.map((twin) => twin.project)) ??
      this.refuseUnusable(project, choice, needs) ??
      choice
    );
  }

  /** A candidate that needs what a reference names and nobody can read. */
  private refuseUnusable(
    project: Project,
    candidate: number,
    needs: readonly Need[],
  ): readonly Rejection<ConflictCause>[] | undefined {
    for (const { requirement } of needs) {
      if (requirement.reference === undefined) continue;
      const error = this.options.projects.refer(requirement, requirement.reference);
      if (!(error instanceof UserError)) continue;
      const reason = `needs ${requirement.text}: ${error.message}`;
      this.options.skip({ name: project.name, version: project.version(candidate), reason });
      return [{ set: exactly(candidate), cause: { kind: "broken", reason } }];
    }
    return undefined;
  }

  private node(node: number): { project: Project; extra: string | undefined } {
    return this.options.projects.nodes[node] as { project: Project; extra: string | undefined };
  }

  private rootProjects(): readonly Project[] {
    const { requirements, projects } = this.options;
    return requirements.map((requirement) => projects.mention(nodeName(requirement)));
  }

  private release(project: Project, candidate: number): Release {
    const release = this.options.releases.get(project, candidate);
    if (isPromise(release) || "broken" in release) {
      throw new Error(`${project.name}: candidate ${candidate} was not read`);
    }
    return release;
  }

  private loadAll(projects: readonly Project[]): Promise<unknown> | undefined {
    let loading: Promise<unknown>[] | undefined;
    for (const project of projects) {
      if (project.list !== undefined) continue;
      const promise = this.options.projects.load(project);
      if (promise !== undefined) (loading ??= []).push(promise);
    }
    return loading === undefined ? undefined : Promise.all(loading);
  }

  /** Loads what needs name: lists of candidates, and files of references. */
  loadNeeds(needs: readonly Need[]): Promise<unknown> | undefined {
    let loading: Promise<unknown>[] | undefined;
    for (const { project, requirement } of needs) {
      const list = project.list === undefined ? this.options.projects.load(project) : undefined;
      if (list !== undefined) (loading ??= []).push(list);
      if (requirement.reference === undefined) continue;
      const reference = this.options.projects.refer(requirement, requirement.reference);
      if (isPromise(reference)) (loading ??= []).push(reference);
    }
    return loading === undefined ? undefined : Promise.all(loading);
  }

  /** What the constraints on a project forbid of `allowed`. */
  private outsideConstraints(
    project: Project,
    allowed: VersionSet,
  ): readonly Rejection<ConflictCause>[] {
    if (project.constraints.length === 0) return [];
    let rejections = this.constrained.get(project);
    if (rejections === undefined) {
      rejections = project.constraints.map((requirement) => ({
        set: intersect(complement(this.setOf(project, requirement)), ALL),
        cause: { kind: "constraint", requirement },
      }));
      this.constrained.set(project, rejections);
    }
    return rejections.filter(({ set }) => !isEmpty(intersect(set, allowed)));
  }

  dependencies(node: number, candidate: number, view: SolverView): Dependencies<ConflictCause> {
    if (node === ROOT) return (this.root ??= this.rootDependencies());
    const { project, extra } = this.node(node);
    const of = extra === undefined ? candidate : view.decision(project.id);
    const known = (this.known[node] ??= new Map<number, Dependencies<ConflictCause>>());
    let dependencies = known.get(of);
    if (dependencies === undefined) {
      const list = this.listOf(node, this.release(project, of), of);
      const condition = extra === undefined ? -1 : node;
      dependencies = { subject: project.id, candidate: of, condition, list };
      known.set(of, dependencies);
    }
    return dependencies;
  }

  /** What a candidate's release needs; the same list for candidates that share theirs. */
  private listOf(
    node: number,
    release: Release,
    candidate: number,
  ): readonly Dependency<ConflictCause>[] {
    const lists = (this.lists[node] ??= new Map());
    const shared = lists.get(release);
    if (shared !== undefined) return shared;
    const { project, extra } = this.node(node);
    const needs =
      extra === undefined ? release.needs : this.options.releases.needsOfExtra(release, extra);
    const condition = extra === undefined ? -1 : node;
    const list = needs.flatMap((need) =>
      this.dependencyOf(need, { project, candidate, condition }),
    );
    if (extra === undefined) this.addCondaTerms(release, list);
    if (needs.every((need) => need.project !== project)) lists.set(release, list);
    return list;
  }

  private rootDependencies(): Dependencies<ConflictCause> {
    const list = this.options.requirements.flatMap((requirement) => {
      const project = this.options.projects.mention(nodeName(requirement));
      return this.needed(project, requirement, { kind: "input", requirement });
    });
    return { subject: ROOT, candidate: 0, condition: -1, list };
  }

  private dependencyOf(
    { project, requirement, override }: Need,
    subject: { project: Project; candidate: number; condition: number },
  ): readonly Dependency<ConflictCause>[] {
    const plain = this.causeOf(project, requirement);
    const cause = override === undefined ? plain : overridden(plain, override);
    const list = this.needed(project, requirement, cause);
    if (project !== subject.project) return list;
    // A need of itself: its extras; of another version of itself: nothing can meet that.
    return list.flatMap((own) => {
      if (own.package === subject.condition) return [];
      if (own.package !== project.id) return [own];
      return contains(own.set, subject.candidate) ? [] : [{ ...own, set: EMPTY }];
    });
  }

  /** Constraints, which an absent package meets, and what is the same under another name. */
  private addCondaTerms({ constrains, twins }: Release, list: Dependency<ConflictCause>[]): void {
    for (const { project, requirement } of constrains) {
      const cause = this.causeOf(project, requirement, "constrains");
      const set = union(this.setOf(project, requirement), ABSENT);
      list.push({ package: project.id, set, urgency: URGENCY.normal, cause });
      this.constrainProjects(requirement, { list, cause });
    }
    for (const { project, keys } of twins) {
      const cause = { kind: "twin", name: project.name } as const;
      const set = project.withKeys(keys);
      list.push({ package: project.id, set, urgency: URGENCY.single, cause });
    }
  }

  /** A constraint on a conda package holds for the project that it is, where that is asked for. */
  private constrainProjects(
    { name, conda }: Requirement,
    { list, cause }: { list: Dependency<ConflictCause>[]; cause: ConflictCause },
  ): void {
    const layer = this.options.conda;
    if (layer === undefined || conda === undefined) return;
    for (const own of layer.projects(name)) {
      const project = layer.isPlayed(own) ? this.options.projects.byName(own) : undefined;
      if (project?.list === undefined || project.list === null) continue;
      const set = union(project.matchingConda(conda), ABSENT);
      list.push({ package: project.id, set, urgency: URGENCY.normal, cause });
    }
  }

  /** A project is asked for that is also conda's: what was read without knowing it is read again. */
  private play(project: Project): void {
    const layer = this.options.conda;
    if (layer === undefined || condaNameOf(project.name) !== undefined) return;
    const names = layer.play(project.name);
    for (const name of names) this.options.projects.byName(condaNode(name))?.reset();
    if (names.length > 0) throw new Restart(`${project.name} is asked for outside of conda`);
  }

  private needed(
    project: Project,
    requirement: Requirement,
    cause: ConflictCause,
  ): readonly Dependency<ConflictCause>[] {
    this.play(project);
    const set = this.setOf(project, requirement);
    const list: Dependency<ConflictCause>[] = [
      { package: project.id, set, urgency: urgencyOf(project, requirement), cause },
    ];
    for (const extra of requirement.extras) {
      const node = this.options.projects.extra(project, extra);
      list.push({ package: node, set: SELECTED, urgency: URGENCY.normal, cause });
    }
    return list;
  }

  /** The candidates that meet a requirement. */
  private setOf(project: Project, requirement: Requirement): VersionSet {
    const { reference, specifiers, conda, build } = requirement;
    if (conda !== undefined) return project.matchingConda(conda);
    if (reference !== undefined) {
      const candidate = this.options.projects.candidateOf(project, reference);
      return candidate < 0 ? EMPTY : exactly(candidate);
    }
    let set = project.sets.get(specifiers);
    if (set === undefined) {
      set = this.options.admission.allowed(project, specifiers);
      if (pinnedVersion(specifiers) !== undefined) project.pinned = union(project.pinned, set);
      for (const [i, { file }] of project.references.entries()) {
        if (satisfiesPep440(file.version, specifiers)) {
          set = union(set, exactly(project.versions.length + i));
        }
      }
      project.sets.set(specifiers, set);
    }
    return build === undefined ? set : intersect(set, project.withBuild(build));
  }

  /** The same object for the same need, so that the solver tells equal needs of neighbours as one. */
  private condaCause(
    { name, condaCauses }: Project,
    { conda, kind }: { readonly conda: MatchSpec; readonly kind: "requires" | "constrains" },
  ): ConflictCause {
    const key = `${kind} ${conda.text}`;
    let cause = condaCauses.get(key);
    if (cause === undefined) {
      cause =
        kind === "constrains"
          ? { kind, name, need: conda.text }
          : { kind, name, extras: [], specifiers: ANY_VERSION, need: conda.text };
      condaCauses.set(key, cause);
    }
    return cause;
  }

  private causeOf(
    project: Project,
    requirement: Requirement,
    kind: "requires" | "constrains" = "requires",
  ): ConflictCause {
    const { specifiers, extras, reference, conda } = requirement;
    const name = project.name;
    if (conda !== undefined) return this.condaCause(project, { conda, kind });
    if (reference !== undefined) return { kind: "requires", name, extras, specifiers, reference };
    let byExtras = project.causes.get(specifiers);
    if (byExtras === undefined)
      project.causes.set(specifiers, (byExtras = new Map<string, ConflictCause>()));
    const key = extras.length === 0 ? "" : extras.join(",");
    let cause = byExtras.get(key);
    if (cause === undefined) {
      cause = { kind: "requires", name, extras, specifiers };
      byExtras.set(key, cause);
    }
    return cause;
  }
}

/** A package that is not selected. */
const ABSENT: VersionSet = [NONE, NONE + 1];

/** By override, the causes that it is told with. */
const overriddenCauses = new WeakMap<ConflictCause, Map<MetadataOverride, ConflictCause>>();

/** A cause as one of an override, the same object for the same two. */
function overridden(cause: ConflictCause, override: MetadataOverride): ConflictCause {
  if (cause.kind !== "requires") return cause;
  let known = overriddenCauses.get(cause);
  if (known === undefined) overriddenCauses.set(cause, (known = new Map()));
  let told = known.get(override);
  if (told === undefined) known.set(override, (told = { ...cause, override }));
  return told;
}

function urgencyOf(project: Project, requirement: Requirement): Urgency {
  if (requirement.reference !== undefined) return URGENCY.fixed;
  if (pinnedVersion(requirement.specifiers) !== undefined) return URGENCY.single;
  const pinned = project.constraints.some(
    ({ specifiers }) => pinnedVersion(specifiers) !== undefined,
  );
  return pinned ? URGENCY.single : URGENCY.normal;
}

/** Reads the references of requirements before anything else. Throws what makes one unusable. */
export async function readReferences(
  requirements: readonly Requirement[],
  projects: Projects,
): Promise<void> {
  for (const requirement of requirements) {
    if (requirement.reference === undefined) continue;
    const error = await projects.refer(requirement, requirement.reference);
    if (error instanceof UserError) throw error;
  }
}
