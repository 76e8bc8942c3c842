// What a backend is asked in one start of Python.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askBackend, type AskedBackend, openSandbox, type Sandbox } from "../../src/build/index.ts";
import { bareEnvironment, makeSdistScratch, PLAIN_HOOK, python } from "./make-sdist.ts";

const scratch = makeSdistScratch();
afterAll(() => scratch.remove());
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openSandbox({ python });
});

type Also = "nothing" | "metadata" | "wheel";

function ask(
  backend: string,
  also: Also,
  { given = [], files = {} }: { given?: readonly string[]; files?: Record<string, string> } = {},
): Promise<AskedBackend> {
  return askBackend({
    source: scratch.sdist(backend, files),
    expected: { name: "demo", version: "1.0.0" },
    environment: bareEnvironment,
    sandbox,
    folder: scratch.fresh(),
    tags: ["py3-none-any"],
    also,
    given,
  });
}

const REQUIRES = `
def get_requires_for_build_wheel(settings=None):
    return ["six>=1"]
`;
const PREPARES = `
def prepare_metadata_for_build_wheel(out, settings=None):
    os.mkdir(out + "/demo-1.0.dist-info")
    open(out + "/demo-1.0.dist-info/METADATA", "w").write("Name: demo\\nVersion: 1.0\\n")
    return "demo-1.0.dist-info"
`;

test("the wheel comes with the answer where nothing more is needed", async () => {
  const asked = await ask(PLAIN_HOOK + REQUIRES, "wheel", { given: ["six>=1", "other"] });
  expect(asked).toMatchObject({
    requires: ["six>=1"],
    wheel: { filename: "demo-1.0-py3-none-any.whl" },
  });
  expect(asked.metadata).toContain("Name: demo\n");
});

test("a package that is asked for by its name alone is one of those given", async () => {
  const backend = `${PLAIN_HOOK}
def get_requires_for_build_wheel(settings=None):
    return ["Setuptools_SCM ", "six>=1"]
`;
  const given = ["six>=1", "setuptools-scm"];
  expect((await ask(backend, "wheel", { given })).wheel).toBeDefined();
  expect((await ask(backend, "wheel", { given: ["six", "setuptools-scm"] })).wheel).toBeUndefined();
});

test.each<Also>(["metadata", "wheel"])(
  "no %s where the environment lacks what is asked for",
  async (also) => {
    const asked = await ask(PLAIN_HOOK + PREPARES + REQUIRES, also, { given: ["six"] });
    expect(asked).toEqual({ requires: ["six>=1"] });
  },
);

test("metadata as it is prepared, else out of the wheel", async () => {
  expect(await ask(PLAIN_HOOK + PREPARES, "metadata")).toEqual({
    requires: [],
    metadata: "Name: demo\nVersion: 1.0\n",
  });
  const built = await ask(PLAIN_HOOK, "metadata");
  expect(built.wheel?.filename).toBe("demo-1.0-py3-none-any.whl");
  expect(await ask(PLAIN_HOOK + PREPARES, "nothing")).toEqual({ requires: [] });
});

const CHANGING = `${PLAIN_HOOK.replace("def build_wheel", "def build_plainly")}
import sys
def get_requires_for_build_wheel(settings=None):
    sys.modules["json"] = None
    os.environ["CHANGED"] = "1"
    open("new", "w").close()
    os.remove("pyproject.toml")
    return []
def build_wheel(out, settings=None, metadata=None):
    import json
    assert "CHANGED" not in os.environ and not os.path.exists("new")
    assert os.path.exists("pyproject.toml")
    assert os.path.basename(os.path.dirname(os.getcwd())) == "src"
    return build_plainly(out, settings, metadata)
`;

test("no hook sees what another did to the process or to the tree", async () => {
  const files = {
    "setuptools/__init__.py": "",
    "setuptools/own.py": "from own_backend import *",
    "pyproject.toml":
      '[build-system]\nrequires = []\nbuild-backend = "setuptools.own"\nbackend-path = ["."]\n',
  };
  const asked = await ask(CHANGING, "wheel", { files });
  expect(asked.failure).toBeUndefined();
  expect(asked.wheel?.size).toBeGreaterThan(0);
});

test("no wheel where a backend that is not known to do so has changed the tree", async () => {
  expect(await ask(CHANGING, "wheel")).toEqual({ requires: [] });
});

test("a wheel without asking what is needed", async () => {
  const asked = await askBackend({
    source: scratch.sdist(PLAIN_HOOK + REQUIRES),
    environment: bareEnvironment,
    sandbox,
    folder: scratch.fresh(),
    tags: ["py3-none-any"],
    also: "wheel",
  });
  expect(asked).toMatchObject({ requires: [], wheel: { filename: "demo-1.0-py3-none-any.whl" } });
});

const FAILING: readonly [string, string, string][] = [
  ["an exception", 'raise ValueError("no")', "ValueError: no"],
  ["a signal", "import signal; os.kill(os.getpid(), signal.SIGSEGV)", "signal"],
  ["its end", "os._exit(3)", "its backend ended with 3"],
];

test.each(FAILING)("what is needed is known though the build fails by %s", async (_, code, why) => {
  const backend = `${REQUIRES}
import os
def build_wheel(out, settings=None, metadata=None):
    ${code}
`;
  const asked = await ask(backend, "wheel", { given: ["six>=1"] });
  expect(asked).toMatchObject({ requires: ["six>=1"], failure: { code: "build-failed" } });
  expect(asked.failure?.message).toContain(why);
});

test("a backend that fails when it is asked gives nothing", async () => {
  const asking = "import os\ndef get_requires_for_build_wheel(settings=None): os._exit(4)\n";
  await expect(ask(asking, "wheel")).rejects.toMatchObject({
    code: "build-failed",
    message: expect.stringContaining("its backend ended with 4") as string,
  });
});

test("the kind of sandbox that works is kept, and tried again where it does not begin", async () => {
  const folder = scratch.fresh();
  mkdirSync(folder, { recursive: true });
  const kept = join(folder, "sandbox.json");
  const first = await openSandbox({ python, kept });
  if (first.kind === "landlock") return;
  expect(JSON.parse(readFileSync(kept, "utf8"))).toMatchObject({ kind: first.kind });
  const bytecode = readdirSync(`${kept}.bytecode`, { recursive: true }).map(String);
  expect(bytecode.some((path) => /supervise\.[\w-]+\.pyc$/.test(path))).toBe(true);
  const job = { argv: ["/bin/sh", "-c", "exit 3"], folder, env: {} };
  const again = await openSandbox({ python, kept });
  expect(again.kind).toBe(first.kind);
  expect((await again.run(job)).end).toEqual({ kind: "exit", code: 3 });
  const nowhere = await again.run({ ...job, argv: ["/nowhere"] }).catch((error: unknown) => error);
  expect(nowhere).toMatchObject({ code: "sandbox-broken" });
  writeFileSync(kept, JSON.stringify({ conditions: "other", kind: "landlock" }));
  expect((await openSandbox({ python, kept })).kind).toBe(first.kind);
  expect(existsSync(kept)).toBe(true);
});
