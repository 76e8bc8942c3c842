import * as fc from "fast-check";
import {
  type Choice,
  contains,
  type Dependencies,
  type Dependency,
  type Derivation,
  fromIndices,
  NONE,
  type Outcome,
  solve,
  type Source,
  URGENCY,
  type VersionSet,
} from "../../src/pubgrub/index.ts";

/** A need of a candidate: one of these candidates of a package, and of its feature where asked. */
export interface Need {
  readonly package: number;
  readonly candidates: readonly number[];
  readonly feature: boolean;
}

/** A candidate with needs of its own, those of its feature, and whether it is broken. */
export interface Candidate {
  readonly needs: readonly Need[];
  readonly featureNeeds: readonly Need[];
  readonly broken: boolean;
}

/** Package 0 is the root with one candidate. */
export type Universe = readonly (readonly Candidate[])[];

/** What the tests' incompatibilities are about. */
export type Cause =
  | { readonly kind: "root" }
  | { readonly kind: "need"; readonly text: string }
  | { readonly kind: "broken" }
  | { readonly kind: "none" };

const NO_VERSIONS: Cause = { kind: "none" };
const BROKEN: Cause = { kind: "broken" };

/** A solver's source over a universe. Package p is 2p, its feature 2p + 1. */
export class UniverseSource implements Source<Cause> {
  private readonly known = new Map<string, Dependencies<Cause>>();
  private readonly causes = new Map<string, { cause: Cause; set: VersionSet }>();
  readonly universe: Universe;

  constructor(universe: Universe) {
    this.universe = universe;
  }

  group(package_: number): number {
    return package_ >> 1;
  }

  choose(package_: number, allowed: VersionSet): Choice<Cause> {
    if (package_ % 2 === 1) return 0;
    const list = this.universe[package_ >> 1] as readonly Candidate[];
    const broken: number[] = [];
    for (const [i, candidate] of list.entries()) {
      if (!contains(allowed, i)) continue;
      if (!candidate.broken) {
        return broken.length === 0 ? i : [{ set: fromIndices(broken), cause: BROKEN }];
      }
      broken.push(i);
    }
    if (broken.length > 0) return [{ set: fromIndices(broken), cause: BROKEN }];
    return [{ set: allowed, cause: NO_VERSIONS }];
  }

  dependencies(
    package_: number,
    candidate: number,
    view: { decision(package_: number): number },
  ): Dependencies<Cause> {
    const feature = package_ % 2 === 1;
    const subject = feature ? package_ - 1 : package_;
    const index = feature ? view.decision(subject) : candidate;
    const key = `${package_} ${index}`;
    let known = this.known.get(key);
    if (known === undefined) {
      const found = this.universe[subject >> 1]?.[index] as Candidate;
      const list = (feature ? found.featureNeeds : found.needs).flatMap((need) => this.needs(need));
      known = { subject, candidate: index, condition: feature ? package_ : -1, list };
      this.known.set(key, known);
    }
    return known;
  }

  private needs({ package: package_, candidates, feature }: Need): Dependency<Cause>[] {
    const text = `${package_} in ${candidates.join(",")}`;
    let told = this.causes.get(text);
    if (told === undefined) {
      told = { cause: { kind: "need", text }, set: fromIndices(candidates) };
      this.causes.set(text, told);
    }
    const base = { package: 2 * package_, urgency: URGENCY.normal, ...told };
    return feature ? [base, { ...base, package: 2 * package_ + 1, set: [0, 1] }] : [base];
  }
}

/** Solves a universe; synchronously, since all of it is there. */
export function solveUniverse(universe: Universe): Outcome<Cause> {
  return solve(new UniverseSource(universe), { kind: "root" }) as Outcome<Cause>;
}

/** A selection: candidate (or NONE) by solver package. */
export type Selection = readonly number[];

/** Every selection of the universe that has the root. */
export function* selections(universe: Universe): Generator<number[]> {
  const chosen: number[] = [0, NONE];
  function* from(package_: number): Generator<number[]> {
    if (package_ === universe.length) {
      yield chosen;
      return;
    }
    const count = universe[package_]?.length ?? 0;
    for (let i = -1; i < count; i++) {
      chosen[2 * package_] = i < 0 ? NONE : i;
      for (const feature of i < 0 ? [NONE] : [NONE, 0]) {
        chosen[2 * package_ + 1] = feature;
        yield* from(package_ + 1);
      }
    }
  }
  yield* from(1);
}

/** Whether a selection has all that its candidates need and nothing broken. */
export function isSound(universe: Universe, selection: Selection): boolean {
  return universe.every((list, package_) => {
    const index = selection[2 * package_] as number;
    if (index === NONE) return selection[2 * package_ + 1] === NONE;
    const { needs, featureNeeds, broken } = list[index] as Candidate;
    const active = selection[2 * package_ + 1] === NONE ? needs : [...needs, ...featureNeeds];
    return !broken && active.every((need) => isMet(need, selection));
  });
}

function isMet({ package: package_, candidates, feature }: Need, selection: Selection): boolean {
  const index = selection[2 * package_] as number;
  return candidates.includes(index) && (!feature || selection[2 * package_ + 1] === 0);
}

/** The external premises of a derivation, each once. */
export function premises(tree: Derivation<Cause>): Derivation<Cause>[] {
  const seen = new Map<number, Derivation<Cause>>();
  const stack = [tree];
  while (stack.length > 0) {
    const node = stack.pop() as Derivation<Cause>;
    if (seen.has(node.id)) continue;
    seen.set(node.id, node);
    if (node.kind === "derived") stack.push(...node.causes);
  }
  return [...seen.values()].filter((node) => node.kind === "external");
}

/** Whether an incompatibility's terms all hold in a selection. */
export function holds({ terms }: Derivation<Cause>, selection: Selection): boolean {
  return terms.every(({ package: package_, set }) => contains(set, selection[package_] ?? NONE));
}

/** Universes of up to five packages with up to four candidates each. */
export function universes(): fc.Arbitrary<Universe> {
  return fc
    .tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 1, max: 4 }))
    .chain(([packages, candidates]) => {
      const need = fc.record({
        package: fc.integer({ min: 1, max: packages }),
        candidates: fc.subarray([...Array(candidates).keys()], { minLength: 0 }),
        feature: fc.boolean(),
      });
      function needsOf(package_: number, maxLength: number): fc.Arbitrary<Need[]> {
        return fc
          .array(need, { maxLength })
          .map((needs) => needs.filter((n) => n.package !== package_));
      }
      const lists = [...Array(packages).keys()].map((p) =>
        fc.array(
          fc.record({
            needs: needsOf(p + 1, 3),
            featureNeeds: needsOf(p + 1, 2),
            broken: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
          }),
          { minLength: 1, maxLength: candidates },
        ),
      );
      const root = fc.record({
        needs: fc.array(need, { minLength: 1, maxLength: 4 }),
        featureNeeds: fc.constant([]),
        broken: fc.constant(false),
      });
      return fc.tuple(fc.tuple(root), ...lists).map((all) => all as Universe);
    })
    .map(clip);
}

function clip(universe: Universe): Universe {
  const clipNeed = (need: Need): Need => ({
    ...need,
    candidates: need.candidates.filter((i) => i < (universe[need.package]?.length ?? 0)),
  });
  return universe.map((list) =>
    list.map((candidate) => ({
      broken: candidate.broken,
      needs: candidate.needs.map(clipNeed),
      featureNeeds: candidate.featureNeeds.map(clipNeed),
    })),
  );
}
