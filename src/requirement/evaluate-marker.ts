import { normalizeName, type UserError } from "../base/index.ts";
import type { MarkerEnvironment } from "../target/index.ts";
import { satisfiesPep440, tryParsePep440, tryParseSpecifiers } from "../version/index.ts";
import { requirementError } from "./errors.ts";
import { formatMarker } from "./format-marker.ts";
import { parseMarker } from "./parse-marker.ts";
import { SPACE } from "./python-text.ts";
import type { Marker } from "./types.ts";

export interface EvaluateOptions {
  /** The extras in effect: a marker holds if it holds with any of them as `extra`. */
  readonly extras?: readonly string[];
  /** The groups in effect. With `lock_file` only. */
  readonly groups?: readonly string[];
  /**
   * Which names a marker may use: `extra` in metadata (the default), PEP 751's `extras` and
   * `dependency_groups` in a lock file.
   */
  readonly context?: "metadata" | "lock_file";
}

type Value = string | ReadonlySet<string>;
type Comparison = Extract<Marker, { kind: "compare" }>;

const AS_VERSIONS: ReadonlySet<string> = new Set([
  "implementation_version",
  "platform_release",
  "python_full_version",
  "python_version",
]);

/**
 * Whether a marker holds in an environment (PEP 508 "Environment Markers", as `packaging` 26
 * has it: `python_version`, `python_full_version`, `implementation_version` and `platform_release`
 * are compared as versions where the other side makes a version specifier, all else as text).
 * Nothing is taken from the host. Throws `marker-invalid` for a text that is no marker, and
 * `marker-undefined` for a comparison or name that has no meaning.
 */
export function evaluateMarker(
  marker: Marker | string,
  environment: MarkerEnvironment,
  options: EvaluateOptions = {},
): boolean {
  const parsed = typeof marker === "string" ? parseMarker(marker) : marker;
  const { extras = [], groups = [] } = options;
  if (options.context === "lock_file") {
    const sets = { extras: normalSet(extras), dependency_groups: normalSet(groups) };
    return evaluate(parsed, { environment, names: sets });
  }
  if (extras.length === 0) return evaluate(parsed, { environment, names: { extra: "" } });
  return extras.some((extra) =>
    evaluate(parsed, { environment, names: { extra: normalizeName(extra) } }),
  );
}

interface Scope {
  readonly environment: MarkerEnvironment;
  /** What the context adds to the environment. */
  readonly names: Readonly<Partial<Record<"extra" | "extras" | "dependency_groups", Value>>>;
}

function normalSet(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map(normalizeName));
}

/** Every operand is looked at, so that a meaningless comparison is found wherever it stands. */
function evaluate(marker: Marker, scope: Scope): boolean {
  if (marker.kind === "compare") return compare(marker, scope);
  let result = marker.kind === "and";
  for (const operand of marker.operands) {
    const holds = evaluate(operand, scope);
    result = marker.kind === "and" ? result && holds : result || holds;
  }
  return result;
}

/** One side names the variable; a variable on both sides makes the right one its own name's text. */
function compare(marker: Comparison, scope: Scope): boolean {
  const { left, op, right } = marker;
  if (left.kind === "variable") {
    const value = lookUp(left.name, scope, marker);
    const other = right.kind === "variable" ? right.name : right.text;
    if (typeof value !== "string") throw noMeaning(marker, `${left.name} holds several values`);
    return apply({ left: value, op, right: other, name: left.name }, marker);
  }
  const name = right.kind === "variable" ? right.name : right.text;
  return apply({ left: left.text, op, right: lookUp(name, scope, marker), name }, marker);
}

function lookUp(name: string, { environment, names }: Scope, marker: Comparison): Value {
  const value = Object.hasOwn(environment, name)
    ? environment[name as keyof MarkerEnvironment]
    : Object.hasOwn(names, name)
      ? names[name as keyof Scope["names"]]
      : undefined;
  if (value === undefined) throw noMeaning(marker, `${JSON.stringify(name)} is not known here`);
  // A Python built from an untagged commit calls itself `3.14.0a1+`, which PEP 440 does not know.
  if (name === "python_full_version" && typeof value === "string" && value.endsWith("+")) {
    return `${value}local`;
  }
  return value;
}

interface Operation {
  readonly left: string;
  readonly op: string;
  readonly right: Value;
  /** The variable that decides how the two are compared. */
  readonly name: string;
}

function apply({ left, op, right, name }: Operation, marker: Comparison): boolean {
  if (typeof right !== "string") return applyToSet(normalizeName(left), op, { right, marker });
  if (AS_VERSIONS.has(name)) {
    const answer = compareVersions(left, op, right);
    if (answer !== undefined) return answer;
  }
  switch (op) {
    case "in":
      return right.includes(left);
    case "not in":
      return !right.includes(left);
    case "<=":
    case "==":
    case ">=":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
    case ">":
      return false;
    default:
      throw noMeaning(marker, `${op} compares versions only`);
  }
}

function applyToSet(
  left: string,
  op: string,
  { right, marker }: { right: ReadonlySet<string>; marker: Comparison },
): boolean {
  if (op === "in") return right.has(left);
  if (op === "not in" || op === "!=") return op === "!=" || !right.has(left);
  if (op === "~=" || op === "===") throw noMeaning(marker, `${op} compares versions only`);
  return false;
}

const MAX_REMEMBERED = 5000;
const remembered = new Map<string, boolean | undefined>();

/**
 * Whether a version meets `op` and the other text as a specifier; undefined where they make none.
 * Pure, so answers are remembered: a resolution asks the same few questions thousands of times.
 */
function compareVersions(version: string, op: string, text: string): boolean | undefined {
  const key = `${version}\0${op}${text}`;
  if (remembered.has(key)) return remembered.get(key);
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  const answer = compareUnremembered(version, op + text);
  remembered.set(key, answer);
  return answer;
}

function compareUnremembered(version: string, specifier: string): boolean | undefined {
  // A comma would make it a set of specifiers, which is not what a marker's operator takes.
  if (specifier.includes(",") && !specifier.startsWith("===")) return undefined;
  if (specifier.startsWith("===")) return compareIdentical(version, specifier.slice(3));
  if (!/^(?:[~=!<>]=|[<>])/.test(specifier)) return undefined;
  if (tryParseSpecifiers(specifier) === undefined) return undefined;
  if (tryParsePep440(version) === undefined) return false;
  return satisfiesPep440(version, specifier, { prereleases: true });
}

const IDENTICAL = new RegExp(`^[${SPACE}]*([^${SPACE};)]*)[${SPACE}]*$`, "u");

/** PEP 440 "Arbitrary equality": the texts are equal but for case. */
function compareIdentical(version: string, operand: string): boolean | undefined {
  const wanted = IDENTICAL.exec(operand)?.[1];
  return wanted === undefined ? undefined : version.toLowerCase() === wanted.toLowerCase();
}

function noMeaning(marker: Comparison, why: string): UserError {
  return requirementError("marker-undefined", `${formatMarker(marker)}: ${why}`, {
    hint: "compare one of PEP 508's environment markers with a quoted string",
    facts: { marker: formatMarker(marker) },
  });
}
