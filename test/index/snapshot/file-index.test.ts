import { expect, test } from "vitest";
import { normalizeName } from "../../../src/base/index.ts";
import {
  inspectFile,
  openFileIndex,
  showProject,
  verifyFile,
} from "../../../src/index/snapshot/index.ts";
import { importDatabase, SMALL } from "./database.ts";

const numpy = normalizeName("numpy");

test("an import says what it holds", async () => {
  const { path, counts, malformed, bytes, date } = await importDatabase(SMALL);
  expect(malformed).toBe(0);
  expect(counts).toEqual({ projects: 5, sdists: 6, wheels: 4, failures: 4 });
  expect(date).toBe(1_694_121_121_000);
  const info = inspectFile(path);
  expect(info.bytes).toBe(bytes);
  expect(info.facts.pythons).toEqual(["27", "39", "310"]);
  expect(verifyFile(path, () => undefined)).toMatchObject({ problems: [], projects: 5 });
});

test("versions are newest first, and those that PEP 440 does not know are left out", async () => {
  const { path } = await importDatabase(SMALL);
  const index = openFileIndex(path);
  expect(index.project(numpy)?.versions).toEqual(["2.1", "2.0", "1.10", "1.0", "0.9"]);
  expect(index.project(normalizeName("absent"))).toBeUndefined();
  index.close();
  const [shown] = showProject(path, numpy);
  expect(shown?.sdists.map(({ version }) => version)).toEqual([
    "2.0",
    "1.10",
    "1.0",
    "not a version",
  ]);
});

test("files and metadata of wheels", async () => {
  const { path } = await importDatabase(SMALL);
  const index = openFileIndex(path);
  const project = index.project(numpy);
  const files = project?.files(1) ?? [];
  expect(files.map(({ filename, kind }) => [filename, kind])).toEqual([
    ["numpy-2.0-cp39-cp39-manylinux1_x86_64.whl", "wheel"],
    ["numpy-2.0-cp39-cp39-win32.whl", "wheel"],
    ["numpy-2.0.tar.gz", "sdist"],
  ]);
  for (const file of files.slice(0, 2)) {
    expect(file.requiresPython).toBe(">=3.9");
    expect(index.metadata(numpy, file)).toEqual({
      requiresDist: ['pytest ; extra == "test"'],
      requiresPython: ">=3.9",
      extras: ["test"],
    });
  }
  expect(project?.files(0).map(({ filename }) => filename)).toEqual([
    "Numpy-2.1.0-py3-none-any.whl",
  ]);
  index.close();
});

test("a release that only failed is there, with its reason", async () => {
  const { path } = await importDatabase(SMALL);
  const index = openFileIndex(path);
  const python = [3, 9, 18];
  expect(index.sdistMetadata(numpy, { version: "0.9", python })).toEqual({
    failure: "its setup.py gave no metadata under Python 3.9: SyntaxError: invalid syntax",
  });
  const broken = normalizeName("broken");
  expect(index.project(broken)?.versions).toEqual(["2.0", "1.0"]);
  expect(index.sdistMetadata(broken, { version: "1.0", python: [2, 7, 18] })).toEqual({
    failure: "its setup.py gave no metadata under Python 2.7: IOError: setup.py",
  });
  index.close();
  expect(showProject(path, broken)).toMatchObject([{ sdists: [], failures: [{}, {}] }]);
});

test("spellings of one name are one project", async () => {
  const { path } = await importDatabase(SMALL);
  const index = openFileIndex(path);
  expect(index.project(normalizeName("zope.interface"))?.versions).toEqual(["6.0", "5.0"]);
  index.close();
  expect(showProject(path, normalizeName("Zope_Interface")).map(({ name }) => name)).toEqual([
    "zope-interface",
    "zope.interface",
  ]);
});

test.each([
  ["1.10", [3, 9], { requiresPython: ">=3.6", extras: ["test"] }],
  ["1.0", [3, 10], { requiresDist: ["six"], extras: [] }],
  ["1.0", [2, 7], { requiresDist: ["six"] }],
  ["1.0", [3, 14], { requiresDist: ["six"] }],
  [
    "1.10",
    [3, 10],
    { failure: "its setup.py gave no metadata under Python 3.10: ImportError: no" },
  ],
  ["2.1", [3, 9], { failure: "it has no source distribution" }],
])("what the sdist of %s needs under Python %j", async (version, python, expected) => {
  const { path } = await importDatabase(SMALL);
  const index = openFileIndex(path);
  expect(index.sdistMetadata(numpy, { version, python })).toMatchObject(expected);
  index.close();
});

test("extras and markers of an sdist become markers of requirements", async () => {
  const { path } = await importDatabase(SMALL);
  const index = openFileIndex(path);
  expect(index.sdistMetadata(numpy, { version: "1.10", python: [3, 9] })).toHaveProperty(
    "requiresDist",
    [
      "six>=1",
      'typing ; python_version < "3.8"',
      'pytest ; extra == "test"',
      'mock ; (python_version < "3.3") and extra == "test"',
      'pywin32 ; (platform_system == "Windows") and extra == "test"',
    ],
  );
  index.close();
});

test("only what is asked for is read", async () => {
  const names = Array.from({ length: 20_000 }, (_, i) => `project-${i}`);
  const sdist = Object.fromEntries(
    names.map((name, i) => [name, { [`${i}.0`]: { "39": { install_requires: [`a${i}`] } } }]),
  );
  const { path, bytes } = await importDatabase({ sdist });
  const index = openFileIndex(path);
  expect(index.project(normalizeName("project-12345"))?.versions).toEqual(["12345.0"]);
  expect(index.bytesRead).toBeLessThan(bytes / 4);
  index.close();
});
