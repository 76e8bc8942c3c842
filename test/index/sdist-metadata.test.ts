import { expect, test } from "vitest";
import { normalizeName } from "../../src/base/index.ts";
import { sdistReading } from "../../src/index/index.ts";
import { makeSdist } from "./make-sdist.ts";

const { readStaticSdistMetadata } = await sdistReading();

async function read(
  files: Readonly<Record<string, string>>,
  filename = "demo-1.0.tar.gz",
): Promise<unknown> {
  return readStaticSdistMetadata({ ...makeSdist(filename, files), name: normalizeName("demo") });
}

function pkgInfo(...lines: string[]): string {
  return ["Metadata-Version: 2.2", "Name: demo", "Version: 1.0", ...lines, "", "Words."].join("\n");
}

const SETUPTOOLS =
  '[build-system]\nrequires = ["setuptools>=61"]\nbuild-backend = "setuptools.build_meta"\n';

const EMPTY = { requiresDist: [], extras: [] };

test.each<[string, Record<string, string>, unknown]>([
  ["nothing", {}, "needs-build"],
  [
    "PKG-INFO 2.2",
    { "PKG-INFO": pkgInfo("Requires-Dist: a>1") },
    { requiresDist: ["a>1"], extras: [] },
  ],
  ["no dependencies", { "PKG-INFO": pkgInfo() }, EMPTY],
  ["what is dynamic does not matter", { "PKG-INFO": pkgInfo("Dynamic: license-file") }, EMPTY],
  ["dynamic", { "PKG-INFO": pkgInfo("Dynamic: Requires-Dist") }, "needs-build"],
  ["dynamic Python", { "PKG-INFO": pkgInfo("Dynamic:requires-python") }, "needs-build"],
  ["dynamic extras", { "PKG-INFO": pkgInfo("dynamic: Provides-Extra") }, "needs-build"],
  ["2.10 is later than 2.2", { "PKG-INFO": pkgInfo().replace("2.2", "2.10") }, EMPTY],
  [
    "PKG-INFO 2.1",
    { "PKG-INFO": pkgInfo("Requires-Dist: a").replace("2.2", "2.1") },
    "needs-build",
  ],
  ["Dynamic in the description", { "PKG-INFO": `${pkgInfo()}\nDynamic: Requires-Dist\n` }, EMPTY],
  [
    "another project's",
    { "PKG-INFO": pkgInfo().replace("demo", "other") },
    { failure: 'its METADATA is that of "other"' },
  ],
  [
    "poetry's PKG-INFO 2.1",
    {
      "PKG-INFO": pkgInfo("Requires-Dist: a>1").replace("2.2", "2.1"),
      "pyproject.toml":
        '[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n',
    },
    { requiresDist: ["a>1"], extras: [] },
  ],
  [
    "a backend of the sdist's own, of poetry's name",
    {
      "PKG-INFO": pkgInfo().replace("2.2", "2.1"),
      "pyproject.toml":
        '[build-system]\nrequires = []\nbackend-path = ["."]\nbuild-backend = "poetry.core.masonry.api"\n',
    },
    "needs-build",
  ],
  [
    "[project]",
    {
      "pyproject.toml": `${SETUPTOOLS}[project]\nname = "demo"\nrequires-python = ">=3.8"\ndependencies = ["a>1; python_version<'3'", "b"]\n[project.optional-dependencies]\n"X.y" = ["c ; os_name == 'nt' or os_name == 'x'", "d"]\n`,
    },
    {
      requiresDist: [
        "a>1; python_version<'3'",
        "b",
        `c ; (os_name == 'nt' or os_name == 'x') and extra == "x-y"`,
        'd ; extra == "x-y"',
      ],
      requiresPython: ">=3.8",
      extras: ["x-y"],
    },
  ],
  [
    "[project] with dynamic dependencies",
    { "pyproject.toml": '[project]\nname = "demo"\ndynamic = ["dependencies"]\n' },
    "needs-build",
  ],
  [
    "[project] without dependencies, and a setup.py that has some",
    {
      "pyproject.toml": `${SETUPTOOLS}[project]\nname = "demo"\n`,
      "setup.py": "from setuptools import setup\nsetup(install_requires=['a'])\n",
    },
    "needs-build",
  ],
  [
    "[project] and a setup.py for something else",
    {
      "pyproject.toml": `${SETUPTOOLS}[project]\nname = "demo"\n`,
      "setup.py": "from setuptools import setup\nsetup(ext_modules=[])\n",
    },
    EMPTY,
  ],
  [
    "[project] with a bad requirement",
    { "pyproject.toml": '[project]\ndependencies = ["a b"]\n' },
    "needs-build",
  ],
  ["no TOML", { "pyproject.toml": "[project" }, "needs-build"],
  [
    "__proto__ is a name as any",
    { "pyproject.toml": '[__proto__]\nproject = 1\n[project]\nname = "demo"\n' },
    EMPTY,
  ],
  [
    "setup.cfg",
    {
      "setup.cfg": `[metadata]\nname = demo\n[options]\npython_requires = >=3.6\ninstall_requires =\n  a>1\n  # no\n  b; os_name == 'nt'\n[options.extras_require]\nx = c; d\n`,
      "setup.py":
        '#!/usr/bin/env python\n"""Words\nand words"""\nimport setuptools\n\nsetuptools.setup()  # all\n',
    },
    {
      requiresDist: ["a>1", "b; os_name == 'nt'", 'c ; extra == "x"', 'd ; extra == "x"'],
      requiresPython: ">=3.6",
      extras: ["x"],
    },
  ],
  [
    "setup.cfg beside a setup.py that does more",
    {
      "setup.cfg": "[metadata]\nname=demo\n",
      "setup.py": "from setuptools import setup\nsetup(pbr=True)\n",
    },
    "needs-build",
  ],
  [
    "setup.cfg with a plugin",
    {
      "setup.cfg": "[metadata]\nname=demo\n",
      "pyproject.toml": '[build-system]\nrequires = ["setuptools", "pbr"]\n',
    },
    "needs-build",
  ],
  [
    "setup.cfg with requirements in a file",
    {
      "setup.cfg": "[metadata]\nname=demo\n[options]\ninstall_requires = file: requirements.txt\n",
    },
    "needs-build",
  ],
  ["setup.cfg of tools only", { "setup.cfg": "[flake8]\nmax-line-length = 9\n" }, "needs-build"],
  [
    "setup.cfg with install-requires",
    { "setup.cfg": "[metadata]\nname=demo\n[options]\ninstall-requires = a\n" },
    "needs-build",
  ],
  ["two top folders", { "PKG-INFO": pkgInfo(), "/other/PKG-INFO": pkgInfo() }, "needs-build"],
])("%s", async (_, files, expected) => {
  expect(await read(files)).toEqual(expected);
  expect(await read(files, "demo-1.0.zip")).toEqual(expected);
});

test("kinds that are not read", async () => {
  expect(await read({}, "demo-1.0.tar.Z")).toEqual({
    failure: "demo-1.0.tar.Z is of a format that is not known",
  });
});

test.each(["tar.gz", "zip"])("a broken .%s is a failure", async (suffix) => {
  const filename = `demo-1.0.${suffix}`;
  const source = { filename, content: Buffer.from("no archive"), name: normalizeName("demo") };
  const found = await readStaticSdistMetadata(source);
  expect(found).toMatchObject({ failure: expect.stringContaining(filename) as string });
});

test("a cut off archive is a failure", async () => {
  const { filename, content } = makeSdist("demo-1.0.tar.gz", { "PKG-INFO": pkgInfo() });
  const cut = content.subarray(0, content.length - 20);
  const found = await readStaticSdistMetadata({
    filename,
    content: cut,
    name: normalizeName("demo"),
  });
  expect(found).toMatchObject({ failure: expect.stringContaining("cut short") as string });
});

test("a setup.cfg made to be slow is read at once", async () => {
  const blank = " ".repeat(400_000);
  const began = performance.now();
  await read({ "setup.cfg": `[metadata]\nname = demo\n[options]\na${blank}b\n` });
  await read({ "setup.cfg": "[metadata]\nname = demo\n", "setup.py": `x${blank}y` });
  expect(performance.now() - began).toBeLessThan(2000);
});
