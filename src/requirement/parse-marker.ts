import { normalizeName } from "../base/index.ts";
import { withPlace } from "./fault.ts";
import { pythonString } from "./python-string.ts";
import { Scanner } from "./scanner.ts";
import type { Marker, MarkerValue } from "./types.ts";

const VARIABLE =
  /(?:python_(?:version|full_version|implementation)|os[._]name|sys[._]platform|platform_(?:release|system)|platform[._](?:version|machine|python_implementation)|implementation_(?:name|version)|extras?|dependency_groups)/y;
const QUOTED = /'[^']*'|"[^"]*"/y;
const OPERATOR = /===|==|~=|!=|<=|>=|<|>/y;
const BOOLEAN = /or|and/y;
const IN = /in/y;
const NOT = /not/y;
const MAX_DEPTH = 100;

/**
 * A marker (PEP 508 "Environment Markers", with PEP 751's `extras` and `dependency_groups`).
 * Throws `marker-invalid` with the column.
 */
export function parseMarker(text: string): Marker {
  return withPlace(
    () => {
      const scanner = new Scanner(text);
      const marker = scanMarker(scanner, 0);
      if (!scanner.atEnd()) throw scanner.fault(EXPECTED_END);
      return marker;
    },
    { subject: text, place: (offset) => ({ column: offset + 1 }), code: "marker-invalid" },
  );
}

/** What was expected where a marker goes on with something else. */
export const EXPECTED_END = "expected `and`, `or` or the end of the marker";

/** Reads `atom ((and | or) atom)*`; `and` binds closer. Throws Fault. */
export function scanMarker(scanner: Scanner, depth: number): Marker {
  if (depth > MAX_DEPTH) throw scanner.fault(`a marker nested deeper than ${MAX_DEPTH} levels`);
  const alternatives: Marker[][] = [[scanAtom(scanner, depth)]];
  for (;;) {
    const word = scanner.takeWord(BOOLEAN);
    if (word === undefined) break;
    const atom = scanAtom(scanner, depth);
    if (word === "or") alternatives.push([atom]);
    else alternatives.at(-1)?.push(atom);
  }
  return joinMarkers(
    "or",
    alternatives.map((operands) => joinMarkers("and", operands)),
  );
}

/** One marker out of several; nested markers of the same kind become one. */
export function joinMarkers(kind: "and" | "or", markers: readonly Marker[]): Marker {
  if (markers.length === 1) return markers[0] as Marker;
  const operands = markers.flatMap((marker) => (marker.kind === kind ? marker.operands : [marker]));
  return { kind, operands };
}

function scanAtom(scanner: Scanner, depth: number): Marker {
  scanner.skipBlanks();
  const open = scanner.at;
  if (!scanner.takeCharacter("(")) return scanComparison(scanner);
  scanner.skipBlanks();
  const marker = scanMarker(scanner, depth + 1);
  scanner.skipBlanks();
  if (!scanner.takeCharacter(")")) {
    throw scanner.fault("the parenthesis of this marker is not closed", { at: open });
  }
  scanner.skipBlanks();
  return marker;
}

function scanComparison(scanner: Scanner): Marker {
  const left = scanValue(scanner);
  scanner.skipBlanks();
  const op = scanOperator(scanner);
  scanner.skipBlanks();
  const right = scanValue(scanner);
  scanner.skipBlanks();
  return normalizeExtras({ kind: "compare", left, op, right });
}

function scanValue(scanner: Scanner): MarkerValue {
  const start = scanner.at;
  const name = scanner.takeWord(VARIABLE);
  if (name !== undefined) return { kind: "variable", name: variableName(name) };
  const literal = scanner.take(QUOTED);
  if (literal === undefined) {
    throw scanner.fault("expected a marker variable, such as python_version, or a quoted string");
  }
  const text = pythonString(literal);
  if (text === undefined) throw scanner.fault("not a valid quoted string", { at: start });
  return { kind: "text", text };
}

function variableName(spelled: string): string {
  const name = spelled.replace(".", "_");
  return name === "python_implementation" ? "platform_python_implementation" : name;
}

function scanOperator(scanner: Scanner): string {
  if (scanner.takeWord(IN) !== undefined) return "in";
  if (scanner.takeWord(NOT) !== undefined) {
    if (!scanner.skipBlanks() || scanner.takeWord(IN) === undefined) {
      throw scanner.fault("expected `in` after `not`");
    }
    return "not in";
  }
  const op = scanner.take(OPERATOR);
  if (op !== undefined) return op;
  throw scanner.fault("expected one of <=, <, !=, ==, >=, >, ~=, ===, in, not in");
}

type Comparison = Extract<Marker, { kind: "compare" }>;

/** PEP 685: names of extras (and PEP 735 groups) are compared in normal form. */
function normalizeExtras(marker: Comparison): Comparison {
  const { left, right } = marker;
  if (isVariable(left, "extra") && right.kind === "text") {
    return { ...marker, right: { kind: "text", text: normalizeName(right.text) } };
  }
  if (left.kind !== "text" || right.kind !== "variable") return marker;
  if (!["extra", "extras", "dependency_groups"].includes(right.name)) return marker;
  return { ...marker, left: { kind: "text", text: normalizeName(left.text) } };
}

function isVariable(value: MarkerValue, name: string): boolean {
  return value.kind === "variable" && value.name === name;
}
