/**
 * What people and packages ask for. Takes the text of requirements files, `pyproject.toml`, script
 * blocks, `environment.yml` and metadata lines, gives requirements with source positions, and
 * decides markers. Pure: files are read through the functions it is given.
 */
export { REQUIREMENT_ERRORS } from "./errors.ts";
export { evaluateMarker, type EvaluateOptions } from "./evaluate-marker.ts";
export { formatMarker } from "./format-marker.ts";
export { formatRequirement, inputIdentity, inputLines } from "./format-requirement.ts";
export { dependencyExtra, parseDependency } from "./parse-dependency.ts";
export { parseEnvironmentYml, type EnvironmentYmlOptions } from "./parse-environment-yml.ts";
export { asksForBuild, condaRequirement } from "./match-spec-requirement.ts";
export { parseMixedRequirement } from "./mixed-requirement.ts";
export { parseMarker } from "./parse-marker.ts";
export {
  parsePyproject,
  type ProjectRequirements,
  type PyprojectOptions,
} from "./parse-pyproject.ts";
export { parseRequirement, tryParseRequirement } from "./parse-requirement.ts";
export { parseRequirements } from "./parse-requirements.ts";
export { parseScript, type ScriptOptions } from "./parse-script.ts";
export type { ReadFile } from "./read-requirements-file.ts";
export {
  formatOf,
  readRequirements,
  type InputFormat,
  type ReadRequirementsOptions,
} from "./read-requirements.ts";
export { redact, withoutCredentials } from "./redact.ts";
export { importedVersions } from "./lock-imports/imported-versions.ts";
export { readLockImport } from "./lock-imports/read-lock-import.ts";
export type { LockImport } from "./lock-imports/types.ts";
export type { LineOptions } from "./requirement-lines.ts";
export type { CondaDependency, EnvironmentYml } from "./types-environment.ts";
export type { Statement } from "./read-statements.ts";
export type { LineOption, OptionName } from "./line-options.ts";
export { rewriteIncludes, type PathRole } from "./rewrite-includes.ts";
export type {
  ConflictItem,
  DirectReference,
  FileHash,
  InputFile,
  Marker,
  MarkerValue,
  Requirement,
  RequirementInput,
  RequirementOptions,
} from "./types.ts";
