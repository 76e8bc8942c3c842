/**
 * From requirements to a resolution for one target, or the reason why there is none. Takes
 * requirements, constraints, a target and an index; gives pins with their files, or a conflict as
 * data, and its wording apart. Touches nothing: the index it is given does.
 */
export { RESOLVE_ERRORS } from "./errors.ts";
export { askedRequirements } from "./explain/asked-requirements.ts";
export { conflictFacts } from "./explain/conflict-facts.ts";
export { ageText } from "./explain/refusal-text.ts";
export { explainConflict } from "./explain/explain-conflict.ts";
export type { Renewal } from "./keep-order.ts";
export { attempt } from "./remedies/attempt.ts";
export { findRemedies } from "./remedies/find-remedies.ts";
export type { Remedy, RemedyKind, RemedyOptions, Span } from "./remedies/types.ts";
export { resolve } from "./resolve.ts";
export type * from "./steering.ts";
export type {
  Conflict,
  ConflictCause,
  ConflictPackage,
  ReferencedFile,
  Resolution,
  ResolvedPin,
  ResolveInput,
  SkippedCandidate,
} from "./types.ts";
