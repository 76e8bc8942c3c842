import { expect, test } from "vitest";
import { bucketFiles, type ReleaseMetadata, sdistReading } from "../../src/index/index.ts";
import { formatRequirement, parseDependency } from "../../src/requirement/index.ts";

const { coreAsSetup, setupMetadata } = await bucketFiles();
const { sdistReleaseMetadata } = await sdistReading();

const NOTHING = {
  install_requires: [],
  setup_requires: [],
  tests_require: [],
  extras_require: {},
  python_requires: [],
};

test.each<[string, Partial<typeof NOTHING> | object, object]>([
  ["nothing", {}, {}],
  [
    "one spelling",
    { install_requires: ["Foo_Bar [Y,x] >= 1, < 2", "b==1"], setup_requires: ["c ~= 1.0"] },
    { installRequires: ["foo-bar[x,y]<2,>=1", "b==1"], setupRequires: ["c~=1.0"] },
  ],
  [
    "markers go to the extras",
    {
      install_requires: ["a", "b ; python_version<'3' or os_name=='nt'"],
      extras_require: { t: ["c", "d;os_name=='nt'"], "t:os_name=='x'": ["e;os_name=='y'"] },
    },
    {
      installRequires: ["a"],
      extrasRequire: [
        [':python_version < "3" or os_name == "nt"', ["b"]],
        ["t", ["c"]],
        ['t:os_name == "nt"', ["d"]],
        ['t:os_name == "x" and os_name == "y"', ["e"]],
        ["t:os_name=='x'", []],
      ],
    },
  ],
  ["an extra of nothing", { extras_require: { none: [] } }, { extrasRequire: [["none", []]] }],
  ["what cannot be read stays", { install_requires: ["a b c"] }, { installRequires: ["a b c"] }],
  [
    "markers of builds and tests stay in their lines",
    { tests_require: ["a;os_name=='nt'"], python_requires: [">=3.6, <4"] },
    { testsRequire: ['a; os_name == "nt"'], pythonRequires: [">=3.6, <4"] },
  ],
  [
    "names of Object's own",
    { extras_require: JSON.parse('{"__proto__": ["a"]}') as object },
    { extrasRequire: [["__proto__", ["a"]]] },
  ],
])("%s", (_, fields, expected) => {
  expect(setupMetadata({ ...NOTHING, ...fields })).toEqual(expected);
});

function normal({ requiresDist, requiresPython, extras }: ReleaseMetadata): unknown {
  const lines = requiresDist.map((line) => {
    const requirement = parseDependency(line);
    return requirement === undefined ? line : formatRequirement(requirement);
  });
  return { lines: lines.toSorted(), requiresPython, extras: extras.toSorted() };
}

test.each([
  [["a>1", "b[x]", "c @ https://example.org/c.zip"]],
  [['a; extra == "x"', 'b; os_name == "nt" and extra == "x"', 'c; extra == "y"']],
  [['a; python_version < "3" or os_name == "nt"']],
  [['a; (python_version < "3" or os_name == "nt") and extra == "x"']],
  [['a; extra == "x" or extra == "y"', 'b; extra != "x"']],
])("core metadata comes back: %j", (requiresDist) => {
  const metadata = { requiresDist, requiresPython: ">=3.8", extras: ["x", "y"] };
  expect(normal(sdistReleaseMetadata(coreAsSetup(metadata)))).toEqual(normal(metadata));
});
