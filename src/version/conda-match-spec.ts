import { isSameChannel } from "./conda-channel.ts";
import { splitMatchSpec, type MatchField } from "./conda-spec-parts.ts";
import { compileVersionSpec, specError } from "./conda-version-spec.ts";
import { compileGlob, compilePattern } from "./safe-pattern.ts";

/** What a conda package's record says, as far as a spec can ask. */
export interface CondaCandidate {
  readonly name: string;
  readonly version: string;
  readonly build: string;
  readonly build_number: number;
  readonly channel?: string | undefined;
  readonly subdir?: string | undefined;
  readonly url?: string | undefined;
  readonly fn?: string | undefined;
  readonly md5?: string | undefined;
  readonly sha256?: string | undefined;
  readonly license?: string | undefined;
  readonly license_family?: string | undefined;
  readonly features?: string | undefined;
  readonly track_features?: string | undefined;
}

type FieldTest = (value: string) => boolean;

/** A conda match specification, read and ready to be asked. */
export interface MatchSpec {
  /** As written, trimmed. */
  readonly text: string;
  /** Lower case; `*` or a pattern where not one package is named. */
  readonly name: string;
  /** What it asks of each field, `name` among them. */
  readonly fields: ReadonlyMap<MatchField, string>;
  /** `(optional)`: the package need not be there, but if it is, it must match. */
  readonly optional: boolean;
  readonly tests: readonly (readonly [MatchField, FieldTest])[];
}

/** Equal, or matching where it is a glob or a pattern between ^ and $. */
function globTest(value: string): FieldTest {
  const isPattern = value.startsWith("^") && value.endsWith("$");
  if (!isPattern && !value.includes("*")) return (other) => other === value;
  const test = isPattern ? compilePattern(value) : compileGlob(value);
  if (test === undefined) throw specError(value, "the pattern is not understood");
  return test;
}

function lowerGlobTest(value: string): FieldTest {
  const test = globTest(value.toLowerCase());
  return (other) => test(other.toLowerCase());
}

function channelTest(value: string): FieldTest {
  return /[*^]/.test(value) ? globTest(value) : (other) => isSameChannel(value, other);
}

/** A number, a comparison of one, `*`, or a pattern. */
function buildNumberTest(given: string): FieldTest {
  const value = given.trim();
  if (/^\d+$/.test(value)) return (other) => Number(other) === Number(value);
  if (/^[=<>!]/.test(value)) return compileVersionSpec(value);
  return globTest(value);
}

function featureSet(value: string): string {
  return [...new Set(value.split(/[ ,]+/).filter((part) => part !== ""))].sort().join(" ");
}

function fieldTest(field: MatchField, value: string): FieldTest {
  switch (field) {
    case "version":
      return compileVersionSpec(value);
    case "build_number":
      return buildNumberTest(value);
    case "channel":
      return channelTest(value);
    case "build":
      return globTest(value);
    case "name":
    case "license":
    case "license_family":
      return lowerGlobTest(value);
    case "features":
    case "track_features":
      return (other) => featureSet(other) === featureSet(value);
    default:
      return (other) => other === value;
  }
}

/**
 * Reads a conda match specification (conda/models/match_spec.py): `numpy`, `numpy >=1.2,<2 py*`,
 * `numpy=1.2=py27_0`, `conda-forge/linux-64::numpy[build_number=">1"]`. Throws
 * `conda-spec-invalid`.
 */
export function parseMatchSpec(text: string): MatchSpec {
  const { fields, optional } = splitMatchSpec(text);
  const name = (fields.get("name") as string).toLowerCase();
  const tests = [...fields].map(([field, value]) => [field, fieldTest(field, value)] as const);
  return { text: text.trim(), name, fields, optional, tests };
}

/**
 * Whether a conda package is what a spec asks for; a field that the candidate does not have is not
 * met. Throws `conda-spec-invalid` or `conda-version-invalid`.
 */
export function matchesConda(spec: string | MatchSpec, candidate: CondaCandidate): boolean {
  const { tests } = typeof spec === "string" ? parseMatchSpec(spec) : spec;
  return tests.every(([field, test]) => {
    const value = candidate[field];
    return value !== undefined && test(String(value));
  });
}
