import { expect, test } from "vitest";
import { buildFixes, type Fix, FIXES, fixesFor } from "../../src/build/index.ts";

const ASKED = {
  package: "x",
  version: "1.0",
  provider: "sdist",
  python: "3.11.7",
  platform: "linux",
} as const;

test("the table has what the original fixed, each with its reason", () => {
  expect(FIXES.map((fix) => fix.package)).toEqual(
    "cartopy cryptography google-auth httpx ldap0 libwebp-base mariadb pip pyjq rpy2 tensorflow tensorflow-gpu websockets deepspeed-mii".split(
      " ",
    ),
  );
  for (const { why } of FIXES) expect(why).not.toBe("");
});

test.for([
  [{}, true],
  [{ provider: ["sdist"] }, true],
  [{ provider: ["wheel", "nixpkgs"] }, false],
  [{ version: "<1.1" }, true],
  [{ version: ">1.0" }, false],
  [{ python: ">=3.11,<3.12" }, true],
  [{ python: "<3" }, false],
  [{ platform: "linux" }, true],
  [{ platform: "macos" }, false],
  [{ provider: ["sdist"], version: "<1" }, false],
] as const)("when %j: %s", ([when, isWanted]) => {
  expect(fixesFor(ASKED, [{ package: "x", why: "test", when }])).toHaveLength(isWanted ? 1 : 0);
});

test("conda stands for every channel; a version that is none meets nothing", () => {
  const fixes = [{ package: "x", why: "test", when: { provider: ["conda"] } }];
  expect(fixesFor({ ...ASKED, provider: "conda-forge" }, fixes)).toHaveLength(1);
  expect(fixesFor(ASKED, fixes)).toHaveLength(0);
  const versions = [{ package: "x", why: "test", when: { version: ">=0" } }];
  expect(fixesFor({ ...ASKED, version: "2013_1" }, versions)).toHaveLength(0);
});

test("builds get variables and requirements; what needs Nix is left to it", () => {
  const fixes: readonly Fix[] = [
    {
      package: "x",
      why: "a",
      set: { env: { A: "1", B: "{lib}/x" } },
      add: { requires: ["wheel"] },
    },
    { package: "x", why: "b", remove: { requires: ["Pytest_Runner"] }, add: { requires: ["six"] } },
  ];
  const { env, requires } = buildFixes(ASKED, fixes);
  expect(env).toEqual({ A: "1" });
  expect(requires(["setuptools>=40", "pytest-runner; x"])).toEqual([
    "setuptools>=40",
    "wheel",
    "six",
  ]);
  expect(buildFixes({ ...ASKED, package: "other" }).requires(["a"])).toEqual(["a"]);
});
