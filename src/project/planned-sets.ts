import type { Lock } from "../lock/index.ts";
import { inputIdentity, inputLines, type RequirementInput } from "../requirement/index.ts";
import type { Target } from "../target/index.ts";
import type { ResolvedTarget } from "./assemble-lock.ts";
import type { InputSet } from "./input-sets.ts";

/** One problem to be solved: what is asked for, for a target, perhaps as a set. */
export interface PlannedResolution {
  readonly target: Target;
  readonly set?: string;
  readonly input: RequirementInput;
}

/** The problems of a plan, one set after the other, each for every target in the plan's order. */
export function plannedResolutions({
  input,
  sets,
  targets,
}: {
  readonly input: RequirementInput;
  readonly sets: readonly InputSet[];
  readonly targets: readonly Target[];
}): readonly PlannedResolution[] {
  if (sets.length === 0) return targets.map((target) => ({ target, input }));
  return sets.flatMap((set) =>
    targets.map((target) => ({ target, set: set.name, input: set.input })),
  );
}

/** What a lock says of its sets: what all of them ask for, and what each does besides. */
export function lockedSets(
  sets: readonly InputSet[],
): Pick<Lock, "requirements"> & Required<Pick<Lock, "sets">> {
  const lines = sets.map(({ input }) => inputLines(input));
  const [first = [], ...others] = lines;
  const requirements = first.filter((line) => others.every((list) => list.includes(line)));
  return {
    requirements,
    sets: Object.fromEntries(
      sets.map(({ name }, i) => [
        name,
        { requirements: (lines[i] ?? []).filter((line) => !requirements.includes(line)) },
      ]),
    ),
  };
}

/** The plan with what builds said that projects need, of all targets, where they had to be asked. */
export function withAsked<
  T extends { readonly input: RequirementInput; readonly sets: readonly InputSet[] },
>(plan: T, resolved: readonly ResolvedTarget[]): T {
  if (resolved.every(({ asked }) => asked === undefined)) return plan;
  const read = (input: RequirementInput, name?: string): RequirementInput => {
    const found = resolved.filter(({ set }) => set === name).flatMap(({ asked }) => asked ?? []);
    return found.length === 0 ? input : { ...input, requirements: found };
  };
  const sets = plan.sets.map(({ name, input }) => ({ name, input: read(input, name) }));
  return { ...plan, input: read(plan.input), sets };
}

/** Everything in the sets that can change a resolution, for a hash; nothing where there are none. */
export function identityOfSets(sets: readonly InputSet[]): {
  readonly sets?: Record<string, string[]>;
} {
  if (sets.length === 0) return {};
  return { sets: Object.fromEntries(sets.map(({ name, input }) => [name, inputIdentity(input)])) };
}
