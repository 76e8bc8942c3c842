import { expect, test } from "vitest";
import { readNixpkgsList, type NixpkgsList } from "../../src/index/index.ts";
import type { MemoryReleases } from "../resolve/memory-index.ts";
import { run, versionsOf } from "../resolve/run-resolve.ts";

function nixpkgs(packages: Record<string, object>): NixpkgsList {
  const pythons = { "3.12": { packages } };
  return readNixpkgsList(JSON.stringify({ version: 1, pythons }), "nixpkgs.json");
}

const DJANGO = nixpkgs({
  django: { pname: "django", version: "3.2.25", dependencies: ["asgiref"] },
  django_4: { pname: "django", version: "4.2.16", dependencies: ["asgiref", "sqlparse"] },
  asgiref: { pname: "asgiref", version: "3.8.1", dependencies: [] },
  sqlparse: { pname: "sqlparse", version: "0.5.2", dependencies: [] },
});

const ORDER = { _default: ["wheel", "sdist", "nixpkgs"] };

test("what no index has comes from nixpkgs, with its attribute and no file", async () => {
  const result = await run({
    requirements: ["django<4"],
    nixpkgs: DJANGO,
    providers: { ...ORDER, django: ["nixpkgs"] },
  });
  expect(result).toMatchObject({
    kind: "resolution",
    pins: [
      { name: "asgiref", provider: "nixpkgs", attribute: "asgiref" },
      { name: "django", version: "3.2.25", provider: "nixpkgs", attribute: "django" },
    ],
  });
  expect(result.kind === "resolution" && result.pins.some(({ file }) => file)).toBe(false);
});

test("several attributes are versions of one project", async () => {
  const result = await run({ requirements: ["django"], nixpkgs: DJANGO });
  expect(result).toMatchObject({
    pins: [{}, { name: "django", version: "4.2.16", attribute: "django_4" }, {}],
  });
});

test("what a package needs is what the index knows of the same version, its Python apart", async () => {
  const releases: MemoryReleases = {
    django: { "4.2.16": { requires: ["sqlparse>=0.4"], requiresPython: ">=3.13" } },
    sqlparse: { "0.5": {}, "0.3": {} },
  };
  const result = await run({
    releases,
    requirements: ["django"],
    nixpkgs: DJANGO,
    providers: { _default: ["wheel"], django: ["nixpkgs"] },
  });
  expect(versionsOf(result)).toEqual({ django: "4.2.16", sqlparse: "0.5" });
});

test("what the package itself says comes before what the index knows", async () => {
  const own = { pname: "a", version: "1", dependencies: [], requirements: ["b<2"] };
  const result = await run({
    releases: { a: { "1": { requires: ["b>=2"] } }, b: { "1": {}, "2": {} } },
    requirements: ["a"],
    nixpkgs: nixpkgs({ a: own }),
    providers: { _default: ["nixpkgs", "wheel"] },
  });
  expect(versionsOf(result)).toEqual({ a: "1", b: "1" });
});

test("a list for another Python has nothing", async () => {
  const result = await run({ requirements: ["asgiref"], nixpkgs: DJANGO, python: "3.11" });
  expect(result.kind).toBe("conflict");
});

test("dependencies that nixpkgs has under no project's name are its own business", async () => {
  const list = nixpkgs({ a: { pname: "a", version: "1", dependencies: ["libfoo", "a"] } });
  expect(versionsOf(await run({ requirements: ["a"], nixpkgs: list }))).toEqual({ a: "1" });
});
