/**
 * What people and packages ask for. Takes the text of requirements files, `pyproject.toml`, script
 * blocks, `environment.yml` and metadata lines, gives requirements with source positions, and
 * decides markers. Pure: files are read through the functions it is given.
 */
export { REQUIREMENT_ERRORS } from "./errors.ts";
export { evaluateMarker, type EvaluateOptions } from "./evaluate-marker.ts";
export { formatMarker } from "./format-marker.ts";
export { dependencyExtra, parseDependency } from "./parse-dependency.ts";
export { parseMarker } from "./parse-marker.ts";
export { parseRequirement, tryParseRequirement } from "./parse-requirement.ts";
export { parseRequirements } from "./parse-requirements.ts";
export type { ReadFile } from "./read-requirements-file.ts";
export { readRequirements, type ReadRequirementsOptions } from "./read-requirements.ts";
export { redact, withoutCredentials } from "./redact.ts";
export type { LineOptions } from "./requirement-lines.ts";
export type {
  DirectReference,
  FileHash,
  InputFile,
  Marker,
  MarkerValue,
  Requirement,
  RequirementInput,
  RequirementOptions,
} from "./types.ts";
