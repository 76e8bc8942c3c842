import { expect, test } from "vitest";
import { findNamespaces } from "../../src/build/namespaces.ts";

test.each([
  ["a folder without __init__", ["space/mod.py"], ["space"]],
  ["a package", ["pack/__init__.py", "pack/mod.py", "pack/data/x.py"], []],
  ["one in another, none with modules of its own", ["a/b/c.so"], ["a", "a/b"]],
  ["data", ["data/table.csv", "data/more/readme"], []],
  ["stubs beside no package", ["typings/a/b.pyi"], []],
  ["stubs of a package", ["ns-stubs/a.pyi", "ns-stubs/b/c.pyi"], ["ns-stubs", "ns-stubs/b"]],
  ["libraries that auditwheel put apart", ["demo.libs/libx.so", "demo.libs/liby-1.so.3"], []],
  ["the wheel's own information", ["demo-1.dist-info/x.py"], []],
])("folders that others may share: %s", (_, files, expected) => {
  const options = { sharedInits: new Set<string>(), distInfo: "demo-1.dist-info" };
  expect(findNamespaces(files, options)).toEqual(expected);
});
