import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UserError } from "../../src/base/index.ts";
import {
  evaluateMarker,
  formatMarker,
  type Marker,
  type MarkerValue,
  parseDependency,
  parseMarker,
  tryParseRequirement,
} from "../../src/requirement/index.ts";
import { Fault } from "../../src/requirement/fault.ts";
import { scanRequirement } from "../../src/requirement/scan-requirement.ts";
import type { MarkerEnvironment } from "../../src/target/index.ts";
import { peerPython } from "../../tools/make-peers.ts";
import {
  environmentValues,
  markerText,
  nameText,
  requirementText,
} from "../requirement/arbitraries.ts";
import { mutated, sample } from "../version/arbitraries.ts";
import { askPython } from "./version-peer.ts";

const python = peerPython() as string;

// Marker lists of packaging as our trees: `or` over `and` over comparisons, same kinds merged.
const TREES = `
import warnings
warnings.simplefilter("ignore")
from packaging.markers import Marker, InvalidMarker, Variable
from packaging.requirements import Requirement, InvalidRequirement
from packaging.utils import canonicalize_name
def value(node):
    return ("$" if isinstance(node, Variable) else "'") + node.value
def merged(kind, parts):
    if len(parts) == 1: return parts[0]
    operands = []
    for part in parts: operands += part[1:] if part[0] == kind else [part]
    return [kind] + operands
def tree(node):
    if isinstance(node, tuple):
        return [value(node[0]), node[1].value, value(node[2])]
    groups = [[]]
    for part in node:
        if part == "or": groups.append([])
        elif part != "and": groups[-1].append(tree(part))
    return merged("or", [merged("and", group) for group in groups])
`;

function disagreements(
  cases: readonly unknown[],
  ours: readonly unknown[],
  theirs: readonly unknown[],
): unknown[] {
  expect(theirs).toHaveLength(cases.length);
  return cases
    .map((one, i) => ({ case: one, ours: ours[i], theirs: theirs[i] }))
    .filter((one) => JSON.stringify(one.ours) !== JSON.stringify(one.theirs))
    .slice(0, 10);
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof UserError || error instanceof Fault) return null;
    throw error;
  }
}

function normalNames(names: readonly string[]): string[] {
  return [...new Set(names.map((name) => name.replace(/[-_.]+/g, "-").toLowerCase()))].toSorted();
}

/** A marker as nested arrays, as the program above has it. */
function tree(marker: Marker): unknown {
  if (marker.kind !== "compare") return [marker.kind, ...marker.operands.map(tree)];
  const { left, op, right } = marker;
  return [shown(left), op, shown(right)];
}

function shown(value: MarkerValue): string {
  return value.kind === "variable" ? `$${value.name}` : `'${value.text}`;
}

// `\N{NAME}` in a marker's string needs Python's table of character names; nobody has ever used it.
function knowable(text: string): boolean {
  return !text.includes("\\N");
}

describe.skipIf(peerPython() === undefined)("as packaging has it", () => {
  const cases = sample(
    fc.oneof(
      { weight: 5, arbitrary: requirementText },
      { weight: 3, arbitrary: mutated(requirementText) },
      { weight: 2, arbitrary: mutated(mutated(requirementText)) },
      { weight: 1, arbitrary: mutated(nameText) },
    ),
    24_000,
  ).filter(knowable);
  const body = `${TREES}
def one(line):
    try: r = Requirement(line)
    except InvalidRequirement: return None
    extras = sorted(set(canonicalize_name(e) for e in r.extras))
    return [r.name, extras, str(r.specifier), r.url, tree(r.marker._markers) if r.marker else None]
answer = [one(line) for line in cases]`;

  test(`${cases.length} requirement lines`, () => {
    const ours = cases.map((line) =>
      attempt(() => {
        const { name, extras, specifiers, url, marker } = scanRequirement(line);
        const condition = marker === undefined ? null : tree(marker);
        return [name, normalNames(extras), specifiers.text, url ?? null, condition];
      }),
    );
    expect(ours.filter((one) => one !== null).length).toBeGreaterThan(10_000);
    expect(ours.filter((one) => one === null).length).toBeGreaterThan(4000);
    expect(disagreements(cases, ours, askPython(python, body, cases))).toEqual([]);
  });

  test("the quick reader of metadata lines gives what the full one gives", () => {
    const different = cases.filter((line) => {
      const full = tryParseRequirement(line);
      if (full === undefined) return false;
      return !isDeepStrictEqual({ ...parseDependency(line), text: full.text }, full);
    });
    expect(different.slice(0, 10)).toEqual([]);
  });

  const markers = sample(
    fc.oneof({ weight: 5, arbitrary: markerText }, { weight: 2, arbitrary: mutated(markerText) }),
    24_000,
  ).filter(knowable);

  test(`${markers.length} markers, read and written`, () => {
    const ours = markers.map((text) => attempt(() => tree(parseMarker(text))));
    const written = markers.map(
      (text) => attempt(() => formatMarker(parseMarker(text))) ?? "bad bad",
    );
    const read = `${TREES}
def one(text):
    try: return tree(Marker(text)._markers)
    except InvalidMarker: return None
answer = [one(text) for text in cases]`;
    expect(ours.filter((one) => one === null).length).toBeGreaterThan(1000);
    expect(disagreements(markers, ours, askPython(python, read, markers))).toEqual([]);
    expect(disagreements(written, ours, askPython(python, read, written))).toEqual([]);
  });

  test("24,000 markers decided", () => {
    const questions = sample(
      fc.tuple(
        markerText.filter(knowable),
        environmentValues,
        fc.array(nameText, { maxLength: 2 }),
        fc.boolean(),
      ),
      24_000,
    );
    const ours = questions.map(([text, environment, names, lock]) =>
      attempt(() => {
        const { extras, groups } = { extras: names.slice(0, 1), groups: names };
        const context = lock ? ("lock_file" as const) : ("metadata" as const);
        const values = environment as unknown as MarkerEnvironment;
        return evaluateMarker(text, values, { extras, groups, context });
      }),
    );
    const decide = `
from packaging.markers import Marker, InvalidMarker, UndefinedComparison, UndefinedEnvironmentName
def one(case):
    text, environment, names, lock = case
    environment = dict(environment)
    if lock: environment |= {"extras": set(names[:1]), "dependency_groups": set(names)}
    else: environment["extra"] = names[0] if names else ""
    try: return Marker(text).evaluate(environment, "lock_file" if lock else "metadata")
    except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName): return None
answer = [one(case) for case in cases]`;
    for (const answer of [true, false, null]) {
      expect(ours.filter((one) => one === answer).length).toBeGreaterThan(2000);
    }
    expect(disagreements(questions, ours, askPython(python, decide, questions))).toEqual([]);
  });
});
