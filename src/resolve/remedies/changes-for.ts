import type { PackageName } from "../../base/index.ts";
import { premisesOf } from "../explain/advice.ts";
import type { Premise } from "../explain/premise.ts";
import type { Conflict, ConflictPackage, ResolveInput } from "../types.ts";
import {
  dateChanges,
  overrideChanges,
  prereleaseChanges,
  providerChanges,
  yankedChange,
} from "./need-changes.ts";
import { refusalChanges } from "./refusal-changes.ts";
import { requirementChanges } from "./requirement-changes.ts";
import type { Change, RemedyOptions } from "./types.ts";

/** What could be changed about what a conflict rests on, each once, the cheapest first. */
export function changesFor(
  conflict: Conflict,
  input: ResolveInput,
  options: RemedyOptions,
): readonly Change[] {
  const found = new Map<string, Change>();
  for (const premise of premisesOf(conflict.tree)) {
    for (const change of changesOn(premise, { conflict, input, options })) {
      const key = `${change.key} ${change.cost}`;
      if (!found.has(key)) found.set(key, change);
    }
  }
  return [...found.values()].toSorted((a, b) => a.cost - b.cost);
}

interface Around {
  readonly conflict: Conflict;
  readonly input: ResolveInput;
  readonly options: RemedyOptions;
}

function changesOn(premise: Premise, around: Around): readonly Change[] {
  const { cause, terms } = premise;
  const { conflict, input, options } = around;
  const package_ = conflict.packages[terms[0]?.package ?? 0] as ConflictPackage;
  switch (cause.kind) {
    case "input":
      return [
        ...(cause.requirement === options.keep ? [] : requirementChanges(cause, conflict)),
        ...changesOnNeed(cause.requirement.name, { ...around, cause }),
      ];
    case "constraint":
      return requirementChanges(cause, conflict);
    case "requires":
      return [
        ...changesOnNeed(cause.name, { ...around, cause }),
        ...overrideChanges(premise, conflict),
      ];
    case "refused":
      return [
        ...refusalChanges(cause.reason, { package_, set: terms[0]?.set ?? [], conflict }),
        ...providerChanges(package_.name as PackageName, input.providers, options),
      ];
    case "yanked":
      return yankedChange(premise, conflict);
    default:
      return [];
  }
}

function changesOnNeed(
  name: PackageName,
  {
    conflict,
    input,
    options,
    cause,
  }: Around & { readonly cause: Parameters<typeof dateChanges>[0] },
): readonly Change[] {
  const package_ = conflict.packages.find((one) => one.name === name && one.extra === undefined);
  if (package_ === undefined) return [];
  return [
    ...providerChanges(name, input.providers, options),
    ...dateChanges(cause, package_, options),
    ...prereleaseChanges(package_),
  ];
}
