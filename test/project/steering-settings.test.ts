import { expect, test } from "vitest";
import { parseAge } from "../../src/project/parse-age.ts";
import { parseSettings } from "../../src/project/settings.ts";
import {
  orderOf,
  providerRules,
  steeringIdentity,
  steeringOf,
  toldRules,
} from "../../src/project/steer.ts";

const PATH = "/project/mach-nix.toml";
const DAY = 86_400_000;

test("everything that steers", async () => {
  const text = `prefer = "newest"
resolution = "lowest-direct"
pre = ["Black"]
constraints = ["urllib3<2"]
nixpkgs-packages = "nixpkgs.json"
built-in-providers = false
[min-age]
_default = "7d"
our_package = "0"
[[override]]
package = "numba"
versions = "<0.60"
drop = ["llvmlite"]
replace = ["numpy>=1.21"]
add = ["six"]
requires-python = ">=3.8"
reason = "tried"
[[exclude]]
package = "urllib3"
versions = "==2.0.0"
`;
  const settings = await parseSettings(text, PATH);
  expect(settings).toMatchObject({
    builtInProviders: false,
    nixpkgsPackages: "/project/nixpkgs.json",
    constraints: [{ name: "urllib3", place: { file: PATH } }],
    steering: {
      prefer: "newest",
      order: "lowest-direct",
      prereleases: ["black"],
      minimumAge: { all: 7 * DAY, byName: new Map([["our-package", 0]]) },
      overrides: [
        {
          name: "numba",
          drop: ["llvmlite"],
          replace: new Map([["numpy", "numpy>=1.21"]]),
          add: ["six"],
          requiresPython: ">=3.8",
          reason: "tried",
        },
      ],
      excluded: [{ name: "urllib3", reason: "" }],
    },
  });
});

test.each([
  ['prefer = "latest"', '"prefer" should be one of "provider", "newest"'],
  ['resolution = "low"', '"resolution" should be one of "highest", "lowest", "lowest-direct"'],
  ['pre = ["black>1"]', '"pre": "black>1" should be just the name of a package'],
  ["pre = 1", '"pre" should be a list of package names'],
  ['min-age = "soon"', '"min-age": "soon" is no time span'],
  ["min-age = 7", '"min-age" should be a time span such as "7d"'],
  ['constraints = ["a b"]', '"constraints": '],
  ["override = 1", '"override" should be written as [[override]]'],
  ['override = [{ packages = "a" }]', 'unknown key "packages" in [[override]]'],
  ["override = [{ drop = [] }]", '"override.package" should be the name of a package'],
  ['exclude = [{ package = "a", versions = "x" }]', '"exclude.versions": '],
  ['exclude = [{ package = "a", reason = 1 }]', '"exclude.reason" should be a text'],
  ["nixpkgs-packages = 1", '"nixpkgs-packages" should be the path of a file'],
  ['built-in-providers = "no"', '"built-in-providers" should be true or false'],
])("%s: refused, with the file", async (text, message) => {
  await expect(parseSettings(text, PATH)).rejects.toMatchObject({
    code: "project-settings",
    message: expect.stringContaining(message) as string,
    place: { file: PATH },
  });
});

test.each([
  ["7d", 7 * DAY],
  ["36h", 1.5 * DAY],
  ["2 w", 14 * DAY],
  ["0", 0],
])("%s is a time span", (text, milliseconds) => {
  expect(parseAge(text)).toBe(milliseconds);
});

test.each(["7", "d", "-1d", "1m", "9999999d", ""])("project-age: %j is none", (text) => {
  expect(() => parseAge(text)).toThrow(expect.objectContaining({ code: "project-age" }));
});

test("rules: built-in, settings, request; each wins over the one before", () => {
  const settings = { providers: { numpy: ["wheel"], gdal: ["conda-forge"] } };
  const rules = providerRules(settings, { providers: { NumPy: ["sdist"] } });
  expect(rules.map(({ name, from }) => `${name} ${from}`)).toEqual([
    "_default built-in",
    "gdal settings",
    "numpy command line",
    "setupmeta built-in",
  ]);
  expect(orderOf(rules)["numpy"]).toEqual(["sdist"]);
  expect(toldRules(rules).map(({ name }) => name)).toEqual(["_default", "gdal", "numpy"]);
});

test("who sets _default replaces the built-in lists of single packages, unless told to keep them", () => {
  const request = { providers: { _default: ["wheel"] } };
  expect(providerRules({}, request).map(({ name }) => name)).toEqual(["_default"]);
  const kept = providerRules({ builtInProviders: true }, request);
  expect(kept.map(({ name }) => name)).toEqual(["_default", "gdal", "setupmeta"]);
  expect(providerRules({ builtInProviders: false }, {}).map(({ name }) => name)).toEqual([
    "_default",
  ]);
});

test("a request's steering comes on top of the settings'", async () => {
  const settings = await parseSettings(
    'prefer = "newest"\nmin-age = "7d"\npre = ["black"]\n',
    PATH,
  );
  const asked = { order: "lowest" as const, minimumAge: ["numpy=0"], prereleases: ["A_b"] };
  expect(steeringOf(settings, { steering: asked })).toEqual({
    prefer: "newest",
    order: "lowest",
    prereleases: ["a-b", "black"],
    minimumAge: { all: 7 * DAY, byName: new Map([["numpy", 0]]) },
  });
});

test("what says nothing does not change a lock's hash; reasons do not either", async () => {
  expect(steeringIdentity({ prefer: "provider", order: "highest" })).toBeUndefined();
  const text = (reason: string): string =>
    `[[exclude]]\npackage = "a"\nversions = "<2"\nreason = "${reason}"\n`;
  const [one, other] = [
    await parseSettings(text("x"), PATH),
    await parseSettings(text("y"), PATH),
  ].map(({ steering = {} }) => steeringIdentity(steering));
  expect(one).toEqual({ excluded: ["a <2"] });
  expect(other).toEqual(one);
});
