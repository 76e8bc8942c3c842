import type { Requirement } from "../../requirement/index.ts";
import type { Conflict } from "../types.ts";
import { premisesOf } from "./advice.ts";

/** The user's own requirements and constraints that a conflict rests on. */
export function askedRequirements({ tree }: Conflict): readonly Requirement[] {
  return premisesOf(tree).flatMap(({ cause }) =>
    cause.kind === "input" || cause.kind === "constraint" ? [cause.requirement] : [],
  );
}
