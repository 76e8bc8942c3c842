import { inRange, rangeOf } from "./pep440-range.ts";
import {
  mentionsPrerelease,
  parseSpecifiers,
  type Specifier,
  type SpecifierSet,
} from "./pep440-specifier.ts";
import { isPrerelease, parsePep440, tryParsePep440, type Pep440Version } from "./pep440-version.ts";

/** Whether `===` accepts a version's text: letter case apart, equal as written. */
export function sameText(text: string, specifier: Specifier): boolean {
  return text.toLowerCase() === specifier.version.toLowerCase();
}

function meets(specifier: Specifier, text: string, parsed: Pep440Version | undefined): boolean {
  if (specifier.op === "===") return sameText(text, specifier);
  return parsed !== undefined && inRange(parsed, rangeOf(specifier));
}

function isArbitrary(specifier: Specifier): boolean {
  return specifier.op === "===";
}

/** A text must be a version, but `===` also compares texts that are none. */
function readVersion(text: string, set: SpecifierSet): Pep440Version | undefined {
  return set.specifiers.some(isArbitrary) ? tryParsePep440(text) : parsePep440(text);
}

/**
 * Whether a version meets a specifier (PEP 440 "Version specifiers"). A single version has no
 * alternatives, so a pre-release meets it too unless `prereleases` is false. Throws
 * `version-invalid` or `specifier-invalid`.
 */
export function satisfiesPep440(
  version: string | Pep440Version,
  specifier: string | SpecifierSet,
  options: { readonly prereleases?: boolean } = {},
): boolean {
  const set = typeof specifier === "string" ? parseSpecifiers(specifier) : specifier;
  const parsed = typeof version === "string" ? readVersion(version, set) : version;
  if (options.prereleases === false && parsed !== undefined && isPrerelease(parsed)) return false;
  const text = typeof version === "string" ? version : version.text;
  return set.specifiers.every((one) => meets(one, text, parsed));
}

/**
 * The versions that meet a specifier, in their order. Where `prereleases` is not given, pre-releases
 * stay out unless the specifier names one or nothing else meets it (PEP 440 "Handling of
 * pre-releases"). Throws as `satisfiesPep440`.
 */
export function filterPep440(
  versions: readonly string[],
  specifier: string | SpecifierSet,
  options: { readonly prereleases?: boolean } = {},
): string[] {
  const set = typeof specifier === "string" ? parseSpecifiers(specifier) : specifier;
  const met = versions.filter((version) => satisfiesPep440(version, set));
  if (options.prereleases ?? mentionsPrerelease(set)) return met;
  const finals = met.filter((version) => {
    const parsed = tryParsePep440(version);
    return parsed === undefined || !isPrerelease(parsed);
  });
  if (options.prereleases === false) return finals;
  const anyFinal = finals.some((version) => tryParsePep440(version) !== undefined);
  return anyFinal ? finals : met;
}
