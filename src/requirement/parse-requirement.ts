import { normalizeName, UserError } from "../base/index.ts";
import { Fault, withPlace } from "./fault.ts";
import { parseReference } from "./parse-reference.ts";
import { strip } from "./python-text.ts";
import { type ScannedRequirement, scanRequirement } from "./scan-requirement.ts";
import type { Requirement } from "./types.ts";

/**
 * One dependency specifier (PEP 508, in its present form the dependency specifiers specification):
 * `name[extra]>=1,<2; marker` or `name @ url`. Throws `requirement-invalid` or
 * `reference-unsupported` with the column.
 */
export function parseRequirement(line: string): Requirement {
  return withPlace(() => readRequirement(line), {
    subject: line,
    place: (offset) => ({ column: offset + 1 }),
  });
}

/** The same, with undefined for a line that cannot be read. */
export function tryParseRequirement(line: string): Requirement | undefined {
  try {
    return readRequirement(line);
  } catch (error) {
    if (error instanceof Fault || error instanceof UserError) return undefined;
    throw error;
  }
}

/** The same, but throws Fault. */
export function readRequirement(line: string): Requirement {
  return toRequirement(scanRequirement(line), line);
}

function toRequirement(scanned: ScannedRequirement, line: string): Requirement {
  const { name, specifiers, url, marker, detailAt } = scanned;
  const reference = url === undefined ? undefined : parseReference(url, detailAt);
  return {
    name: normalizeName(name),
    spelled: name,
    extras: normalExtras(scanned.extras),
    specifiers,
    ...(reference === undefined ? {} : { reference: reference.reference }),
    ...(marker === undefined ? {} : { marker }),
    hashes: [],
    editable: false,
    text: strip(line),
  };
}

/** Names of extras in normal form (PEP 685), sorted, each once. */
export function normalExtras(extras: readonly string[]): readonly string[] {
  if (extras.length === 0) return extras;
  return [...new Set(extras.map(normalizeName))].toSorted();
}
