import { isPromise, type MaybePromise } from "../base/index.ts";
import { DecisionOrder } from "./decision-order.ts";
import { derivationOf } from "./derivation.ts";
import {
  dependencyIncompatibility,
  external,
  type Incompatibility,
  priorCause,
} from "./incompatibility.ts";
import { PartialSolution } from "./partial-solution.ts";
import {
  type Dependencies,
  type Dependency,
  type Outcome,
  type Rejection,
  ROOT,
  type SolverCounts,
  type SolverView,
  type Source,
  URGENCY,
} from "./types.ts";
import {
  complement,
  contains,
  exactly,
  isDisjoint,
  isSubset,
  union,
  type VersionSet,
} from "./version-set.ts";

/**
 * Finds one candidate for each package that is needed, or the reason why there is none, by PubGrub:
 * unit propagation over incompatibilities, conflict resolution that learns new ones, and
 * backjumping. Answers synchronously as long as the source does.
 */
export function solve<C>(source: Source<C>, rootCause: C): MaybePromise<Outcome<C>> {
  return run(new Solver(source, rootCause));
}

function run<C>(solver: Solver<C>): MaybePromise<Outcome<C>> {
  for (;;) {
    const step = solver.step();
    if (step === undefined) continue;
    if (isPromise(step)) return step.then(() => run(solver));
    return step;
  }
}

const SATISFIED = -1;
const OPEN = -2;

/** An incompatibility of a need, with what another need must share to be told as one with it. */
interface Merged {
  id: number;
  readonly package: number;
  readonly condition: number;
  readonly set: VersionSet;
}

class Solver<C> implements SolverView {
  private readonly source: Source<C>;
  private readonly store: Incompatibility<C>[] = [];
  /** By package: the incompatibilities that have a term of it. */
  private readonly byPackage: number[][] = [];
  private readonly solution = new PartialSolution();
  private readonly order = new DecisionOrder();
  /** By incompatibility: 1 while it is contradicted. The trail has them with their levels. */
  private readonly contradicted: number[] = [];
  private readonly contradictedIds: number[] = [];
  private readonly contradictedLevels: number[] = [];
  private readonly added = new Set<Dependencies<C>>();
  /** By subject, then cause: the incompatibility that such needs are merged into. */
  private readonly merged: Map<C, Merged[]>[] = [];
  private next = ROOT;
  private backtracked = false;
  private decisions = 0;
  private conflicts = 0;

  constructor(source: Source<C>, rootCause: C) {
    this.source = source;
    this.order.mention(ROOT, source.group(ROOT), URGENCY.fixed);
    this.add(external([ROOT], [complement([0, 1])], rootCause));
  }

  decision(package_: number): number {
    return this.solution.decision(package_);
  }

  *undecided(): Generator<readonly [number, VersionSet]> {
    for (const package_ of this.solution.neededPackages()) {
      if (this.solution.decision(package_) < 0) yield [package_, this.solution.term(package_)];
    }
  }

  /** One round: propagate, then decide a package. Undefined means: go on. */
  step(): Outcome<C> | Promise<unknown> | undefined {
    const terminal = this.propagate(this.next);
    if (terminal >= 0) {
      return { kind: "conflict", tree: derivationOf(this.store, terminal), counts: this.counts() };
    }
    this.undoDeprioritized();
    const package_ = this.pick();
    if (package_ < 0) return this.finished();
    this.next = package_;
    const choice = this.source.choose(package_, this.solution.term(package_), this);
    if (typeof choice === "number") return this.tryCandidate(package_, choice);
    if (isPromise<readonly Rejection<C>[]>(choice as Promise<readonly Rejection<C>[]>)) {
      return this.wait(choice as Promise<unknown>);
    }
    this.reject(package_, choice as readonly Rejection<C>[]);
    return undefined;
  }

  private wait(promise: Promise<unknown>): Promise<unknown> {
    this.source.waiting?.(this);
    return promise;
  }

  private counts(): SolverCounts {
    return {
      decisions: this.decisions,
      conflicts: this.conflicts,
      incompatibilities: this.store.length,
    };
  }

  private finished(): Outcome<C> {
    const decisions = new Map<number, number>();
    for (const package_ of this.solution.neededPackages()) {
      decisions.set(package_, this.solution.decision(package_));
    }
    return { kind: "solution", decisions, counts: this.counts() };
  }

  private pick(): number {
    let best = -1;
    let highest = 0;
    for (const package_ of this.solution.neededPackages()) {
      if (this.solution.decision(package_) >= 0) continue;
      const rank = this.source.rank?.(package_, this.solution.term(package_), this) ?? 0;
      if (best >= 0 && rank < highest) continue;
      if (best >= 0 && rank === highest && !this.order.isBefore(package_, best)) continue;
      best = package_;
      highest = rank;
    }
    return best;
  }

  private reject(package_: number, rejections: readonly Rejection<C>[]): void {
    if (rejections.length === 0) throw new Error(`package ${package_}: no candidate and no reason`);
    for (const { set, cause } of rejections) this.add(external([package_], [set], cause));
  }

  private tryCandidate(package_: number, candidate: number): Promise<unknown> | undefined {
    if (!contains(this.solution.term(package_), candidate)) {
      throw new Error(`package ${package_}: candidate ${candidate} is not allowed`);
    }
    const dependencies = this.source.dependencies(package_, candidate, this);
    if (isPromise(dependencies)) return this.wait(dependencies);
    this.decisions++;
    if (this.added.has(dependencies)) {
      this.solution.decide(package_, candidate);
      return undefined;
    }
    this.added.add(dependencies);
    const ids = this.addDependencies(dependencies);
    const violated = this.backtracked ? this.violated(package_, candidate, ids) : -1;
    if (violated < 0) this.solution.decide(package_, candidate);
    else
      this.order.conflict(
        package_,
        package_,
        (this.store[violated] as Incompatibility<C>).packages,
      );
    return undefined;
  }

  /** The first of the incompatibilities that deciding so would satisfy, or -1. */
  private violated(package_: number, candidate: number, ids: readonly number[]): number {
    const decided = exactly(candidate);
    for (const id of ids) {
      const { packages, sets } = this.store[id] as Incompatibility<C>;
      let all = true;
      for (let i = 0; all && i < packages.length; i++) {
        const term = packages[i] === package_ ? decided : this.solution.term(packages[i] as number);
        all = isSubset(term, sets[i] as VersionSet);
      }
      if (all) return id;
    }
    return -1;
  }

  private addDependencies(dependencies: Dependencies<C>): readonly number[] {
    const ids: number[] = [];
    for (const need of dependencies.list) {
      this.order.mention(need.package, this.source.group(need.package), need.urgency);
      ids.push(this.addNeed(dependencies, need));
    }
    return ids;
  }

  /** Adds a need, told as one with those of other candidates that have the same cause. */
  private addNeed({ subject, candidate, condition }: Dependencies<C>, need: Dependency<C>): number {
    const bySubject = (this.merged[subject] ??= new Map<C, Merged[]>());
    let same = bySubject.get(need.cause);
    if (same === undefined) bySubject.set(need.cause, (same = []));
    const entry = same.find(
      (e) => e.package === need.package && e.condition === condition && e.set === need.set,
    );
    let versions = exactly(candidate);
    if (entry !== undefined) {
      const old = this.store[entry.id] as Incompatibility<C>;
      versions = union(old.sets[0] as VersionSet, versions);
      this.remove(entry.id, old);
    }
    const id = this.add(dependencyIncompatibility({ package: subject, versions, condition }, need));
    if (entry !== undefined) entry.id = id;
    else same.push({ id, package: need.package, condition, set: need.set });
    return id;
  }

  private remove(id: number, { packages }: Incompatibility<C>): void {
    for (const package_ of packages) {
      const list = this.byPackage[package_] as number[];
      const at = list.lastIndexOf(id);
      if (at >= 0) list.splice(at, 1);
    }
  }

  private add(incompatibility: Incompatibility<C>): number {
    const id = this.store.length;
    this.store.push(incompatibility);
    this.contradicted.push(0);
    for (const package_ of incompatibility.packages) {
      const list = this.byPackage[package_];
      if (list === undefined) this.byPackage[package_] = [id];
      else list.push(id);
    }
    return id;
  }

  /** Derives all that follows from what changed about a package; gives a terminal incompatibility or -1. */
  private propagate(package_: number): number {
    const changed = [package_];
    while (changed.length > 0) {
      const conflict = this.propagateOne(changed.pop() as number, changed);
      if (conflict < 0) continue;
      const learned = this.resolveConflict(conflict);
      if (learned.terminal) return learned.id;
      changed.length = 0;
      changed.push(learned.package);
      this.solution.derive(
        learned.package,
        learned.id,
        this.store[learned.id] as Incompatibility<C>,
      );
      this.markContradicted(learned.id);
    }
    return -1;
  }

  /** Newest incompatibilities first; gives a satisfied one, or -1. */
  private propagateOne(package_: number, changed: number[]): number {
    const list = this.byPackage[package_];
    if (list === undefined) return -1;
    for (let i = list.length - 1; i >= 0; i--) {
      const id = list[i] as number;
      if (this.contradicted[id] === 1) continue;
      const relation = this.relation(id);
      if (relation === SATISFIED) return id;
      if (relation === OPEN) continue;
      if (!changed.includes(relation)) changed.push(relation);
      this.solution.derive(relation, id, this.store[id] as Incompatibility<C>);
      this.markContradicted(id);
    }
    return -1;
  }

  /** SATISFIED, OPEN (nothing follows), or the one package whose term does not hold yet. */
  private relation(id: number): number {
    const { packages, sets } = this.store[id] as Incompatibility<C>;
    let almost = SATISFIED;
    for (let i = 0; i < packages.length; i++) {
      const package_ = packages[i] as number;
      const term = this.solution.term(package_);
      const set = sets[i] as VersionSet;
      if (isSubset(term, set)) continue;
      if (isDisjoint(term, set)) {
        this.markContradicted(id);
        return OPEN;
      }
      if (almost !== SATISFIED) return OPEN;
      almost = package_;
    }
    return almost;
  }

  private markContradicted(id: number): void {
    this.contradicted[id] = 1;
    this.contradictedIds.push(id);
    this.contradictedLevels.push(this.solution.level);
  }

  private backtrack(level: number): void {
    this.backtracked = true;
    this.solution.backtrack(level);
    while (
      this.contradictedLevels.length > 0 &&
      (this.contradictedLevels.at(-1) as number) > level
    ) {
      this.contradictedLevels.pop();
      this.contradicted[this.contradictedIds.pop() as number] = 0;
    }
  }

  /** Follows a satisfied incompatibility to its root cause, goes back to where that is new, learns it. */
  private resolveConflict(conflict: number): { terminal: boolean; id: number; package: number } {
    this.conflicts++;
    let id = conflict;
    const causes: (readonly [number, number])[] = [];
    for (;;) {
      const current = this.store[id] as Incompatibility<C>;
      if (isTerminal(current)) return { terminal: true, id, package: ROOT };
      const satisfier = this.solution.satisfier(current, this.store);
      if (satisfier.cause < 0 || satisfier.previousLevel < satisfier.level) {
        this.backtrack(satisfier.previousLevel);
        if (id !== conflict) this.learn(id);
        causes.push([satisfier.package, id]);
        for (const [affected, cause] of causes) {
          this.order.conflict(
            affected,
            this.next,
            (this.store[cause] as Incompatibility<C>).packages,
          );
        }
        return { terminal: false, id, package: satisfier.package };
      }
      const cause = this.store[satisfier.cause] as Incompatibility<C>;
      this.store.push(priorCause([id, satisfier.cause], [current, cause], satisfier.package));
      this.contradicted.push(0);
      id = this.store.length - 1;
      causes.push([satisfier.package, id]);
    }
  }

  private learn(id: number): void {
    for (const package_ of (this.store[id] as Incompatibility<C>).packages) {
      const list = this.byPackage[package_];
      if (list === undefined) this.byPackage[package_] = [id];
      else list.push(id);
    }
  }

  private undoDeprioritized(): void {
    for (const package_ of this.order.reorder()) {
      const level = this.solution.decisionLevel(package_);
      if (level > 1) this.backtrack(level - 1);
    }
  }
}

function isTerminal<C>({ packages, sets }: Incompatibility<C>): boolean {
  return (
    packages.length === 0 ||
    (packages.length === 1 && packages[0] === ROOT && contains(sets[0] as VersionSet, 0))
  );
}
