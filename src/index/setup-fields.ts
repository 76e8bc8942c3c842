import { normalizeName } from "../base/index.ts";
import {
  formatMarker,
  formatRequirement,
  type Marker,
  parseDependency,
  type Requirement,
} from "../requirement/index.ts";
import type { SdistMetadata } from "./snapshot/project-data.ts";
import type { ReleaseMetadata } from "./types.ts";

/** What a setup.py gave to setup(), each field as it was written. */
export interface WrittenFields {
  readonly install_requires: readonly string[];
  readonly setup_requires: readonly string[];
  readonly tests_require: readonly string[];
  readonly extras_require: Readonly<Record<string, readonly string[]>>;
  readonly python_requires: readonly string[];
}

/**
 * A setup.py's fields in the form in which pypi-deps-db has them: requirements in one spelling, those
 * with markers among the extras as `:marker` and `extra:marker`, fields without content left out. What
 * cannot be read is kept as it is.
 */
export function setupMetadata(fields: WrittenFields): SdistMetadata {
  const extras = new Map<string, string[]>();
  const install: string[] = [];
  for (const line of fields.install_requires) place(line, { key: "", plain: install, extras });
  for (const key of Object.keys(fields.extras_require)) {
    const plain = listOf(extras, key);
    for (const line of fields.extras_require[key] ?? []) place(line, { key, plain, extras });
  }
  const setup = fields.setup_requires.map(normalLine);
  const tests = fields.tests_require.map(normalLine);
  const python = fields.python_requires;
  return {
    ...(install.length > 0 && { installRequires: install }),
    ...(setup.length > 0 && { setupRequires: setup }),
    ...(tests.length > 0 && { testsRequire: tests }),
    ...(python.length > 0 && { pythonRequires: python }),
    ...(extras.size > 0 && { extrasRequire: sorted(extras) }),
  };
}

/** Core metadata in the same form: what only an extra wants stands under the extra. */
export function coreAsSetup(metadata: ReleaseMetadata): SdistMetadata {
  const extras = new Map<string, string[]>(metadata.extras.map((extra) => [extra, []]));
  const install: string[] = [];
  for (const line of metadata.requiresDist) {
    const requirement = parseDependency(line);
    if (requirement?.marker === undefined) install.push(normalLine(line));
    else {
      const { extra, rest } = splitExtra(requirement.marker);
      const key = `${extra}${rest === undefined ? "" : `:${formatMarker(rest)}`}`;
      listOf(extras, key).push(subjectOf(requirement));
    }
  }
  const { requiresPython } = metadata;
  return {
    ...(install.length > 0 && { installRequires: install }),
    ...(requiresPython !== undefined && { pythonRequires: [requiresPython] }),
    ...(extras.size > 0 && { extrasRequire: sorted(extras) }),
  };
}

/** Where a line goes: its own list, or the one for its marker beside that. */
interface Place {
  readonly key: string;
  readonly plain: string[];
  readonly extras: Map<string, string[]>;
}

function place(line: string, { key, plain, extras }: Place): void {
  const requirement = parseDependency(line);
  if (requirement?.marker === undefined) {
    plain.push(normalLine(line));
    return;
  }
  const colon = key.indexOf(":");
  const outer = colon === -1 ? undefined : parseDependency(`x;${key.slice(colon + 1)}`)?.marker;
  if (colon !== -1 && outer === undefined) {
    plain.push(formatRequirement(requirement));
    return;
  }
  const both =
    outer === undefined
      ? requirement.marker
      : ({ kind: "and", operands: [outer, requirement.marker] } as const);
  const extra = colon === -1 ? key : key.slice(0, colon);
  listOf(extras, `${extra}:${formatMarker(both)}`).push(subjectOf(requirement));
}

function normalLine(line: string): string {
  const requirement = parseDependency(line);
  return requirement === undefined ? line : formatRequirement(requirement);
}

/** What stands before the marker. */
function subjectOf(requirement: Requirement): string {
  const { marker: _, ...subject } = requirement;
  return formatRequirement(subject);
}

/** A marker's `extra == "x"`, alone or among others that must hold too, and the rest. */
function splitExtra(marker: Marker): { readonly extra: string; readonly rest?: Marker } {
  if (marker.kind === "compare") {
    const extra = extraOf(marker);
    return extra === undefined ? { extra: "", rest: marker } : { extra };
  }
  const operands = marker.kind === "and" ? marker.operands : [marker];
  const found = operands.findIndex((operand) => extraOf(operand) !== undefined);
  const extra = extraOf(operands[found]) ?? "";
  const others = operands.filter((_, i) => i !== found);
  return {
    extra,
    rest: others.length === 1 ? (others[0] as Marker) : { kind: "and", operands: others },
  };
}

function extraOf(marker: Marker | undefined): string | undefined {
  if (marker?.kind !== "compare" || marker.op !== "==") return undefined;
  const { left, right } = marker;
  if (left.kind !== "variable" || left.name !== "extra" || right.kind !== "text") return undefined;
  return normalizeName(right.text);
}

function listOf(extras: Map<string, string[]>, key: string): string[] {
  const known = extras.get(key);
  if (known !== undefined) return known;
  const list: string[] = [];
  extras.set(key, list);
  return list;
}

function sorted(
  extras: ReadonlyMap<string, readonly string[]>,
): readonly (readonly [string, readonly string[]])[] {
  return [...extras].sort(([a], [b]) => (a < b ? -1 : 1));
}
