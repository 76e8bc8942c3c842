import { describe, expect, test } from "vitest";
import { UserError } from "../../src/base/index.ts";
import {
  compareConda,
  compileCondaVersionSpec,
  matchesConda,
  parseCondaVersion,
  parseMatchSpec,
  type CondaCandidate,
} from "../../src/version/index.ts";

function errorOf(action: () => unknown): UserError {
  try {
    action();
  } catch (error) {
    if (error instanceof UserError) return error;
  }
  throw new Error("no UserError was thrown");
}

describe("order", () => {
  // The example of conda's own documentation (conda/models/version.py, VersionOrder).
  const sorted = [
    "0.4",
    "0.4.1.rc",
    "0.4.1",
    "0.5a1",
    "0.5b3",
    "0.5C1",
    "0.5",
    "0.9.6",
    "0.960923",
    "1.0",
    "1.1dev1",
    "1.1_",
    "1.1a1",
    "1.1.0dev1",
    "1.1.a1",
    "1.1.0rc1",
    "1.1.0",
    "1.1.0post1",
    "1.1post1",
    "1996.07.12",
    "1!0.4.1",
    "1!3.1.1.6",
    "2!0.4.1",
  ];
  test("of conda's documentation", () => {
    for (const [i, a] of sorted.entries()) {
      for (const b of sorted.slice(i + 1)) {
        expect(`${a} ${compareConda(a, b)} ${b}`).toBe(`${a} -1 ${b}`);
        expect(compareConda(b, a)).toBe(1);
      }
    }
  });

  test.each([
    ["1.1", "1.1.0", 0],
    ["1.1.0", "1.1.0.0", 0],
    ["0.4", "0.4.0", 0],
    ["1.0", "1.0+1", -1],
    ["1.0.1a", "1.0.1", -1],
    ["1.0.1_", "1.0.1a", -1],
    ["1.0.1a", "1.0.1post.a", -1],
    ["1.1dev1", "1.1a1", -1],
    ["1.1*", "1.1dev", -1],
    ["1.0-1", "1.0_1", 0],
    ["2024A", "2024a", 0],
    ["99999999999999999999", "99999999999999999998", 1],
    ["0.5.9999999999999999post", "0.5.9999999999999999", 1],
    ["1.1.dev1", "1.1.0dev1", 0],
    ["1.1.post1", "1.1.0post1", 0],
  ])("%s and %s: %i", (a, b, expected) => {
    expect(compareConda(a, b)).toBe(expected);
    expect(compareConda(parseCondaVersion(b), a) + expected).toBe(0);
  });

  test.each([
    ["", "characters"],
    ["1..2", "empty part"],
    ["1.2.", "empty part"],
    ["a!1", "epoch is not a number"],
    ["1!2!3", "two epochs"],
    ["1+2+3", "two local parts"],
    ["+1", "nothing before"],
    ["1+", "empty part"],
    ["1.0-a_b", "characters"],
    ["1.0 2", "characters"],
    ["1,2", "characters"],
    ["1".repeat(2000), "too long"],
  ])("%j is no version: %s", (text, why) => {
    const error = errorOf(() => compareConda("1", text));
    expect(error.code).toBe("conda-version-invalid");
    expect(error.message).toContain(why);
  });
});

describe("version specs", () => {
  test.each([
    ["1.2", "1.2.0", true],
    ["1.2", "1.2.1", false],
    ["1.2.*", "1.2.1", true],
    ["1.2*", "1.2.1", true],
    ["1.2*", "1.20", false],
    ["=1.2", "1.2.1", true],
    ["=1.2.*", "1.2.1", true],
    ["==1.2", "1.2.1", false],
    ["==1.2", "1.2.0", true],
    ["!=1.2.*", "1.2.1", false],
    ["!=1.2", "1.2.1", true],
    [">=1.2.*", "1.2", true],
    ["<1.2.*", "1.2", false],
    ["~=1.2.3", "1.2.9", true],
    ["~=1.2.3", "1.3.0", false],
    ["~=1.2.3", "1.2.2", false],
    [">=1.2,<2", "1.9", true],
    [">=1.2,<2|3", "3", true],
    ["(>=1.2|0.5),<2", "0.5", true],
    ["(1|2),(2|3)", "2.0", true],
    ["^1\\.[24]\\..*$", "1.4.1", true],
    ["^1\\.[24]\\..*$", "1.3.1", false],
    ["^(1|2)\\.0$", "2.0", true],
    ["1.*.3", "1.2.3", true],
    ["1.*.3", "1.2.4", false],
    ["*", "anything", true],
    ["1.2@x", "1.2@x", true],
  ])("%s, %s: %s", (spec, version, expected) => {
    expect(compileCondaVersionSpec(spec)(version)).toBe(expected);
  });

  test.each([
    "",
    ">=",
    "<>1",
    "= =1",
    "~=1.*",
    "~=1",
    ">=1,",
    "|1",
    "(1",
    "1)",
    "()",
    "^1",
    "1$",
    "^(?=1)$",
    "^[1$",
    "1..2",
    "a b",
    `1${"|1".repeat(500)}`,
    "1".repeat(3000),
    "(".repeat(1000),
  ])("%j is refused", (spec) => {
    expect(errorOf(() => compileCondaVersionSpec(spec)).code).toBe("conda-spec-invalid");
  });
});

function isRead(spec: string): boolean {
  try {
    return parseMatchSpec(spec).name !== "";
  } catch {
    return false;
  }
}

const numpy: CondaCandidate = {
  name: "numpy",
  version: "1.26.4",
  build: "py311h64a7726_0",
  build_number: 0,
  channel: "conda-forge",
  subdir: "linux-64",
};

describe("match specifications", () => {
  test.each([
    ["numpy", true],
    ["NumPy", true],
    ["pandas", false],
    ["num*", true],
    ["*", true],
    ["numpy 1.26.4", true],
    ["numpy 1.26", false],
    ["numpy=1.26", true],
    ["numpy =1.26", true],
    ["numpy==1.26", false],
    ["numpy==1.26.4", true],
    ["numpy>=1.20,<2", true],
    ["numpy >=1.20 , <1.26", false],
    ["numpy 1.26.4 py311h64a7726_0", true],
    ["numpy 1.26.4 py311*", true],
    ["numpy 1.26.4 py310*", false],
    ["numpy * *_0", true],
    ["numpy=1.26.4=py311*", true],
    ["numpy=1.26=py311*", false],
    ["numpy=1.26.*=py311*", true],
    ["numpy >=1.20 *h64*", true],
    ["numpy 1.26.4 ^py3.*_0$", true],
    ["numpy[version='>=1.20,<2',build=py311*]", true],
    ['numpy[version=">=2"]', false],
    ["numpy 1.0[version=1.26.4]", true],
    ["numpy[build_number=0]", true],
    ["numpy[build_number='>=1']", false],
    ["numpy[build_number=1]", false],
    ["conda-forge::numpy", true],
    ["bioconda::numpy", false],
    ["conda-forge/linux-64::numpy>=1", true],
    ["conda-forge/osx-64::numpy", false],
    ["*/linux-64::numpy", true],
    ["https://example.org/conda-forge::numpy", true],
    ["numpy[channel=conda-forge,subdir=linux-64]", true],
    ["numpy[channel='conda-forge/noarch']", false],
    ["numpy[md5=d41d8cd98f00b204e9800998ecf8427e]", false],
    ["numpy[license=bsd*]", false],
    ["numpy >=1.20 # a comment", true],
    ["numpy >=1.20 (optional)", true],
    ["numpy >=1.20 if python >=3", true],
    ["mkl@", false],
    ["https://example.org/conda-forge/linux-64/numpy-1.26.4-py311h64a7726_0.conda", false],
  ])("%s: %s", (spec, expected) => {
    expect(matchesConda(spec, numpy)).toBe(expected);
    expect(matchesConda(parseMatchSpec(spec), numpy)).toBe(expected);
  });

  test("what a candidate says of its file and features can be asked for", () => {
    const more = { ...numpy, license: "BSD-3-Clause", md5: "abc", track_features: "mkl blas" };
    expect(matchesConda("numpy[license=bsd*]", more)).toBe(true);
    expect(matchesConda("numpy[md5=abc]", more)).toBe(true);
    expect(matchesConda("*[track_features='blas,mkl']", more)).toBe(true);
    const url = "https://example.org/main/linux-64/numpy-1.26.4-py311h64a7726_0.conda";
    const file = { ...numpy, channel: "main", url, fn: "numpy-1.26.4-py311h64a7726_0.conda" };
    expect(matchesConda(url, file)).toBe(true);
    expect(matchesConda("numpy-1.26.4-py311h64a7726_0.conda", file)).toBe(true);
  });

  test("defaults stands for its parts, not they for it", () => {
    expect(matchesConda("defaults::numpy", { ...numpy, channel: "pkgs/main" })).toBe(true);
    expect(matchesConda("pkgs/main::numpy", { ...numpy, channel: "defaults" })).toBe(false);
  });

  test("the parts of a spec", () => {
    const spec = parseMatchSpec(" conda-forge/linux-64::NumPy >=1.20 py* (optional) ");
    expect(spec.name).toBe("numpy");
    expect(spec.optional).toBe(true);
    expect(spec.text).toBe("conda-forge/linux-64::NumPy >=1.20 py* (optional)");
    expect(Object.fromEntries(spec.fields)).toEqual({
      channel: "conda-forge",
      subdir: "linux-64",
      name: "NumPy",
      version: ">=1.20",
      build: "py*",
    });
  });

  test.each([
    "",
    " ",
    ">=1.0",
    "conda-forge::",
    "numpy=",
    "numpy >=",
    "numpy >=1,",
    "numpy[colour=blue]",
    "numpy[__proto__=x]",
    "numpy[build='']",
    "numpy 1.0[x[y=z]]",
    "numpy[a=b][version=1",
    "numpy[build='^(?!x)$']",
    "x".repeat(5000),
  ])("%j is refused", (spec) => {
    const error = errorOf(() => parseMatchSpec(spec));
    expect(error.code).toBe("conda-spec-invalid");
    expect(error.message.length).toBeLessThan(500);
  });

  test("a candidate's version must be one", () => {
    expect(errorOf(() => matchesConda("numpy >1", { ...numpy, version: "1..2" })).code).toBe(
      "conda-version-invalid",
    );
  });

  test("hostile patterns and texts take no time", () => {
    const started = performance.now();
    const build = `${"a".repeat(900)}!`;
    for (const pattern of ["^(a+)+$", "^(a|a)*$", "^(a?){900}a{900}$", "^((a*)*)*b$"]) {
      expect(matchesConda(`numpy[build='${pattern}']`, { ...numpy, build })).toBe(false);
    }
    for (const text of [
      "= ".repeat(1000),
      `numpy ${"a ".repeat(1000)}`,
      `x[${"a=b,".repeat(500)}`,
    ]) {
      expect(isRead(text) || errorOf(() => parseMatchSpec(text)).exit === 2).toBe(true);
    }
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
