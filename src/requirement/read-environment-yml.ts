import { type UserError } from "../base/index.ts";
import { tryParseSpecifiers } from "../version/index.ts";
import { requirementError } from "./errors.ts";
import { redact } from "./redact.ts";
import type { CondaDependency, EnvironmentYml } from "./types-environment.ts";

/**
 * What can be used of an environment.yml without conda: the Python it asks for, or why it cannot
 * be used.
 */
export function pythonOf(
  environment: EnvironmentYml,
): { readonly requiresPython?: string } | { readonly error: UserError } {
  const others = environment.dependencies.filter(({ name }) => name !== "python" && name !== "pip");
  const [first] = others;
  if (first !== undefined) return { error: notYet(first, others) };
  const specifiers: string[] = [];
  for (const dependency of environment.dependencies.filter(({ name }) => name === "python")) {
    const specifier = pythonSpecifier(dependency.spec);
    if (specifier === undefined) return { error: badPython(dependency) };
    if (specifier !== "") specifiers.push(specifier);
  }
  return specifiers.length === 0 ? {} : { requiresPython: specifiers.join(",") };
}

function notYet(first: CondaDependency, others: readonly CondaDependency[]): UserError {
  const names = others.map(({ text }) => redact(text)).slice(0, 20);
  const more = others.length > names.length ? ` and ${others.length - names.length} more` : "";
  return requirementError(
    "conda-not-yet",
    `conda channels are not supported yet, so these cannot be resolved: ${names.join(", ")}${more}`,
    {
      place: first.place,
      hint: "move what exists as a wheel under `pip:`; `python` and `pip` can stay",
      facts: { dependencies: others.map(({ name }) => name) },
    },
  );
}

function badPython({ text, place }: CondaDependency): UserError {
  return requirementError(
    "conda-not-yet",
    `${redact(text)}: only a version of Python can be given`,
    {
      place,
      hint: "write python=3.11 or python>=3.10,<3.13",
    },
  );
}

/** Conda's version spec in PEP 440's words; undefined for builds, `|` and what else it lacks. */
function pythonSpecifier(spec: string): string | undefined {
  if (spec === "" || spec === "*") return "";
  const parts = spec.split(",").map((part) => pythonPart(part.trim()));
  const text = parts.join(",");
  return parts.includes(undefined) || tryParseSpecifiers(text) === undefined ? undefined : text;
}

function pythonPart(part: string): string | undefined {
  const loose = /^=?\s*([0-9][0-9.]*?)(?:\.?\*)?$/.exec(part)?.[1];
  if (loose !== undefined) return `==${loose}.*`;
  return /^(?:==|!=|<=|>=|<|>|~=)\s*[0-9][0-9a-z.]*(?:\.\*)?$/.test(part) ? part : undefined;
}
