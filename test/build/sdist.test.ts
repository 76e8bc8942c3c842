import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type BuildOptions,
  type BuildSource,
  buildWheel,
  getBuildRequires,
  openSandbox,
  prepareMetadata,
  readBuildSystem,
  readSourceBuildSystem,
  type Sandbox,
} from "../../src/build/index.ts";
import { sha256 } from "../../src/base/index.ts";
import { bareEnvironment, makeSdistScratch, PLAIN_HOOK, python } from "./make-sdist.ts";

const scratch = makeSdistScratch();
afterAll(() => scratch.remove());
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openSandbox({ python });
});

const TAGS = ["py3-none-any"];

function options(source: BuildSource): BuildOptions {
  return {
    source,
    expected: { name: "demo", version: "1.0.0" },
    environment: bareEnvironment,
    sandbox,
    folder: scratch.fresh(),
  };
}

/** The wheel's bytes, or the error's code. */
async function outcome(backend: string, files: Record<string, string> = {}): Promise<unknown> {
  const source = scratch.sdist(backend, files);
  try {
    return await buildWheel({ ...options(source), tags: TAGS });
  } catch (error) {
    return error;
  }
}

test("builds a sdist with its own backend, the same bytes each time", async () => {
  const source = scratch.sdist(PLAIN_HOOK);
  const first = await buildWheel({ ...options(source), tags: TAGS });
  const second = await buildWheel({ ...options(source), tags: TAGS });
  expect(first).toMatchObject({
    filename: "demo-1.0-py3-none-any.whl",
    left: 0,
    sandbox: sandbox.kind,
  });
  expect(first.sha256).toBe(sha256(readFileSync(first.path)));
  expect(second.sha256).toBe(first.sha256);
});

test("builds a folder, which is not written", async () => {
  const tree = scratch.fresh();
  const source = scratch.sdist(
    `${PLAIN_HOOK}\nopen("made-by-the-build", "w").close()\nassert not {"node_modules", "venv", "pipe"} & set(os.listdir("."))`,
  );
  const { execFileSync } = await import("node:child_process");
  execFileSync("tar", ["-xzf", source.path, "-C", tree, "--strip-components=1"]);
  mkdirSync(join(tree, "node_modules"));
  mkdirSync(join(tree, "venv"));
  writeFileSync(join(tree, "venv", "pyvenv.cfg"), "");
  execFileSync("mkfifo", [join(tree, "pipe")]);
  const wheel = await buildWheel({ ...options({ kind: "tree", path: tree }), tags: TAGS });
  expect(wheel.filename).toBe("demo-1.0-py3-none-any.whl");
  expect(() => readFileSync(join(tree, "made-by-the-build"))).toThrow("ENOENT");
});

test("metadata: as the backend prepares it, else out of the wheel", async () => {
  const prepared = `${PLAIN_HOOK}
def prepare_metadata_for_build_wheel(out, settings=None):
    os.mkdir(out + "/demo-1.0.dist-info")
    open(out + "/demo-1.0.dist-info/METADATA", "w").write("Name: demo\\nVersion: 1.0\\nRequires-Dist: six\\n")
    return "demo-1.0.dist-info"
`;
  const cheap = await prepareMetadata(options(scratch.sdist(prepared)));
  expect(cheap).toEqual({ metadata: "Name: demo\nVersion: 1.0\nRequires-Dist: six\n" });
  const full = await prepareMetadata(options(scratch.sdist(PLAIN_HOOK)));
  expect(full.metadata).toContain("Name: demo\nVersion: 1.0\n");
  expect(full.wheel?.filename).toBe("demo-1.0-py3-none-any.whl");
});

test("what a backend asks for besides; nothing where it has no such hook", async () => {
  const asking = `${PLAIN_HOOK}
def get_requires_for_build_wheel(settings=None):
    return ["six>=1", "wheel; python_version<'3.8'"]
`;
  expect(await getBuildRequires(options(scratch.sdist(asking)))).toEqual([
    "six>=1",
    "wheel; python_version<'3.8'",
  ]);
  expect(await getBuildRequires(options(scratch.sdist(PLAIN_HOOK)))).toEqual([]);
});

describe("the fixed environment of a build", () => {
  const SHOWN = ["HOME", "LC_ALL", "TZ", "SOURCE_DATE_EPOCH", "PYTHONHASHSEED", "USER", "SECRET"];
  test("is all that a backend sees", async () => {
    process.env["SECRET"] = "of the user";
    const wheel = await outcome(`
def build_wheel(out, settings=None, metadata=None):
    print([os.environ.get(name) for name in ${JSON.stringify(SHOWN)}], os.umask(0o22) == 0o22)
    return write_wheel(out)
`);
    const log = readFileSync((wheel as { log: string }).log, "utf8");
    expect(log).toContain("'C.UTF-8', 'UTC', '315532800', '0', 'build', None] True");
  });
});

const WRONG: readonly [string, string, string][] = [
  [
    "another project",
    'write_wheel(out, "other-1.0-py3-none-any.whl")',
    "one of other, not of demo",
  ],
  ["another version", 'write_wheel(out, "demo-1.1-py3-none-any.whl")', "version 1.1, not 1.0.0"],
  [
    "another Python",
    'write_wheel(out, "demo-1.0-cp27-none-any.whl")',
    "for another Python or machine",
  ],
  ["no wheel", '"demo-1.0-py3-none-any.whl"', "there is none"],
  ["no name of a wheel", 'write_wheel(out, "demo-1.0-py3.whl")', "is no name of a wheel"],
  ["two wheels", '[write_wheel(out), write_wheel(out, "x-1-py3-none-any.whl")]', "there are 2"],
  ["a link", 'os.symlink("/etc/passwd", out + "/demo-1.0-py3-none-any.whl")', "is no file"],
  ["a folder for the wheel", 'os.mkdir(out + "/demo-1.0-py3-none-any.whl")', "is no file"],
  [
    "a link for the folder",
    'os.rename(out, out + "2") or write_wheel(out + "2") and os.symlink(out + "2", out)',
    "there is none",
  ],
];

test.for(WRONG)("a wheel that is refused: %s", async ([, call, message]) => {
  const hook = `
def build_wheel(out, settings=None, metadata=None):
    return ${call}
`;
  expect(await outcome(hook)).toMatchObject({
    code: "build-wheel",
    exit: 4,
    message: expect.stringContaining(message) as string,
  });
});

test("a build that fails: its last word, the log, what is missing", async () => {
  const error = await outcome(`
def build_wheel(out, settings=None, metadata=None):
    print("module.c:3:10: fatal error: libpq-fe.h: No such file or directory")
    raise RuntimeError("the compiler failed")
`);
  expect(error).toMatchObject({
    code: "build-failed",
    exit: 1,
    message: "demo-1.0.tar.gz could not be built: it needs pg_config",
    hint: "Install what has it: pg_config: Debian libpq-dev, Fedora libpq-devel, nixpkgs postgresql, conda postgresql.",
    facts: { reason: "RuntimeError: the compiler failed", missing: ["pg_config"] },
  });
  expect(readFileSync((error as { place: { file: string } }).place.file, "utf8")).toContain(
    "Traceback",
  );
});

test.for([
  ["SystemExit(1)", "error: the tool failed", "error: the tool failed"],
  [
    "SystemExit(1)",
    "curl: Could not resolve host: example.org",
    "it wants the network, which builds do not have",
  ],
  ["ValueError('no')", "error: before", "ValueError: no"],
])("why a build failed: %s after %j", async ([raised, printed, why]) => {
  const hook = `
def build_wheel(out, settings=None, metadata=None):
    print(${JSON.stringify(printed)}, flush=True)
    raise ${raised}
`;
  expect(await outcome(hook)).toMatchObject({
    code: "build-failed",
    message: `demo-1.0.tar.gz could not be built: ${why}`,
  });
});

test("an editable wheel names the place of the tree, and gets its extension modules there", async () => {
  const tree = scratch.fresh();
  const source = scratch.sdist(`
def build_editable(out, settings=None, metadata=None):
    open("package/module.so", "w").write("built")
    os.makedirs("elsewhere")
    open("elsewhere/other.so", "w").write("built")
    return write_wheel(out, files={"demo.pth": os.getcwd() + "/package"})
`);
  const { execFileSync } = await import("node:child_process");
  execFileSync("tar", ["-xzf", source.path, "-C", tree, "--strip-components=1"]);
  mkdirSync(join(tree, "package"));
  for (const kind of ["bubblewrap", "landlock"] as const) {
    const used = await openSandbox({ kind, python });
    const wheel = await buildWheel({
      ...options({ kind: "tree", path: tree }),
      sandbox: used,
      tags: TAGS,
      editable: true,
    });
    const listed = execFileSync(python, ["-m", "zipfile", "-l", wheel.path], { encoding: "utf8" });
    expect(listed).toContain("demo.pth");
    const shown = `import zipfile; z = zipfile.ZipFile(${JSON.stringify(wheel.path)}); print(z.read("demo.pth").decode(), z.read("demo-1.0.dist-info/RECORD").decode())`;
    const text = execFileSync(python, ["-c", shown], { encoding: "utf8" });
    expect(text).toMatch(new RegExp(`^${tree}/package demo.pth,sha256=[\\w-]{43},`));
  }
  expect(readFileSync(join(tree, "package", "module.so"), "utf8")).toBe("built");
  expect(() => readFileSync(join(tree, "elsewhere", "other.so"))).toThrow("ENOENT");
});

test("a build that takes too long, and one that is stopped", async () => {
  const endless = scratch.sdist("import time\ntime.sleep(600)");
  await expect(
    buildWheel({ ...options(endless), tags: TAGS, limits: { seconds: 0.3 } }),
  ).rejects.toMatchObject({ code: "build-limit", facts: { limit: "time" } });
  await expect(
    buildWheel({ ...options(endless), tags: TAGS, signal: AbortSignal.timeout(200) }),
  ).rejects.toMatchObject({ code: "build-stopped", exit: 130 });
});

test("answers that are not PEP 517's", async () => {
  const requires = `${PLAIN_HOOK}
def get_requires_for_build_wheel(settings=None):
    return "six"
`;
  expect(await getBuildRequires(options(scratch.sdist(requires)))).toEqual(["s", "i", "x"]);
  const metadata = `${PLAIN_HOOK}
def prepare_metadata_for_build_wheel(out, settings=None):
    return "../../x.dist-info"
`;
  await expect(prepareMetadata(options(scratch.sdist(metadata)))).rejects.toMatchObject({
    code: "build-metadata",
  });
});

describe("[build-system]", () => {
  test.for([
    [undefined, { requires: ["setuptools>=40.8.0"], backend: "setuptools.build_meta:__legacy__" }],
    ["[project]\nname='x'", { requires: ["setuptools>=40.8.0"] }],
    [
      "[build-system]\nrequires=['a']",
      { requires: ["a"], backend: "setuptools.build_meta:__legacy__" },
    ],
    [
      "[build-system]\nrequires=[]\nbuild-backend='b.c:d.e'\nbackend-path=['x/y']",
      { requires: [], backend: "b.c:d.e", backendPath: ["x/y"] },
    ],
  ] as const)("%s", async ([text, system]) => {
    expect(await readBuildSystem(text, "x")).toMatchObject(system);
  });

  test.for([
    "[build-system",
    "build-system = 1",
    "[build-system]",
    "[build-system]\nrequires='a'",
    "[build-system]\nrequires=[1]",
    "[build-system]\nrequires=[]\nbuild-backend='import os; x'",
    "[build-system]\nrequires=[]\nbuild-backend='b'\nbackend-path=['../x']",
    "[build-system]\nrequires=[]\nbuild-backend='b'\nbackend-path=['/x']",
  ])("refused: %s", async (text) => {
    await expect(readBuildSystem(text, "x")).rejects.toMatchObject({ code: "build-system" });
  });

  test("of a sdist, read without unpacking it; of a folder", async () => {
    const source = scratch.sdist(PLAIN_HOOK, { "sub/pyproject.toml": "no" });
    expect(await readSourceBuildSystem(source)).toEqual({
      requires: [],
      backend: "own_backend",
      backendPath: ["."],
    });
    const tree = scratch.fresh();
    writeFileSync(join(tree, "setup.py"), "");
    expect(await readSourceBuildSystem({ kind: "tree", path: tree })).toMatchObject({
      requires: ["setuptools>=40.8.0"],
    });
  });
});
