// Dynamic dependencies that setuptools would read from files.
import { expect, test } from "vitest";
import { UserError } from "../../src/base/index.ts";
import {
  inputIdentity,
  inputLines,
  parsePyproject,
  readRequirements,
  type ReadRequirementsOptions,
  type RequirementInput,
} from "../../src/requirement/index.ts";

const HEAD = `[project]
name = "shop"
dynamic = ["version", "dependencies", "optional-dependencies"]

[tool.setuptools.dynamic]
`;

function read(
  tables: string,
  files: Readonly<Record<string, string>> = {},
  options: Omit<ReadRequirementsOptions, "readFile"> = {},
): Promise<RequirementInput> {
  const all = new Map(Object.entries({ "p/pyproject.toml": HEAD + tables, ...files }));
  return readRequirements("p/pyproject.toml", { readFile: (path) => all.get(path), ...options });
}

async function refusal(...args: Parameters<typeof read>): Promise<UserError> {
  try {
    await read(...args);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("it was read");
}

test("dependencies and extras out of files, with their places", async () => {
  const tables = `dependencies = { file = "requirements.txt" }
optional-dependencies.Dev = { file = ["dev/a.txt", "dev/b.txt"] }
optional-dependencies.all = { file = ["all.txt"] }
`;
  const files = {
    "p/requirements.txt": "# ours\nflask>=3 # for the web\n\nsix; python_version < '3'\n",
    "p/dev/a.txt": "pytest\n",
    "p/dev/b.txt": "ruff\n",
    "p/all.txt": "shop[dev]\n",
  };
  const plain = await read(tables, files);
  expect(plain.requirements.map(({ text }) => text)).toEqual([
    "flask>=3",
    "six; python_version < '3'",
  ]);
  expect(plain.requirements[0]?.place).toMatchObject({ file: "p/requirements.txt", line: 2 });
  expect(plain.files.map(({ path }) => path)).toEqual([
    "p/pyproject.toml",
    "p/requirements.txt",
    "p/dev/a.txt",
    "p/dev/b.txt",
    "p/all.txt",
  ]);
  const more = await read(tables, files, { extras: ["all"] });
  expect(more.requirements.map(({ name }) => name)).toEqual(["flask", "six", "pytest", "ruff"]);
});

test.each<[string, string, Readonly<Record<string, string>>, string]>([
  ["nothing is named", "", {}, "pyproject-invalid"],
  ["an attribute", 'dependencies = { attr = "shop.NEEDS" }', {}, "pyproject-invalid"],
  ["a file that is not there", 'dependencies = { file = "a.txt" }', {}, "requirements-file"],
  ["a file elsewhere", 'dependencies = { file = "../a.txt" }', {}, "pyproject-invalid"],
  ["a file by its full path", 'dependencies = { file = "/a.txt" }', {}, "pyproject-invalid"],
  [
    "a file with an option",
    'dependencies = { file = "a" }',
    { "p/a": "-r b" },
    "pyproject-invalid",
  ],
  [
    "a line that is none",
    'dependencies = { file = "a" }',
    { "p/a": "x ==" },
    "requirement-invalid",
  ],
])("%s: refused", async (_, tables, files, code) => {
  expect((await refusal(tables, files)).code).toBe(code);
});

test("an unknown extra names those of files, and no extra asked for needs no files of extras", async () => {
  const tables = 'dependencies = { file = "a" }\noptional-dependencies.dev = { file = "a" }\n';
  const error = await refusal(tables, { "p/a": "six" }, { extras: ["dve"] });
  expect(error.message).toContain("the optional-dependencies of this project are dynamic");
  const static_ = await read('dependencies = { file = "a" }\n', { "p/a": "six" });
  expect(static_.requirements).toHaveLength(1);
});

test("without its files, a text alone says what it would take", () => {
  const text = `${HEAD}dependencies = { file = "a" }\n`;
  expect(() => parsePyproject(text)).toThrow("the dependencies of this project are dynamic");
});

test("what only a build tells stands as one requirement on the needs of the project", async () => {
  const project = await read("", {}, { builds: true, extras: ["b", "A"] });
  expect(project.requirements).toMatchObject([
    { needsOnly: true, reference: { kind: "path", path: "." }, extras: ["a", "b"] },
  ]);
  expect(project.requirements[0]?.place).toMatchObject({ file: "p/pyproject.toml", line: 3 });
  expect(inputLines(project)).toEqual([]);
  expect(inputIdentity(project)).toEqual(["needs of -e .[a,b]"]);
});
