import { joinErrors, UserError } from "../base/index.ts";
import type { Requirement, RequirementInput } from "../requirement/index.ts";
import type { References } from "./references.ts";

/**
 * The input with the names that its sources say: `./folder` and `-e ./folder` have none before they are
 * read. Throws what makes them unusable, all of it as one error.
 */
export async function withNames(
  input: RequirementInput,
  references: References,
): Promise<RequirementInput> {
  if (input.requirements.every(({ name }) => name !== "")) return input;
  const requirements: Requirement[] = [];
  const errors: UserError[] = [];
  for (const requirement of input.requirements) {
    const { reference, name } = requirement;
    const found =
      name !== "" || reference === undefined ? undefined : await references(reference, requirement);
    if (found instanceof UserError) errors.push(found);
    else if (found?.name === undefined) requirements.push(requirement);
    else requirements.push({ ...requirement, name: found.name, spelled: found.name });
  }
  const [first, ...others] = errors;
  if (first !== undefined) throw joinErrors([first, ...others]);
  return { ...input, requirements };
}
