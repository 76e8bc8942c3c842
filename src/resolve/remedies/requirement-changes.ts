import type { Requirement } from "../../requirement/index.ts";
import { parseRequirement } from "../../requirement/index.ts";
import { ANY_VERSION } from "../../version/index.ts";
import { nearName } from "../explain/near-name.ts";
import { placeText, requirementText } from "../explain/premise.ts";
import type { Conflict, ConflictCause, ConflictPackage, ResolveInput } from "../types.ts";
import { type Change, versionIn } from "./types.ts";

type Asked = Extract<ConflictCause, { kind: "input" }>["requirement"];

/** What can be changed about a requirement or constraint of the user's own. */
export function requirementChanges(
  cause: Extract<ConflictCause, { kind: "input" | "constraint" }>,
  conflict: Conflict,
): readonly Change[] {
  const { requirement, kind } = cause;
  if (kind === "constraint") return [constraintChange(requirement)];
  const package_ = conflict.packages.find(
    ({ name, extra }) => name === requirement.name && extra === undefined,
  );
  if (package_ !== undefined && isUnknown(package_)) return nameChanges(requirement, conflict);
  return [isFree(requirement) ? dropChange(requirement) : relaxChange(requirement)];
}

function isUnknown({ list, versions }: ConflictPackage): boolean {
  return list === undefined && versions.length === 0;
}

/** Whether nothing but the name is asked for, or a source that cannot be widened. */
function isFree({ specifiers, reference, conda, build }: Asked): boolean {
  if (reference !== undefined) return true;
  return specifiers.specifiers.length === 0 && conda === undefined && build === undefined;
}

function toldAs(requirement: Requirement): string {
  return `${requirementText(requirement)} (${placeText(requirement)})`;
}

function relaxChange(requirement: Requirement): Change {
  const { conda: _, build: __, ...rest } = requirement;
  const { name, extras } = requirement;
  const text = extras.length === 0 ? name : `${name}[${extras.join(",")}]`;
  const relaxed: Requirement = { ...rest, specifiers: ANY_VERSION, text };
  return {
    kind: "requirement",
    key: `requirement ${requirement.text}`,
    cost: 20,
    apply: (input) => withRequirement(input, requirement, [relaxed]),
    text: (outcome) =>
      `change ${toldAs(requirement)} to allow ${name} ${versionIn(outcome, name) ?? ""}`,
  };
}

function dropChange(requirement: Requirement): Change {
  return {
    kind: "drop",
    key: `drop ${requirement.text}`,
    cost: 120,
    apply: (input) => withRequirement(input, requirement, []),
    text: () => `leave out ${toldAs(requirement)}`,
  };
}

function constraintChange(requirement: Requirement): Change {
  return {
    kind: "constraint",
    key: `constraint ${requirement.text}`,
    cost: 15,
    apply: (input) => ({
      ...input,
      constraints: input.constraints.filter((other) => other !== requirement),
    }),
    text: (outcome) => {
      const version = versionIn(outcome, requirement.name);
      const to = version === undefined ? "" : ` to allow ${requirement.name} ${version}`;
      return `change the constraint ${toldAs(requirement)}${to}`;
    },
  };
}

function nameChanges(requirement: Requirement, conflict: Conflict): readonly Change[] {
  const near = nearName(requirement.name, conflict.knownNames);
  if (near === undefined) return [dropChange(requirement)];
  const renamed = parseRequirement(`${near}${requirement.specifiers.text}`);
  const rename: Change = {
    kind: "name",
    key: `name ${requirement.name}`,
    cost: 5,
    apply: (input) => withRequirement(input, requirement, [renamed]),
    text: () => `did you mean ${near} instead of ${requirement.name}?`,
  };
  return [rename, dropChange(requirement)];
}

/** An input with other requirements in the place of one. */
export function withRequirement(
  input: ResolveInput,
  requirement: Requirement,
  instead: readonly Requirement[],
): ResolveInput {
  return {
    ...input,
    requirements: input.requirements.flatMap((other) => (other === requirement ? instead : other)),
  };
}
