import { formatMarker } from "./format-marker.ts";
import { withoutCredentials } from "./redact.ts";
import type { DirectReference, Requirement, RequirementInput } from "./types.ts";

/**
 * A requirement in one form: normal names, sorted extras, specifiers and hashes, no credentials.
 * Requirements that ask for the same give the same line, which reads back as the same.
 */
export function formatRequirement(requirement: Requirement): string {
  const { editable, marker, hashes } = requirement;
  const flag = editable ? "-e " : "";
  const condition =
    marker === undefined ? "" : `${markerMark(requirement)} ${formatMarker(marker)}`;
  const checks = hashes.map(({ algorithm, hex }) => ` --hash=${algorithm}:${hex}`).toSorted();
  return `${flag}${formatSubject(requirement)}${condition}${[...new Set(checks)].join("")}`;
}

/** A URL ends at a blank only, so its marker needs one. */
function markerMark({ reference }: Requirement): string {
  return reference === undefined ? ";" : " ;";
}

function formatSubject(requirement: Requirement): string {
  const { extras, specifiers, reference, build, conda } = requirement;
  if (conda !== undefined) return conda.text.replaceAll(/\s+/g, " ");
  const name = readable(requirement.name);
  const bracket = extras.length === 0 ? "" : `[${extras.map(readable).join(",")}]`;
  if (reference === undefined) {
    return `${name}${bracket}${specifiers.text}${build === undefined ? "" : ` ${build}`}`;
  }
  const address = formatReference(reference);
  return name === "" ? `${address}${bracket}` : `${name}${bracket} @ ${address}`;
}

/** A name in normal form that reads back: `foo_` is a name, its normal form `foo-` is none. */
function readable(name: string): string {
  return name.endsWith("-") ? `${name.slice(0, -1)}_` : name;
}

/** A reference as a requirements file writes it, without credentials. */
export function formatReference(reference: DirectReference): string {
  const parts: string[] = [];
  if (reference.kind === "archive") {
    parts.push(...reference.hashes.map(({ algorithm, hex }) => `${algorithm}=${hex}`).toSorted());
  }
  if (reference.subdirectory !== undefined) parts.push(`subdirectory=${reference.subdirectory}`);
  return `${formatAddress(reference)}${parts.length === 0 ? "" : `#${parts.join("&")}`}`;
}

function formatAddress(reference: DirectReference): string {
  if (reference.kind === "path") return reference.path;
  const url = withoutCredentials(reference.url);
  if (reference.kind === "archive") return url;
  return `git+${url}${reference.ref === undefined ? "" : `@${reference.ref}`}`;
}

/**
 * The requirements of an input, one normal line each, sorted, without repetition: for a lock. What stands
 * for the needs of a project that has to be built is left out.
 */
export function inputLines(input: Pick<RequirementInput, "requirements">): string[] {
  const own = input.requirements.filter(({ needsOnly }) => needsOnly === undefined);
  return sortedOnce(own.map(formatRequirement));
}

/**
 * Everything in an input that can change a resolution, as sorted lines: requirements, constraints,
 * options, `requires-python`. Equal lines mean the same input; for a hash of it.
 */
export function inputIdentity(input: RequirementInput): string[] {
  const { options, constraints, requiresPython, channels = [] } = input;
  return sortedOnce([
    ...input.requirements.map(identityLine),
    ...constraints.map((constraint) => `-c ${identityLine(constraint)}`),
    ...channels.map((channel, i) => `channel ${i} ${withoutCredentials(channel)}`),
    ...(requiresPython === undefined ? [] : [`requires-python ${requiresPython}`]),
    ...(options.indexUrl === undefined ? [] : [`-i ${withoutCredentials(options.indexUrl)}`]),
    ...options.extraIndexUrls.map((url, i) => `--extra-index-url ${i} ${withoutCredentials(url)}`),
    ...options.findLinks.map((place, i) => `--find-links ${i} ${withoutCredentials(place)}`),
    ...options.noBinary.map((name) => `--no-binary ${name}`),
    ...options.onlyBinary.map((name) => `--only-binary ${name}`),
    ...flags(input),
  ]);
}

/** Equal texts may ask for different things in conda's terms and in pip's. */
function identityLine(requirement: Requirement): string {
  const line = formatRequirement(requirement);
  if (requirement.needsOnly === true) return `needs of ${line}`;
  return requirement.conda === undefined ? line : `conda ${line}`;
}

function flags({ options }: RequirementInput): string[] {
  const given: [boolean, string][] = [
    [options.noIndex, "--no-index"],
    [options.pre, "--pre"],
    [options.preferBinary, "--prefer-binary"],
    [options.requireHashes, "--require-hashes"],
  ];
  return given.filter(([on]) => on).map(([, flag]) => flag);
}

function sortedOnce(lines: readonly string[]): string[] {
  return [...new Set(lines)].toSorted();
}
