// Locks that the real tools have written for one project: see test/cases/locks/README.md.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { UserError } from "../../src/base/index.ts";
import { importedVersions, readLockImport, readRequirements } from "../../src/requirement/index.ts";
import { markerEnvironment, parsePlatform, parsePythonVersion } from "../../src/target/index.ts";

const LOCKS = join(import.meta.dirname, "../cases/locks");

async function versions(
  file: string,
  python: string,
  text: string = readFileSync(join(LOCKS, file), "utf8"),
): Promise<Record<string, string>> {
  const target = { python: parsePythonVersion(python), platform: parsePlatform("linux-x86_64") };
  const lock = await readLockImport(file, text);
  return Object.fromEntries(importedVersions(lock, markerEnvironment(target)));
}

async function failure(promise: Promise<unknown>): Promise<UserError> {
  const error: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

/** What all of them hold. */
const SHARED = {
  anyio: "4.14.2",
  certifi: "2026.10.18",
  click: "8.1.7",
  h11: "0.16.0",
  httpcore: "1.0.9",
  httpx: "0.26.0",
  idna: "3.20",
  sniffio: "1.3.1",
  socksio: "1.0.0",
};
const UNIVERSAL = { ...SHARED, colorama: "0.4.6", exceptiongroup: "1.3.1" };
const DEVELOPMENT = { iniconfig: "2.0.0" };

describe.each([
  ["uv.lock", { ...UNIVERSAL, ...DEVELOPMENT }],
  ["poetry.lock", { ...UNIVERSAL, ...DEVELOPMENT }],
  ["pdm.lock", { ...UNIVERSAL, ...DEVELOPMENT }],
  ["pylock.toml", { ...UNIVERSAL, ...DEVELOPMENT }],
  ["uv-compile.txt", UNIVERSAL],
])("%s has a version for each Python", (file, others) => {
  test.each([
    ["3.10", "4.7.1"],
    ["3.11", "4.7.1"],
    ["3.12", "4.9.0"],
  ])("%s", async (python, typing) => {
    expect(await versions(file, python)).toEqual({ ...others, "typing-extensions": typing });
  });
});

test.each([
  ["Pipfile.lock", { ...SHARED, ...DEVELOPMENT }],
  ["pip-compile.txt", SHARED],
])("%s has one version of each", async (file, others) => {
  expect(await versions(file, "3.12")).toEqual({ ...others, "typing-extensions": "4.7.1" });
});

describe("where a lock has several versions", () => {
  const poetry = (more: string): string =>
    `[[package]]\nname = "A_b"\nversion = "1.0"\n${more}\n[[package]]\nname = "a-b"\nversion = "2.0"\npython-versions = ">=3.9"\n`;
  test.each([
    ["the Pythons tell", "poetry.lock", poetry('python-versions = "<3.9"'), "2.0"],
    [
      "a table of markers, by group",
      "poetry.lock",
      poetry("markers = {dev = \"python_version > '3'\"}\n[metadata]"),
      "2.0",
    ],
    [
      "what others need tells",
      "poetry.lock",
      `${poetry("")}[[package]]\nname = "c"\nversion = "1"\n[package.dependencies]\nA-B = [{version = "<2", markers = "python_version < '3.12'"}, {version = "^2", markers = "python_version >= '3.12'"}]\n`,
      "1.0",
    ],
    [
      "extras and groups of a pylock.toml",
      "pylock.dev.toml",
      `lock-version = "1.0"\nextras = ["x"]\ndependency-groups = ["dev"]\n[[packages]]\nname = "a-b"\nversion = "1.0"\nmarker = "'x' in extras and 'dev' in dependency_groups"\n[[packages]]\nname = "a-b"\nversion = "2.0"\nmarker = "'y' in extras"\n`,
      "1.0",
    ],
    [
      "no marker holds: the highest",
      "uv.lock",
      `[[package]]\nname = "a-b"\nversion = "1.10"\nresolution-markers = ["sys_platform == 'win32'"]\n[[package]]\nname = "a-b"\nversion = "1.9"\nresolution-markers = ["nonsense"]\n`,
      "1.9",
    ],
    [
      "nothing tells: the highest",
      "pdm.lock",
      `[[package]]\nname = "a-b"\nversion = "1.9"\n[[package]]\nname = "a-b"\nversion = "1.10"\n`,
      "1.10",
    ],
  ])("%s", async (_, file, text, version) => {
    expect((await versions(file, "3.11", text))["a-b"]).toBe(version);
  });
});

test("what is no release is passed over: the project itself, folders, versions that are none", async () => {
  const text = ["editable", "virtual", "directory"]
    .map((kind) => `[[package]]\nname = "${kind}"\nversion = "1"\nsource = { ${kind} = "." }\n`)
    .join("");
  const odd = `[[package]]\nname = "odd"\nversion = "not-a-version"\n[[package]]\nversion = "1"\n[[package]]\nname = 3\nversion = "1"\n[[package]]\nname = "__proto__"\nversion = "1.0.0-1"\n`;
  expect(await versions("uv.lock", "3.12", text + odd)).toEqual({ "-proto-": "1.0.0.post1" });
});

test("a requirements file: only lines that name one version", async () => {
  const text = "a==1.0\nb>=2\nc==3.*\nd @ https://example.org/d.whl\ne==1,>0\nf===1\n--pre\n";
  expect(await versions("pins.txt", "3.12", text)).toEqual({ a: "1.0" });
});

test.each([
  ["uv.lock", "[[package"],
  ["uv.lock", "x = 1"],
  ["pylock.toml", 'packages = "many"'],
  ["Pipfile.lock", "{"],
  ["Pipfile.lock", "[]"],
  ["Pipfile.lock", '{"default": {}}'],
])("%s that reads %s is lock-import-invalid", async (file, text) => {
  const error = await failure(readLockImport(file, text));
  expect(error.code).toBe("lock-import-invalid");
  expect(error.place).toMatchObject({ file });
});

test("a name that tells no format is lock-import-format", async () => {
  const error = await failure(readLockImport("conda.lock", ""));
  expect(error.code).toBe("lock-import-format");
  expect(error.hint).toContain("uv.lock, poetry.lock");
});

test.each(["uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml", "pylock.dev.toml"])(
  "-r %s is lock-as-input",
  async (file) => {
    const error = await failure(readRequirements(`x/${file}`, { readFile: () => "" }));
    expect(error.code).toBe("lock-as-input");
    expect(error.hint).toContain(`--from-lock ${file}`);
  },
);
