/**
 * The generic version solver (PubGrub). Takes a source of packages, known by small integers, with
 * candidates, known by index, and their needs; gives a candidate for each needed package or the
 * derivation tree of why there is none. Knows no word of Python; touches nothing.
 */
export { solve } from "./solver.ts";
export {
  type Choice,
  type Dependencies,
  type Dependency,
  type Derivation,
  type Outcome,
  type Rejection,
  ROOT,
  type SolverCounts,
  type SolverView,
  type Source,
  type Term,
  URGENCY,
  type Urgency,
} from "./types.ts";
export {
  ALL,
  ANY,
  complement,
  contains,
  EMPTY,
  END,
  equals,
  exactly,
  fromIndices,
  intersect,
  isAny,
  isDisjoint,
  isEmpty,
  isPositive,
  isSubset,
  NONE,
  union,
  type VersionSet,
} from "./version-set.ts";
