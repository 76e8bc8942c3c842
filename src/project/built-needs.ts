import { joinErrors, normalizeName, UserError } from "../base/index.ts";
import {
  evaluateMarker,
  type Marker,
  parseDependency,
  type Requirement,
  type RequirementInput,
} from "../requirement/index.ts";
import { markerEnvironment, type MarkerEnvironment, type Target } from "../target/index.ts";
import { projectError } from "./errors.ts";
import type { References } from "./references.ts";

/**
 * The input with what projects need instead of the requirements that stand for that (`needsOnly`): their
 * builds are asked, under the target's Python. Throws what is wrong with them as one error.
 */
export async function withNeeds(
  input: RequirementInput,
  { references, target }: { readonly references: References; readonly target: Target },
): Promise<RequirementInput> {
  if (input.requirements.every(({ needsOnly }) => needsOnly === undefined)) return input;
  const environment = markerEnvironment(target);
  const requirements: Requirement[] = [];
  const errors: UserError[] = [];
  for (const requirement of input.requirements) {
    const { reference, needsOnly } = requirement;
    if (needsOnly === undefined || reference === undefined) {
      requirements.push(requirement);
      continue;
    }
    const found = await references(reference, requirement);
    if (found instanceof UserError) errors.push(found);
    else requirements.push(...needsIn(requirement, { ...found, environment }));
  }
  const [first, ...others] = errors;
  if (first !== undefined) throw joinErrors([first, ...others]);
  return { ...input, requirements };
}

/** Needs of a project, and of those of its extras that are asked for, by it itself as well. */
function needsIn(
  asked: Requirement,
  {
    name,
    metadata,
    environment,
  }: {
    readonly name?: string;
    readonly metadata: { readonly requiresDist: readonly string[] };
    readonly environment: MarkerEnvironment;
  },
): readonly Requirement[] {
  const all = metadata.requiresDist.map((line) => readNeed(line, asked));
  const extras = new Set<string>(asked.extras);
  // A set grows while it is gone through.
  for (const extra of extras) {
    for (const need of all) {
      if (need.name !== name || !holds(need, { environment, extras: [extra] })) continue;
      for (const more of need.extras) extras.add(normalizeName(more));
    }
  }
  return all
    .filter((need) => need.name !== name && holds(need, { environment, extras: [...extras] }))
    .map(withoutExtra);
}

function readNeed(line: string, { text, place }: Requirement): Requirement {
  const need = parseDependency(line);
  if (need !== undefined) return { ...need, ...(place === undefined ? {} : { place }) };
  const message = `${text}: ${JSON.stringify(line)} cannot be read`;
  throw projectError("project-needs-build", message, place === undefined ? {} : { place });
}

function holds(
  { marker }: Requirement,
  { environment, extras }: { readonly environment: MarkerEnvironment; readonly extras: string[] },
): boolean {
  return marker === undefined || evaluateMarker(marker, environment, { extras });
}

/** What an extra brought is asked for as it is; other conditions stay, for other targets. */
function withoutExtra(need: Requirement): Requirement {
  if (need.marker === undefined || !mentionsExtra(need.marker)) return need;
  const { marker: _, ...rest } = need;
  return rest;
}

function mentionsExtra(marker: Marker): boolean {
  if (marker.kind !== "compare") return marker.operands.some(mentionsExtra);
  return [marker.left, marker.right].some(
    (side) => side.kind === "variable" && side.name === "extra",
  );
}
