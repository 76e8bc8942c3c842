import { spawnSync } from "node:child_process";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareConda, compileCondaVersionSpec, matchesConda } from "../../src/version/index.ts";
import { peerPython } from "../../tools/make-peers.ts";
import { sample } from "../version/arbitraries.ts";
import { condaSpecText, condaVersionText } from "../version/conda-arbitraries.ts";
import { askPython } from "./version-peer.ts";

const python = peerPython() ?? "python3";
const hasRattler = spawnSync(python, ["-c", "import rattler"]).status === 0;

/** rattler sorts `1dev_` as `1dev`, where conda takes `dev_` for a text of its own. */
const ODD_END = /[a-z]_(?=[+,|]|$)/;

/** rattler has no `~=` of one part and reads `1+2.*` more widely than conda's `startswith`. */
const ODD_SPEC = /~=|\+[^,|]*\.\*|(?:^|[,|])=[^=,|]*\+|\w\.\*\.\w|^!?=?\d*!?[a-z]\.\*/;

describe.skipIf(!hasRattler)("as rattler has it", () => {
  test("order of 24,000 pairs of conda versions", () => {
    const cases = sample(fc.tuple(condaVersionText, condaVersionText), 24_000).filter(
      (pair) => !pair.some((text) => ODD_END.test(text)),
    );
    const body = `
from rattler import Version
answer = [(a > b) - (a < b) for a, b in ((Version(a), Version(b)) for a, b in cases)]`;
    const theirs = askPython(python, body, cases);
    const wrong = cases.filter(([a, b], i) => compareConda(a, b) !== theirs[i]);
    expect(wrong).toEqual([]);
  });

  test("24,000 conda versions against a spec", () => {
    const cases = sample(fc.tuple(condaSpecText, condaVersionText), 24_000).filter(
      ([spec, version]) => !ODD_END.test(spec) && !ODD_END.test(version) && !ODD_SPEC.test(spec),
    );
    const body = `
from rattler import Version, VersionSpec
def one(spec, version):
    try: return VersionSpec(spec).matches(Version(version))
    except Exception: return None
answer = [one(*case) for case in cases]`;
    const theirs = askPython(python, body, cases);
    const asked = cases.map(([spec, version], i) => ({ spec, version, theirs: theirs[i] }));
    const known = asked.filter((one) => one.theirs !== null);
    expect(known.length).toBeGreaterThan(8000);
    expect(
      known.filter((one) => compileCondaVersionSpec(one.spec)(one.version) !== one.theirs),
    ).toEqual([]);
  });

  test("20,000 match specifications", () => {
    const name = fc.constantFrom("numpy", "NumPy", "num", "numpy-base");
    const version = fc.constantFrom(
      "",
      " 1.26.4",
      "=1.26",
      "==1.26.4",
      " >=1.20,<2",
      " >=2",
      " 1.26.*",
      "=1.26.4",
      " *",
      " !=1.26.4",
      " 1.25|1.26.4",
    );
    const build = fc.constantFrom("", " py311_0", " py311*", " py310*", " *_0");
    const brackets = fc.constantFrom(
      "",
      "[build_number=0]",
      "[build_number='>=1']",
      "[version='>=1.20']",
      "[build=py311*]",
      "[subdir=linux-64]",
      "[version='<1',build='*']",
    );
    const spec = fc
      .tuple(name, version, build, brackets)
      .map(([n, v, b, k]) => n + v + (v === "" ? "" : b) + k);
    const cases = sample(spec, 20_000);
    const body = `
from rattler import MatchSpec, PackageRecord
from rattler.package import BuildString
record = PackageRecord(name="numpy", version="1.26.4", build=BuildString("py311_0"), build_number=0, subdir="linux-64")
def one(spec):
    try: return MatchSpec(spec).matches(record)
    except Exception: return None
known = {spec: one(spec) for spec in set(cases)}
answer = [known[spec] for spec in cases]`;
    const theirs = askPython(python, body, cases);
    const candidate = {
      name: "numpy",
      version: "1.26.4",
      build: "py311_0",
      build_number: 0,
      subdir: "linux-64",
    };
    const wrong = cases.filter(
      (text, i) => theirs[i] !== null && matchesConda(text, candidate) !== theirs[i],
    );
    expect([...new Set(wrong)]).toEqual([]);
  });
});
