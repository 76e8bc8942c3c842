/**
 * Versions of Python's world (PEP 440) and of conda's. Takes texts, gives parsed versions, their
 * order, specifiers, and which versions meet them. Pure: touches nothing.
 */
export {
  matchesConda,
  parseMatchSpec,
  type CondaCandidate,
  type MatchSpec,
} from "./conda-match-spec.ts";
export type { MatchField } from "./conda-spec-parts.ts";
export { compareConda, parseCondaVersion, type CondaVersion } from "./conda-version.ts";
export { compileVersionSpec as compileCondaVersionSpec } from "./conda-version-spec.ts";
export { VERSION_ERRORS } from "./errors.ts";
export { comparePep440, type Ordering } from "./pep440-compare.ts";
export { matchingIntervals } from "./pep440-intervals.ts";
export { mendSpecifiers, parseLenientSpecifiers } from "./pep440-lenient.ts";
export { filterPep440, satisfiesPep440 } from "./pep440-satisfies.ts";
export {
  ANY_VERSION,
  intersectSpecifiers,
  mentionsPrerelease,
  parseSpecifiers,
  tryParseSpecifiers,
  type Specifier,
  type SpecifierOperator,
  type SpecifierSet,
} from "./pep440-specifier.ts";
export {
  canonicalPep440,
  isPrerelease,
  parsePep440,
  publicVersion,
  tryParsePep440,
  type Numeral,
  type Pep440Version,
} from "./pep440-version.ts";
