import { expect, test } from "vitest";
import { normalizeName } from "../../../src/base/index.ts";
import { readNixpkgsList } from "../../../src/index/index.ts";

function listOf(packages: unknown): string {
  return JSON.stringify({ version: 1, source: {}, pythons: { "3.11": { packages } } });
}

function packageOf(pname: string, version: string, more: object = {}): object {
  return { pname, version, dependencies: [], requirements: null, ...more };
}

function versions(packages: unknown, name: string): unknown {
  const list = readNixpkgsList(listOf(packages), "list.json");
  return list
    .packages(normalizeName(name), "3.11")
    .map(({ attribute, version }) => `${attribute} ${version}`);
}

test("several attributes of one project are its versions, newest first", () => {
  const packages = {
    django: packageOf("Django", "3.2.25"),
    django_4: packageOf("Django", "4.2.16"),
    django_5: packageOf("Django", "5.1.4"),
  };
  expect(versions(packages, "django")).toEqual([
    "django_5 5.1.4",
    "django_4 4.2.16",
    "django 3.2.25",
  ]);
});

test("of attributes with one version it is the one whose name is nearest in length", () => {
  const packages = {
    pillow: packageOf("pillow", "11.0"),
    "pillow-simd-like": packageOf("pillow", "11.0"),
  };
  expect(versions(packages, "pillow")).toEqual(["pillow 11.0"]);
});

test.each([
  ["1.2-unstable-2024-01-31", "1.2+unstable.2024.1.31"],
  ["2023.1", "2023.1"],
])("version %s reads %s", (version, read) => {
  expect(versions({ a: packageOf("a", version) }, "a")).toEqual([`a ${read}`]);
});

test("what PEP 440 does not know, and what is no package, is left out", () => {
  const packages = {
    a: packageOf("a", "unstable-2023-01-01"),
    b: null,
    c: { pname: 1, version: "1" },
    "d\n": packageOf("d", "1"),
    e: packageOf("not a name", "1"),
  };
  for (const name of ["a", "b", "c", "d", "e"]) expect(versions(packages, name)).toEqual([]);
});

test("pytorch is torch", () => {
  expect(versions({ pytorch: packageOf("pytorch", "2.5.1") }, "torch")).toEqual(["pytorch 2.5.1"]);
});

test("a requirements text is read line by line", () => {
  const packages = { a: packageOf("a", "1", { requirements: "# of a\nsix>=1\n\nb[x]\n" }) };
  const [found] = readNixpkgsList(listOf(packages), "x").packages(normalizeName("a"), "3.11");
  expect(found?.requirements).toEqual(["six>=1", "b[x]"]);
});

test("names of objects that every object has are names like others", () => {
  const text = listOf({}).replace("{}}}}", '{"__proto__":{"pname":"a","version":"1"}}}}}');
  const list = readNixpkgsList(text, "x");
  expect(list.packages(normalizeName("constructor"), "3.11")).toEqual([]);
  expect(list.packages(normalizeName("a"), "toString")).toEqual([]);
});

test.each(["", "[]", "{}", '{"version":2,"pythons":{}}', '{"version":1,"pythons":{"3.11":1}}'])(
  "index-nixpkgs-list: %j is none",
  (text) => {
    expect(() => readNixpkgsList(text, "/x/list.json")).toThrow(
      expect.objectContaining({ code: "index-nixpkgs-list", place: { file: "/x/list.json" } }),
    );
  },
);
