import type { PackageName, Report } from "../base/index.ts";
import type { PackageIndex } from "../index/index.ts";
import { parseRequirement, type Requirement } from "../requirement/index.ts";
import { resolve, type ResolvedPin } from "../resolve/index.ts";
import type { Target } from "../target/index.ts";
import { conflictError } from "./conflict-error.ts";

export interface ClosureOptions {
  /** The source distribution to be built, for messages. */
  readonly filename: string;
  readonly target: Target;
  readonly index: PackageIndex;
  /** Provider order of what builds need. */
  readonly providers: Readonly<Record<string, readonly string[]>>;
  /** The pins of a former lock's closure. */
  readonly preferences?: ReadonlyMap<PackageName, string>;
  /** Snapshot date in milliseconds. */
  readonly date: number;
  readonly report: Report;
}

/**
 * Resolves what a build asks for (PEP 518 `build-system.requires`, PEP 517
 * `get_requires_for_build_wheel`): pins sorted by name. Throws UserError `no-resolution` with the
 * explanation, and the requirement stage's errors for lines that are none.
 */
export async function resolveClosure(
  requires: readonly string[],
  { filename, target, ...options }: ClosureOptions,
): Promise<readonly ResolvedPin[]> {
  const requirements = requires.map((line) => requirementOf(line, filename));
  const outcome = await resolve({
    requirements,
    constraints: [],
    target,
    prereleases: false,
    preferences: new Map(),
    ...options,
  });
  if (outcome.kind === "conflict") throw conflictError(outcome, { target });
  return outcome.pins;
}

/** The requirement, with the source distribution as the place that it stands in. */
function requirementOf(line: string, filename: string): Requirement {
  return { ...parseRequirement(line), place: { file: filename } };
}
