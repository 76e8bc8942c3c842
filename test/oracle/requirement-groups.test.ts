import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UserError } from "../../src/base/index.ts";
import { parsePyproject, parseScript } from "../../src/requirement/index.ts";
import { peerPython } from "../../tools/make-peers.ts";
import { sample } from "../version/arbitraries.ts";
import { askPython } from "./version-peer.ts";

const python = peerPython() as string;

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

const group = fc.constantFrom("a", "b", "C", "d-e", "D_E");
const item = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("x", "y>=1", 'z; os_name == "nt"') },
  { weight: 4, arbitrary: group.map((name) => ({ "include-group": name })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>("bad =", { other: "a" }, 1, { "include-group": 1 }),
  },
);
const groups = fc.dictionary(group, fc.array(item, { maxLength: 3 }), {
  maxKeys: 4,
  noNullPrototype: true,
});

function toml(table: Readonly<Record<string, readonly unknown[]>>): string {
  const value = (each: unknown): string =>
    typeof each === "object" && each !== null
      ? `{${Object.entries(each)
          .map(([key, inner]) => `${key} = ${JSON.stringify(inner)}`)
          .join(", ")}}`
      : JSON.stringify(each);
  const lines = Object.entries(table).map(
    ([name, items]) => `${name} = [${items.map(value).join(", ")}]`,
  );
  return `[project]\n[dependency-groups]\n${lines.join("\n")}\n`;
}

const blockLine = fc.constantFrom(
  "# /// script",
  "# /// other",
  "# ///",
  "# a = 1",
  "# dependencies = ['x']",
  "#",
  "#x",
  "x = 1",
  "",
  " # ///",
  "# /// ",
);

describe.skipIf(peerPython() === undefined)("as the peers have it", () => {
  test("2,000 tables of dependency groups (PEP 735), as packaging resolves them", () => {
    const cases = sample(fc.tuple(groups, group), 2000);
    const ours = cases.map(([table, name]) =>
      attempt(() => {
        const { requirements } = parsePyproject(toml(table), { groups: [name] });
        return [...new Set(requirements.map(({ text }) => text))].toSorted();
      }),
    );
    const body = `
from packaging.dependency_groups import resolve_dependency_groups
def one(case):
    table, name = case
    try: return sorted(set(resolve_dependency_groups(table, name)))
    except Exception: return None
answer = [one(case) for case in cases]`;
    const theirs = askPython(python, body, cases);
    const different = cases
      .map((each, i) => ({ case: each, ours: ours[i], theirs: theirs[i] }))
      .filter((each) => JSON.stringify(each.ours) !== JSON.stringify(each.theirs));
    expect(different.slice(0, 5).map((each) => JSON.stringify(each))).toEqual([]);
    expect(ours.filter((each) => each !== null && each.length > 0).length).toBeGreaterThan(100);
  });

  test("5,000 texts with script blocks, as the reference implementation of PEP 723 reads them", () => {
    const cases = sample(
      fc.array(blockLine, { maxLength: 9 }).map((lines) => `${lines.join("\n")}\n`),
      5000,
    );
    const ours = cases.map((text) =>
      attempt(() => parseScript(text)?.requirements.map((each) => each.text) ?? "none"),
    );
    const body = String.raw`
import re, tomllib
REGEX = r'(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$'
def one(script):
    matches = [m for m in re.finditer(REGEX, script) if m.group("type") == "script"]
    if len(matches) > 1: return None
    if not matches: return "none"
    content = "".join(line[2:] if line.startswith("# ") else line[1:] for line in matches[0].group("content").splitlines(keepends=True))
    try: return tomllib.loads(content).get("dependencies", [])
    except tomllib.TOMLDecodeError: return None
answer = [one(case) for case in cases]`;
    const theirs = askPython(python, body, cases);
    const different = cases
      .map((text, i) => ({ text, ours: ours[i], theirs: theirs[i] }))
      .filter((each) => JSON.stringify(each.ours) !== JSON.stringify(each.theirs));
    expect(different.slice(0, 5)).toEqual([]);
  });
});
