import { isPromise, type PackageName } from "../base/index.ts";
import {
  type Choice,
  complement,
  contains,
  fromIndices,
  intersect,
  type VersionSet,
} from "../pubgrub/index.ts";
import type { Admission } from "./admission.ts";
import { preferredCandidates, type PreferredOptions } from "./preferred-candidates.ts";
import type { BrokenRelease, Project } from "./project.ts";
import type { Releases } from "./releases.ts";
import { searchOrder } from "./search-order.ts";
import type { ConflictCause, SkippedCandidate } from "./types.ts";

export interface ChooseOptions extends PreferredOptions {
  readonly admission: Admission;
  readonly releases: Releases;
  /** What other targets have. */
  readonly siblings: ReadonlyMap<PackageName, string>;
  readonly lowest: true | ReadonlySet<PackageName>;
  readonly skip: (skipped: SkippedCandidate) => void;
}

/**
 * The best candidate among those allowed: a direct reference, the preferred version, of the first
 * provider the version that other targets have, the newest (or the lowest, where that is wanted);
 * final versions first where pre-releases are a last resort, yanked ones only where they are pinned
 * and nothing else is left. If better ones had to be refused, their refusals, those with one
 * reason as one.
 */
export function chooseCandidate(
  project: Project,
  allowed: VersionSet,
  options: ChooseOptions,
): Choice<ConflictCause> {
  return new Search(project, options).run(allowed);
}

/** When so many source distributions of a project could not be built, its others are not tried. */
const MOST_UNBUILDABLE = 2;

/** What a look at a candidate tells: take it, wait, go on. */
type Verdict = "take" | "refused" | "yanked" | Promise<unknown>;

class Search {
  private readonly project: Project;
  private readonly options: ChooseOptions;
  private readonly refused = new Map<string, { cause: ConflictCause; candidates: number[] }>();
  private yanked = -1;

  constructor(project: Project, options: ChooseOptions) {
    this.project = project;
    this.options = options;
  }

  run(allowed: VersionSet): Choice<ConflictCause> {
    for (const preferred of preferredCandidates(this.project, this.options)) {
      const verdict = contains(allowed, preferred) ? this.look(preferred) : "refused";
      if (verdict === "take") return preferred;
      if (isPromise(verdict)) return verdict;
    }
    this.refused.clear();
    this.yanked = -1;
    for (const part of this.parts(allowed)) {
      const found = this.searchPart(part);
      if (found !== undefined) return found;
    }
    if (this.refused.size > 0) return this.rejections();
    if (this.yanked >= 0) return this.take(this.yanked);
    return [{ set: allowed, cause: { kind: "exhausted" } }];
  }

  /** Sets to search one after the other. */
  private parts(allowed: VersionSet): readonly VersionSet[] {
    const { prereleases, references, versions, name } = this.project;
    const parts: VersionSet[] = [];
    const listed: VersionSet = [0, versions.length];
    if (references.length > 0) {
      parts.push(intersect(allowed, [versions.length, versions.length + references.length]));
    }
    if (versions.length === 0) return parts;
    if (this.options.admission.finalsFirst(name)) {
      const ofList = intersect(allowed, listed);
      parts.push(intersect(ofList, complement(prereleases)), intersect(ofList, prereleases));
    } else parts.push(allowed);
    return parts;
  }

  private searchPart(part: VersionSet): Choice<ConflictCause> | undefined {
    const { lowest } = this.options;
    const upwards = lowest === true || lowest.has(this.project.name);
    for (const i of searchOrder(this.project, part, { upwards, first: this.sibling() })) {
      const verdict = this.look(i);
      if (verdict === "refused") continue;
      if (verdict === "yanked") {
        if (this.yanked < 0) this.yanked = i;
        continue;
      }
      if (this.refused.size > 0) return this.rejections();
      return verdict === "take" ? i : verdict;
    }
    return undefined;
  }

  private sibling(): string | undefined {
    return this.options.siblings.get(this.project.name);
  }

  private look(i: number): Verdict {
    if (i < this.project.versions.length) {
      const found = this.project.list?.look(i);
      if (found === undefined) return "refused";
      if (found.kind === "refusal") {
        return this.refuse(i, found.key, () => ({ kind: "refused", reason: found.reason }));
      }
      const { yanked } = found;
      if (yanked !== false) {
        if (contains(this.project.vouched, i)) return "yanked";
        return this.refuse(i, `yanked ${yanked}`, () => ({ kind: "yanked", reason: yanked }));
      }
      if (found.file?.kind === "sdist" && this.isGivenUp(i)) return this.refuseUntried(i);
    }
    return this.read(i);
  }

  /** Where some could not be built, others are only tried if they are pinned or known already. */
  private isGivenUp(i: number): boolean {
    const { unbuildable, pinned, releases } = this.project;
    if (unbuildable.size < MOST_UNBUILDABLE || unbuildable.has(i) || contains(pinned, i))
      return false;
    const release = releases[i];
    if (release === undefined || isPromise(release)) return true;
    return "broken" in release ? false : release.metadata.standIn !== undefined;
  }

  private refuseUntried(i: number): "refused" {
    const { unbuildable } = this.project;
    const failed = [...unbuildable].toSorted((a, b) => a - b).map((k) => this.project.version(k));
    return this.refuse(i, "not-tried", () => ({
      kind: "refused",
      reason: { kind: "not-tried", failed },
    }));
  }

  private read(i: number): "take" | "refused" | Promise<unknown> {
    const release = this.options.releases.get(this.project, i);
    if (isPromise(release)) return release;
    return "broken" in release ? this.refuseBroken(i, release) : "take";
  }

  private take(i: number): Choice<ConflictCause> {
    const verdict = this.read(i);
    if (verdict === "take") return i;
    return verdict === "refused" ? this.rejections() : verdict;
  }

  private refuse(i: number, key: string, cause: () => ConflictCause): "refused" {
    const same = this.refused.get(key);
    if (same === undefined) this.refused.set(key, { cause: cause(), candidates: [i] });
    else same.candidates.push(i);
    return "refused";
  }

  private refuseBroken(i: number, { broken, requiresPython, built }: BrokenRelease): "refused" {
    if (built === true) this.project.unbuildable.add(i);
    if (requiresPython !== undefined) {
      const reason = { kind: "requires-python", specifier: requiresPython } as const;
      return this.refuse(i, `python ${requiresPython}`, () => ({ kind: "refused", reason }));
    }
    this.options.skip({
      name: this.project.name,
      version: this.project.version(i),
      reason: broken,
    });
    const cause = { kind: "broken", reason: broken } as const;
    return this.refuse(i, `broken ${broken}`, () => (built === true ? { ...cause, built } : cause));
  }

  private rejections(): Choice<ConflictCause> {
    return [...this.refused.values()].map(({ cause, candidates }) => ({
      set: fromIndices(candidates.toSorted((a, b) => a - b)),
      cause,
    }));
  }
}
