import { describe, expect, test } from "vitest";
import { UserError } from "../../src/base/index.ts";
import {
  evaluateMarker,
  parseEnvironmentYml,
  parseMarker,
  parsePyproject,
  parseRequirement,
  parseRequirements,
  parseScript,
  readRequirements,
  REQUIREMENT_ERRORS,
} from "../../src/requirement/index.ts";
import { environmentOf } from "./environment.ts";

const HEX = "a".repeat(64);

/** All errors that a call makes, each as `code line:column`. */
async function errorsOf(call: () => unknown): Promise<string[]> {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [error, ...error.related].map(({ code, place }) =>
      [code, [place?.line, place?.column].filter((part) => part !== undefined).join(":")]
        .filter((part) => part !== "")
        .join(" "),
    );
  }
  return [];
}

async function filesErrors(files: Readonly<Record<string, string>>): Promise<string[]> {
  const [path = ""] = Object.keys(files);
  return errorsOf(() => readRequirements(path, { readFile: (name) => files[name] }));
}

const lines: [string, string[]][] = [
  ["", ["requirement-invalid 1"]],
  ["foo bar", ["requirement-invalid 5"]],
  ["foo =1", ["requirement-invalid 5"]],
  ["foo>=1.*", ["requirement-invalid 4"]],
  ["foo >=1, >=", ["requirement-invalid 10"]],
  ["foo[a", ["requirement-invalid 4"]],
  ["foo[a b]", ["requirement-invalid 7"]],
  ["foo (>=1", ["requirement-invalid 5"]],
  ["foo; python_version", ["requirement-invalid 20"]],
  ["foo; os_name == 'a' os_name", ["requirement-invalid 21"]],
  ["foo; (os_name == 'a'", ["requirement-invalid 6"]],
  ["foo @", ["requirement-invalid 6"]],
  ["foo @ https:///x", ["requirement-invalid 7"]],
  ["foo @ git+https://x/y@", ["requirement-invalid 22"]],
  ["foo @ git+https://x/y@--upload-pack=x", ["requirement-invalid 22"]],
  ["foo @ git+git@host:x/y", ["reference-unsupported 7"]],
  ["foo @ hg+https://x/y", ["reference-unsupported 7"]],
  ["foo @ svn+https://x/y", ["reference-unsupported 7"]],
  ["foo @ bzr+https://x/y", ["reference-unsupported 7"]],
  ["foo @ ftp://x/y", ["reference-unsupported 7"]],
  ["foo @ https://x/y.zip#subdirectory=../z", ["requirement-invalid 7"]],
];

test.each(lines)("the requirement %j", async (line, expected) => {
  expect(await errorsOf(() => parseRequirement(line))).toEqual(expected);
});

const texts: [string, string[]][] = [
  ["ok\nfoo=>1\n  bar >\n", ["requirement-invalid 2:4", "requirement-invalid 3:7"]],
  ["foo \\\n  >=1 \\\n  ]", ["requirement-invalid 3:3"]],
  ["--nope", ["requirements-option 1:1"]],
  ["foo --pre", ["requirements-option 1:5"]],
  ["foo --global-option=x", ["requirements-option 1:5"]],
  ["foo --config-settings a=b", ["requirements-option 1:5"]],
  ["-C a=b", ["requirements-option 1:1"]],
  ["-e ./x --hash=sha256:a", ["requirements-option 1:8"]],
  ["-r a.txt -r b.txt", ["requirements-option 1:10"]],
  [`--hash=sha256:${HEX}`, ["requirements-option 1:1"]],
  ["--only-final foo", ["requirements-option 1:1"]],
  ["--all-releases foo", ["requirements-option 1:1"]],
  ["--no-require-hashes", ["requirements-option 1:1"]],
  ["--pre=1", ["requirement-invalid 1:1"]],
  ["--index x", ["requirement-invalid 1:1"]],
  ["-i nowhere", ["requirement-invalid 1:1"]],
  ["--no", ["requirement-invalid 1:1"]],
  ["-f", ["requirement-invalid 1:1"]],
  ["-f 'x", ["requirement-invalid 1:4"]],
  ["-f x\\", []],
  ["--pre foo", ["requirement-invalid 1:7"]],
  ["-e https://x/y.zip", ["requirement-invalid 1:1"]],
  ["-e hg+https://x/y", ["reference-unsupported 1:1"]],
  ["https://x/y z", ["requirement-invalid 1:12"]],
  ["./x-1.whl", ["requirement-invalid 1:1"]],
  ["./x[a!]", ["requirement-invalid 1:1"]],
  ["foo==1 --hash=md5:aa", ["requirements-hash 1:8"]],
  ["foo==1 --hash=sha256:aa", ["requirements-hash 1:8"]],
  ["foo==1 --hash=sha256", ["requirement-invalid 1:8"]],
  [`foo==1 --hash=sha256:${HEX}\nbar==1`, ["requirements-hash 2:1"]],
  [`foo>=1 --hash=sha256:${HEX}`, ["requirements-hash 1:1"]],
  [`foo==1.* --hash=sha256:${HEX}`, ["requirements-hash 1:1"]],
  ["--require-hashes\nfoo==1", ["requirements-hash 2:1"]],
  [`git+https://x/y#egg=y --hash=sha256:${HEX}`, ["requirements-hash 1:1"]],
];

test.each(texts)("the requirements file %j", async (text, expected) => {
  expect(await errorsOf(() => parseRequirements(text, { path: "r.txt" }))).toEqual(expected);
});

const inputs: [Readonly<Record<string, string>>, string[]][] = [
  [{ "r.txt": "-r missing.txt\n-c gone.txt" }, ["requirements-file 1:1", "requirements-file 2:1"]],
  [{ "r.txt": "a\n-r s/x.txt", "s/x.txt": "-r ../r.txt" }, ["requirements-file 1:1"]],
  [{ "r.txt": "-r https://h/x.txt" }, ["requirements-remote 1:1"]],
  [
    { "r.txt": "-c c.txt", "c.txt": "a[x]\n-e ./p\n./q\nb<2" },
    Array(3).fill("requirements-constraint") as string[],
  ],
  [{ "pyproject.toml": "[project]\ndependencies = ['a', 'b =1']" }, ["requirement-invalid 2:25"]],
  [{ "pyproject.toml": "[project\n" }, ["pyproject-invalid 1:9"]],
  [{ "pyproject.toml": "[tool.poetry]\n" }, ["pyproject-invalid 1:2"]],
  [{ "pyproject.toml": "[project]\ndynamic = ['dependencies']" }, ["pyproject-invalid 2:13"]],
  [{ "pyproject.toml": "[project]\nrequires-python = '3'" }, ["pyproject-invalid 2:20"]],
  [{ "pyproject.toml": "project = 1" }, ["pyproject-invalid 1:1", "pyproject-invalid 1:1"]],
  [{ "pyproject.toml": "[project]\ndependencies = 'a'" }, ["pyproject-invalid 2:1"]],
  [{ "pyproject.toml": "[project]\ndependencies = [1]" }, ["pyproject-invalid 2:1"]],
  [{ "s.py": "print()" }, ["script-invalid"]],
  [{ "s.py": "# /// script\n# dependencies = ['a', 'b =1']\n# ///" }, ["requirement-invalid 2:27"]],
  [{ "s.py": "# /// script\n# x = [\n# ///" }, ["script-invalid 2:7"]],
  [
    { "s.py": "# /// script\n# x = 1\n# ///\n\n# /// script\n# x = 1\n# ///" },
    ["script-invalid 5:1"],
  ],
  [
    { "e.yml": "dependencies:\n- numpy >=1.2<\n- python\n- a =>1  # [nowhere]" },
    ["environment-yml-invalid 4:3"],
  ],
  [
    { "e.yml": "dependencies:\n- numpy >=1.2<\n- python\n- a >=1<" },
    ["environment-yml-invalid 2:3", "environment-yml-invalid 4:3"],
  ],
  [{ "e.yml": "dependencies:\n- pip:\n  - a =1\n  - b" }, ["requirement-invalid 3:7"]],
  [{ "e.yml": "a: [\n" }, ["environment-yml-invalid 2:1"]],
  [{ "e.yml": "- a" }, ["environment-yml-invalid 1:1"]],
  [{ "e.yml": "dependencies:\n  a: 1" }, ["environment-yml-invalid 1:1"]],
  [{ "e.yml": "dependencies:\n- npm: [x]" }, ["environment-yml-invalid 2:3"]],
  [{ "e.yml": "name: a\n---\nname: b" }, ["environment-yml-invalid 2:1"]],
];

test.each(inputs)("the input %j", async (files, expected) => {
  const errors = await filesErrors(files);
  expect(
    errors.map((each, i) => (expected[i]?.includes(" ") === true ? each : each.split(" ")[0])),
  ).toEqual(expected);
});

test("all errors of all files are told together, each with its file", async () => {
  const files = { "r.txt": "a=\n-r x.txt\n-r y.txt", "x.txt": "\n=b" } as Record<string, string>;
  const error = await readRequirements("r.txt", { readFile: (name) => files[name] }).catch(
    (caught: unknown) => caught as UserError,
  );
  if (!(error instanceof UserError)) throw new Error("no error");
  const places = [error, ...error.related].map(({ place }) => `${place?.file}:${place?.line}`);
  expect(places).toEqual(["r.txt:1", "x.txt:2", "r.txt:3"]);
});

describe("markers", () => {
  test.each([
    ["os_name", "marker-invalid 8"],
    ["os_name == 'a", "marker-invalid 12"],
    ["os_name not 'a'", "marker-invalid 13"],
    ["a == 'b'", "marker-invalid 1"],
    ["(".repeat(500), "marker-invalid 102"],
    ["os_name == '\\x4'", "marker-invalid 12"],
  ])("%s", async (text, expected) => {
    expect(await errorsOf(() => parseMarker(text))).toEqual([expected]);
  });

  test.each(["'a' == 'b'", "os_name ~= 'a'", "'x' in extras", "os_name === 'a'"])(
    "%s has no meaning",
    async (text) => {
      const call = () => evaluateMarker(text, environmentOf("3.11"));
      expect(await errorsOf(call)).toEqual(["marker-undefined"]);
    },
  );
});

test("groups and extras that are not there", async () => {
  const text =
    "[project]\nname='a'\n[project.optional-dependencies]\nx = []\n[dependency-groups]\ny = [{include-group='z'}]\nz = [{include-group='y'}]\nZ = [1]\n";
  expect(await errorsOf(() => parsePyproject(text, { extras: ["q"] }))).toEqual([
    "pyproject-invalid 8:1",
    "pyproject-invalid 1:2",
  ]);
  const loop = text.replace("Z = [1]\n", "w = [1]");
  expect(await errorsOf(() => parsePyproject(loop, { groups: ["y", "w", "v"] }))).toHaveLength(3);
});

test("credentials are not shown", async () => {
  const variables = new Map([["TOKEN", "s3cret"]]);
  const text =
    "foo @ hg+https://me:${TOKEN}@host/x\n-i ftp://me:${TOKEN}@host/x\nhttps://me:${TOKEN}@h/x y";
  const error = await Promise.resolve()
    .then(() => parseRequirements(text, { variables }))
    .catch((caught: unknown) => caught as UserError);
  if (!(error instanceof UserError)) throw new Error("no error");
  const shown = JSON.stringify([error, ...error.related].map((each) => [each.message, each.hint]));
  expect(error.related).toHaveLength(2);
  expect(shown).not.toContain("s3cret");
});

test("every error has its page and its exit code", () => {
  for (const [code, { title, explain, exit }] of Object.entries(REQUIREMENT_ERRORS)) {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)+$/);
    expect(title.length).toBeGreaterThan(10);
    expect(explain.length).toBeGreaterThan(80);
    expect(exit).toBe(2);
  }
});

test("the door's synchronous readers", async () => {
  expect(await errorsOf(() => parseScript("# /// script\n# x\n# ///"))).toEqual([
    "script-invalid 2:3",
  ]);
  expect(await errorsOf(() => parseEnvironmentYml("- a"))).toEqual(["environment-yml-invalid 1:1"]);
});
