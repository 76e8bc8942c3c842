// When a setup.py's own words count as the metadata of a source distribution.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { silent, sha256 } from "../../src/base/index.ts";
import { openSandbox, type Sandbox } from "../../src/build/index.ts";
import type { Interpreter } from "../../src/environment/index.ts";
import type { ReleaseMetadata } from "../../src/index/index.ts";
import type { BuildPlace } from "../../src/project/builds/conda-base.ts";
import {
  fieldsOf,
  isPlainSetuptools,
  observedMetadata,
} from "../../src/project/builds/observe-source.ts";
import type { Workshop } from "../../src/project/builds/workshop.ts";
import { openSession } from "../../src/project/index.ts";
import { openStore, type StorePath } from "../../src/store/index.ts";
import { hasSetuptools, PYTHON, setuptoolsHome } from "../crawl/served-projects.ts";

const META = "setuptools.build_meta";
const SYSTEMS: readonly [string, string, readonly string[], readonly string[], boolean][] = [
  ["the legacy backend", `${META}:__legacy__`, ["setuptools>=40.8.0"], [], true],
  ["setuptools and wheel", META, ["setuptools", "Wheel; python_version > '3'"], [], true],
  ["a plugin", META, ["setuptools", "setuptools-scm"], [], false],
  ["a URL", META, ["setuptools @ https://example.org/setuptools.zip", "x @"], [], false],
  ["a backend of its own", META, ["setuptools"], ["."], false],
  ["another backend", "hatchling.build", [], [], false],
];

test.each(SYSTEMS)("only setuptools has a say: %s", (_, backend, requires, backendPath, is) => {
  expect(isPlainSetuptools({ backend, requires, backendPath })).toBe(is);
});

const FIELDS = {
  name: "Demo_Project",
  version: "1.0.0",
  install_requires: ["six"],
  setup_requires: [],
  tests_require: [],
  extras_require: {},
  python_requires: [],
};
const ANSWERS: readonly [string, Partial<typeof FIELDS> | { name: null }, boolean][] = [
  ["the same project and version, spelled otherwise", {}, true],
  ["another project", { name: "demo" }, false],
  ["another version", { version: "1.1" }, false],
  ["a version that is none", { version: "unknown" }, false],
  ["no name", { name: null }, false],
  ["a plugin to be had first", { setup_requires: ["pbr"] as never[] }, false],
  ["wheel to be had first", { setup_requires: ["wheel>=0.30"] as never[] }, true],
];

test.each(ANSWERS)("what setup() was given counts: %s", (_, changed, counts) => {
  const setup = { ...FIELDS, ...changed };
  const found = fieldsOf({ setup }, { name: "demo-project", version: "1.0" });
  expect(found !== undefined).toBe(counts);
});

test("a setup.py that failed says nothing", () => {
  const answer = { error: "ImportError: x", end: { kind: "exit", code: 1 } } as const;
  expect(fieldsOf(answer, { name: "demo", version: "1.0" })).toBeUndefined();
  expect(fieldsOf(undefined, { name: "demo", version: "1.0" })).toBeUndefined();
});

const TREES: readonly [string, Readonly<Record<string, string>>, ReleaseMetadata | undefined][] = [
  [
    "its needs, by extra and marker",
    {
      "setup.py": `import sys
from setuptools import setup
setup(name="demo", version="1.0", install_requires=["six>=%d" % sys.version_info[0]],
      extras_require={"Te st": ["pytest"], ":os_name == 'nt'": ["colorama"]}, python_requires=">=3")`,
    },
    {
      requiresDist: ["six>=3", "colorama ; os_name == 'nt'", 'pytest ; extra == "te-st"'],
      requiresPython: ">=3",
      extras: ["te-st"],
    },
  ],
  [
    "setup.cfg beside it",
    {
      "setup.py": "import setuptools as s; print('hello'); s.setup()",
      "setup.cfg":
        "[metadata]\nname = demo\nversion = 1.0\n[options]\ninstall_requires =\n  six\n  idna>=2\n",
    },
    { requiresDist: ["six", "idna>=2"], extras: [] },
  ],
  ["no setup.py", { "setup.cfg": "[metadata]\nname = demo\n" }, undefined],
  ["one that fails", { "setup.py": "import numpy.distutils" }, undefined],
  [
    "a plugin",
    { "setup.py": "from setuptools import setup\nsetup(name='demo', pbr=True)" },
    undefined,
  ],
  [
    "a [project] table",
    {
      "setup.py": "from setuptools import setup\nsetup(name='demo', version='1.0')",
      "pyproject.toml": "[project]\nname = 'demo'\nversion = '1.0'\ndynamic = ['dependencies']\n",
    },
    undefined,
  ],
  [
    "a line that is no requirement",
    {
      "setup.py":
        "from setuptools import setup\nsetup(name='demo', version='1.0', install_requires=['a b'])",
    },
    undefined,
  ],
];

const scratch = mkdtempSync(join(tmpdir(), "observe-source-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function workshop(): Workshop {
  const session = openSession({
    env: { HOME: scratch },
    cwd: scratch,
    report: silent,
    options: {},
    now: Date.now,
  });
  let sandbox: Promise<Sandbox> | undefined;
  const interpreter = { path: PYTHON.path, cacheTag: "" } as Interpreter;
  return {
    session,
    store: openStore(join(scratch, "store")),
    interpreter,
    place: (): Promise<BuildPlace> =>
      Promise.resolve({ interpreter, tools: { path: [], readable: [], env: {} } }),
    sandbox: () => (sandbox ??= openSandbox({ python: PYTHON.path })),
  } as Workshop;
}

describe.runIf(hasSetuptools())("setup.py, run up to setup()", () => {
  const object = join(scratch, "setuptools");
  beforeAll(() => {
    mkdirSync(object);
    symlinkSync(setuptoolsHome(), join(object, "site"));
  });

  test.each(TREES)("%s", async (_, files, metadata) => {
    const tree = mkdtempSync(join(scratch, "tree-"));
    mkdirSync(join(tree, "demo-1.0"));
    for (const [name, text] of Object.entries(files))
      writeFileSync(join(tree, "demo-1.0", name), text);
    const path = join(tree, "demo-1.0.tar.gz");
    execFileSync("tar", ["-czf", path, "-C", tree, "demo-1.0"]);
    const filename = "demo-1.0.tar.gz";
    const found = await observedMetadata({
      source: { kind: "sdist", path, filename, sha256: sha256(path) },
      expected: { name: "demo", version: "1.0" },
      objects: [object as StorePath],
      workshop: workshop(),
    });
    expect(found).toEqual(metadata);
  });
});
