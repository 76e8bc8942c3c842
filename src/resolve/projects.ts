import { isPromise, type MaybePromise, type PackageName, UserError } from "../base/index.ts";
import type { Provider } from "../provider/index.ts";
import { ROOT } from "../pubgrub/index.ts";
import type { DirectReference, Requirement } from "../requirement/index.ts";
import { resolveError } from "./errors.ts";
import { nodeName } from "./node-name.ts";
import { Project } from "./project.ts";
import type { ReferencedFile, ResolveInput } from "./types.ts";

/** Thrown where what was found changes the numbers of candidates already in use: begin again. */
export class Restart extends Error {}

/** Thrown where the caller wants no more of it. */
export class Stopped extends Error {}

/** The projects of one resolution: each loaded once, when it is first needed. */
export class Projects {
  /** By the solver's number; the extra where it is one. */
  readonly nodes: { readonly project: Project; readonly extra: string | undefined }[] = [];
  private readonly byNormalName = new Map<PackageName, Project>();
  private readonly constraints = new Map<PackageName, Requirement[]>();
  private readonly references = new Map<string, MaybePromise<ReferencedFile | UserError>>();
  private readonly provider: Provider;
  private readonly input: ResolveInput;

  constructor(input: ResolveInput, provider: Provider) {
    this.input = input;
    this.provider = provider;
    this.nodes.push({ project: new Project("" as PackageName, ROOT), extra: undefined });
  }

  /** Notes a constraint, for when its project is needed. */
  constrain(requirement: Requirement): void {
    const name = nodeName(requirement);
    const list = this.constraints.get(name);
    if (list === undefined) this.constraints.set(name, [requirement]);
    else list.push(requirement);
  }

  byId(id: number): Project | undefined {
    return id === ROOT ? undefined : this.nodes[id]?.project;
  }

  byName(name: PackageName): Project | undefined {
    return this.byNormalName.get(name);
  }

  names(): readonly PackageName[] {
    return [...this.byNormalName.keys()];
  }

  /** The project of a name. The first mention begins loading it. */
  mention(name: PackageName): Project {
    let project = this.byNormalName.get(name);
    if (project !== undefined) return project;
    project = new Project(name, this.nodes.length);
    project.constraints = this.constraints.get(name) ?? [];
    this.byNormalName.set(name, project);
    this.nodes.push({ project, extra: undefined });
    this.provider.prefetch(name);
    return project;
  }

  /** The number of an extra. */
  extra(project: Project, extra: string): number {
    let id = project.extras.get(extra);
    if (id !== undefined) return id;
    id = this.nodes.length;
    project.extras.set(extra, id);
    this.nodes.push({ project, extra });
    return id;
  }

  /** Loads a project's candidates; undefined where they are there. */
  load(project: Project): Promise<void> | undefined {
    if (project.list !== undefined) return undefined;
    if (project.loading !== undefined) return project.loading;
    const found = this.provider.candidates(project.name);
    if (!isPromise(found)) {
      project.list = found ?? null;
      return undefined;
    }
    project.loading = (async () => {
      project.list = (await found) ?? null;
    })();
    return project.loading;
  }

  /**
   * Reads what a requirement's reference names, and makes it a candidate of its project. Gives an
   * error as a value; throws Restart where candidates of the project are in use already.
   */
  refer(requirement: Requirement, reference: DirectReference): MaybePromise<UserError | undefined> {
    const key = JSON.stringify(reference);
    let found = this.references.get(key);
    if (found === undefined) {
      found = this.input.referenceFile?.(reference, requirement) ?? unreadable(requirement);
      this.references.set(key, found);
      // A failure is met where the reference is waited for.
      if (isPromise(found)) {
        found.then((file) => this.references.set(key, file)).catch(() => undefined);
      }
    }
    if (isPromise(found)) return found.then(() => this.refer(requirement, reference));
    if (found instanceof UserError) return found;
    this.addReference(this.mention(requirement.name), { reference, file: found });
    return undefined;
  }

  private addReference(
    project: Project,
    added: { reference: DirectReference; file: ReferencedFile },
  ): void {
    if (this.candidateOf(project, added.reference) >= 0) return;
    project.references.push(added);
    if (project.sets.size > 0) throw new Restart("a direct reference was found late");
  }

  /** The candidate that a reference read before names, or -1. */
  candidateOf(project: Project, reference: DirectReference): number {
    const key = referenceKey(reference);
    const at = project.references.findIndex((known) => referenceKey(known.reference) === key);
    return at < 0 ? -1 : project.versions.length + at;
  }
}

/** Two references are one candidate if they name the same source; hashes only check it. */
function referenceKey(reference: DirectReference): string {
  return JSON.stringify(
    reference.kind === "archive" ? { ...reference, hashes: undefined } : reference,
  );
}

function unreadable(requirement: Requirement): UserError {
  return resolveError(
    "resolve-reference-unreadable",
    `${requirement.text} names a source that is not read here`,
    {
      hint: "ask for the package by name and version",
      ...(requirement.place === undefined ? {} : { place: requirement.place }),
    },
  );
}
