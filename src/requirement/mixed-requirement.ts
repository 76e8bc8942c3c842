import { UserError } from "../base/index.ts";
import { asksForBuild, condaRequirement } from "./match-spec-requirement.ts";
import { parseMarker } from "./parse-marker.ts";
import { parseRequirement, tryParseRequirement } from "./parse-requirement.ts";
import type { Marker, Requirement } from "./types.ts";

/** A name, perhaps with a channel before it, then versions, perhaps a build, or conda's brackets. */
const SHAPE =
  /^(?:[\w./:-]+::)?[a-z0-9_][a-z0-9._-]*(?:\s*\[[a-z0-9_]+=[^[\]]*\]|\s*(?:[=!<>~]=|[=<>])(?![=<>!~])\s*[^\s[\]].*|\s+[\d*(^].*)$/i;
const CHANNEL = /^[a-z0-9_][\w./:-]*::[a-z0-9_][a-z0-9._-]*$/i;
const OTHER = /[^-\w.*+!=<>~|,^$()'" :/[\]]/;
const MAX_LENGTH = 500;
const EXTRAS = /^([a-z0-9][a-z0-9._-]*)\s*\[([a-z0-9._,\s-]*)\](.*)$/i;
const BUILD = /^(.*\S)\s+([\w*.^$|+-]+)$/;

/**
 * A line of a list in which pip's and conda's spellings stand side by side, as what it is in conda's:
 * `tensorflow >=2.3.0 mkl*`, `blas * mkl*`, `ruamel.yaml >=0.12.4,<0.16|0.16.5.*`, `requests 2.24.0`,
 * `conda-forge::numpy=1.26`. With extras, which conda has not, it is PEP 508's with a pattern of a
 * build behind: `requests[socks] ==2.24.* build123*`. Undefined where it is neither.
 */
export function readMixedRequirement(line: string): Requirement | undefined {
  const [head = "", ...rest] = line.split(";");
  const text = head.trim();
  const isMixed = SHAPE.test(text) || EXTRAS.test(text) || CHANNEL.test(text);
  if (!isMixed || OTHER.test(text) || text.length > MAX_LENGTH) return undefined;
  const marker = rest.length === 0 ? undefined : tryParseMarker(rest.join(";").trim());
  if (rest.length > 0 && marker === undefined) return undefined;
  const read = EXTRAS.test(text) && !SHAPE.test(text) ? withBuild(text) : plain(text);
  return read === undefined ? undefined : { ...read, text: line, ...optional(marker) };
}

/**
 * One requirement in pip's spelling or, where that cannot be read, in conda's. Throws as
 * `parseRequirement`.
 */
export function parseMixedRequirement(line: string): Requirement {
  try {
    return parseRequirement(line);
  } catch (error) {
    const mixed = error instanceof UserError ? readMixedRequirement(line) : undefined;
    if (mixed === undefined) throw error;
    return mixed;
  }
}

function tryParseMarker(text: string): Marker | undefined {
  try {
    return parseMarker(text);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function optional(marker: Marker | undefined): { readonly marker?: Marker } {
  return marker === undefined ? {} : { marker };
}

function plain(text: string): Requirement | undefined {
  try {
    const requirement = condaRequirement(text);
    const build = requirement.conda?.fields.get("build") ?? "";
    return /[*[\]]/.test(requirement.name) || /[[\]'"()]/.test(build) ? undefined : requirement;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** Brackets that are conda's (`numpy[version=">=1"]`) are read as such. */
function withBuild(text: string): Requirement | undefined {
  const [, head = "", build] = BUILD.exec(text) ?? [];
  if (build === undefined) return undefined;
  const requirement = tryParseRequirement(head);
  return requirement === undefined ? undefined : { ...requirement, build };
}

/** Whether a requirement is met by nothing but a package of a conda channel. */
export function isOnlyConda({ conda, build }: Requirement): boolean {
  return build !== undefined || (conda !== undefined && asksForBuild(conda));
}
