import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  comparePep440,
  filterPep440,
  mentionsPrerelease,
  satisfiesPep440,
  tryParsePep440,
  tryParseSpecifiers,
} from "../../src/version/index.ts";
import { peerPython } from "../../tools/make-peers.ts";
import {
  mutated,
  publicText,
  sample,
  specifierSetText,
  specifierText,
  versionText,
} from "../version/arbitraries.ts";
import { askPython } from "./version-peer.ts";

const python = peerPython() as string;

/** The cases that two answers differ on, readable. */
function disagreements(
  cases: readonly unknown[],
  ours: readonly unknown[],
  theirs: readonly unknown[],
): unknown[] {
  expect(theirs).toHaveLength(cases.length);
  return cases
    .map((one, i) => ({ case: one, ours: ours[i], theirs: theirs[i] }))
    .filter((one) => JSON.stringify(one.ours) !== JSON.stringify(one.theirs))
    .slice(0, 20);
}

describe.skipIf(peerPython() === undefined)("as packaging has it", () => {
  test("validity and canonical text of 24,000 versions", () => {
    const cases = sample(
      fc.oneof(versionText, mutated(versionText), mutated(mutated(versionText))),
      24_000,
    );
    const ours = cases.map((text) => {
      const version = tryParsePep440(text);
      return version === undefined ? null : [version.text, version.significant === 0];
    });
    const body = `
from packaging.version import Version, InvalidVersion
def one(text):
    try: version = Version(text)
    except InvalidVersion: return None
    return [str(version), not any(version.release)]
answer = [one(text) for text in cases]`;
    expect(disagreements(cases, ours, askPython(python, body, cases))).toEqual([]);
  });

  test("order of 24,000 pairs", () => {
    const cases = sample(fc.tuple(versionText, versionText), 24_000);
    const ours = cases.map(([a, b]) => comparePep440(a, b));
    const body = `
from packaging.version import Version
answer = [(a > b) - (a < b) for a, b in ((Version(a), Version(b)) for a, b in cases)]`;
    expect(disagreements(cases, ours, askPython(python, body, cases))).toEqual([]);
  });

  // `packaging` lets U+017F pass as an "s" in ~= and then fails on it: PEP 440 knows ASCII letters only.
  const sets = fc.oneof(
    specifierSetText,
    mutated(specifierSetText),
    mutated(mutated(specifierText)),
  );

  test("validity, text and pre-release mention of 24,000 specifier sets", () => {
    const cases = sample(sets, 24_000);
    const ours = cases.map((text) => {
      const set = tryParseSpecifiers(text);
      return set === undefined ? null : [set.text, mentionsPrerelease(set)];
    });
    const body = `
from packaging.specifiers import SpecifierSet, InvalidSpecifier
def one(text):
    try:
        parsed = SpecifierSet(text)
        return [str(parsed), parsed.prereleases is True]
    except (InvalidSpecifier, AssertionError): return None
answer = [one(text) for text in cases]`;
    expect(disagreements(cases, ours, askPython(python, body, cases))).toEqual([]);
  });

  const nearby = fc
    .tuple(
      publicText,
      fc.constantFrom("==", "!=", "<=", ">=", "<", ">"),
      fc.constantFrom(
        "",
        ".post1",
        ".dev1",
        "a1",
        "+x",
        ".1",
        ".0",
        ".post1.dev0",
        ".post0",
        ".dev0",
        "rc2",
      ),
    )
    .map(([base, op, end]) => [`${op}${base}`, base + end] as const)
    .filter(([, version]) => tryParsePep440(version) !== undefined);

  test("whether 24,000 versions meet a specifier set", () => {
    const pairs = fc.oneof(
      fc.tuple(specifierSetText, versionText),
      fc.tuple(specifierText, versionText),
      nearby,
    );
    const cases = sample(fc.tuple(pairs, fc.constantFrom(null, true, false)), 24_000).map(
      ([[specifier, version], prereleases]) => ({ specifier, version, prereleases }),
    );
    const ours = cases.map(({ specifier, version, prereleases }) =>
      satisfiesPep440(version, specifier, prereleases === null ? {} : { prereleases }),
    );
    const body = `
from packaging.specifiers import SpecifierSet
answer = [SpecifierSet(c["specifier"]).contains(c["version"], prereleases=c["prereleases"]) for c in cases]`;
    expect(disagreements(cases, ours, askPython(python, body, cases))).toEqual([]);
    expect(ours.filter(Boolean).length).toBeGreaterThan(4000);
  });

  test("which of 24,000 lists' versions a specifier set leaves", () => {
    const lists = fc.array(versionText, { maxLength: 6 });
    const set = fc.oneof(specifierText, fc.constant(""), fc.constantFrom(">=0", "!=1", ">=1.0a1"));
    const cases = sample(fc.tuple(set, lists, fc.constantFrom(null, null, true, false)), 24_000);
    const ours = cases.map(([specifier, versions, prereleases]) =>
      filterPep440(versions, specifier, prereleases === null ? {} : { prereleases }),
    );
    const body = `
from packaging.specifiers import SpecifierSet
answer = [list(SpecifierSet(s).filter(v, prereleases=p)) for s, v, p in cases]`;
    expect(disagreements(cases, ours, askPython(python, body, cases))).toEqual([]);
  });
});
