import { joinErrors, type Place, UserError } from "../base/index.ts";
import { tryParseSpecifiers } from "../version/index.ts";
import { requirementError } from "./errors.ts";
import { condaRequirement } from "./match-spec-requirement.ts";
import { redact } from "./redact.ts";
import type { CondaDependency, EnvironmentYml } from "./types-environment.ts";
import type { Requirement, RequirementInput } from "./types.ts";

/**
 * The dependencies of an environment.yml, each in conda's terms, with the place where it stands.
 * Throws `environment-yml-invalid` for those that conda would not read, all as one.
 */
export function condaRequirements({ dependencies }: EnvironmentYml): readonly Requirement[] {
  const errors: UserError[] = [];
  const requirements = dependencies.flatMap((dependency) => {
    try {
      return [readDependency(dependency)];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      errors.push(badSpec(error, dependency));
      return [];
    }
  });
  const [first, ...others] = errors;
  if (first !== undefined) throw joinErrors([first, ...others]);
  return requirements;
}

/** An exported `name=version=build` asks for exactly these. */
function readDependency({ text, marker, place }: CondaDependency): Requirement {
  const requirement = condaRequirement(text, place);
  return marker === undefined ? requirement : { ...requirement, marker };
}

function badSpec(error: UserError, { text, place }: CondaDependency): UserError {
  return requirementError("environment-yml-invalid", `${redact(text)}: ${error.message}`, {
    place: place satisfies Place,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}

/** Channels without `nodefaults`, platforms and variables, where there are any. */
export function environmentFacts({
  channels,
  platforms,
  variables,
}: EnvironmentYml): Pick<RequirementInput, "channels" | "platforms" | "variables"> {
  const named = channels.filter((channel) => channel !== "nodefaults");
  return {
    ...(named.length === 0 ? {} : { channels: named }),
    ...(platforms.length === 0 ? {} : { platforms }),
    ...(variables.size === 0 ? {} : { variables }),
  };
}

/** The Python that an environment.yml asks for, as far as PEP 440 can say it. */
export function pythonOf({ dependencies }: EnvironmentYml): { readonly requiresPython?: string } {
  const specifiers = dependencies
    .filter(({ name }) => name === "python")
    .map(({ spec }) => pythonSpecifier(spec))
    .filter((specifier) => specifier !== undefined && specifier !== "");
  return specifiers.length === 0 ? {} : { requiresPython: specifiers.join(",") };
}

/** Conda's version spec in PEP 440's words; undefined for `|` and what else it lacks. */
function pythonSpecifier(spec: string): string | undefined {
  const version = spec.replace(/^(=?\s*[\d.*]+)[= ]\s*[\w*]+$/, "$1").trim();
  if (version === "" || version === "*") return "";
  const parts = version.split(",").map((part) => pythonPart(part.trim()));
  const text = parts.join(",");
  return parts.includes(undefined) || tryParseSpecifiers(text) === undefined ? undefined : text;
}

function pythonPart(part: string): string | undefined {
  const loose = /^=?\s*([0-9][0-9.]*?)(?:\.?\*)?$/.exec(part)?.[1];
  if (loose !== undefined) return `==${loose}.*`;
  return /^(?:==|!=|<=|>=|<|>|~=)\s*[0-9][0-9a-z.]*(?:\.\*)?$/.test(part) ? part : undefined;
}
