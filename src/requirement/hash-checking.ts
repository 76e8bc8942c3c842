import type { UserError } from "../base/index.ts";
import { requirementError } from "./errors.ts";
import { quote } from "./fault.ts";
import { redact } from "./redact.ts";
import type { Requirement } from "./types.ts";

export interface HashRules {
  readonly requireHashes: boolean;
  readonly constraints: readonly Requirement[];
}

/**
 * pip's hash-checking mode: if one requirement has a hash, or `--require-hashes` is given, all
 * need one and must be pinned; a constraint of the same name can give either. What is missing, as
 * errors.
 */
export function checkHashes(
  requirements: readonly Requirement[],
  { requireHashes, constraints }: HashRules,
): UserError[] {
  if (!requireHashes && !requirements.some((requirement) => requirement.hashes.length > 0))
    return [];
  const byName = Map.groupBy(constraints, (constraint) => constraint.name);
  return requirements.flatMap((requirement) => {
    const related = [requirement, ...(byName.get(requirement.name) ?? [])];
    const problem = missing(requirement, related);
    return problem === undefined ? [] : [hashError(requirement, problem)];
  });
}

interface Problem {
  readonly message: string;
  readonly hint: string;
}

function missing(requirement: Requirement, related: readonly Requirement[]): Problem | undefined {
  const { reference } = requirement;
  if (reference?.kind === "git") {
    return { message: "a repository has no hash to check", hint: "give the URL of an archive" };
  }
  if (!related.some(hasHash)) {
    return {
      message: "has no --hash, but others do, or --require-hashes is given",
      hint: ADD_HASH,
    };
  }
  if (reference === undefined && !related.some(isPinned)) {
    return { message: "has a hash but no exact version", hint: "pin it with `==`" };
  }
  return undefined;
}

const ADD_HASH = "add --hash=sha256:… to it, or take the hashes from all requirements";

function hasHash({ hashes, reference }: Requirement): boolean {
  return hashes.length > 0 || (reference?.kind === "archive" && reference.hashes.length > 0);
}

/** pip's `InstallRequirement.is_pinned`: one specifier, `==` without wildcard or `===`. */
function isPinned({ specifiers: { specifiers } }: Requirement): boolean {
  const [first] = specifiers;
  if (specifiers.length !== 1 || first === undefined) return false;
  return first.op === "===" || (first.op === "==" && !first.wildcard);
}

function hashError(requirement: Requirement, { message, hint }: Problem): UserError {
  return requirementError("requirements-hash", `${redact(quote(requirement.text))} ${message}`, {
    hint,
    ...(requirement.place === undefined ? {} : { place: requirement.place }),
  });
}
