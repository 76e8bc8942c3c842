import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { observeSetup, openSandbox, type SetupAnswer } from "../../src/build/index.ts";
import { observedPythons, setuptoolsFolder } from "./observed-pythons.ts";

const supervisor = realpathSync(
  execFileSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim(),
);
const scratch = mkdtempSync(join(tmpdir(), "observe-setup-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
/** Its folder of packages serves as the place of setuptools. */
const hasSetuptools = setuptoolsFolder(supervisor) !== undefined;
if (!hasSetuptools) console.warn("python3 has no setuptools: setup.py is not run under it");
const sandbox = await openSandbox({ python: supervisor });

async function observe(
  files: Readonly<Record<string, string>>,
  python: string = supervisor,
): Promise<SetupAnswer> {
  const folder = mkdtempSync(join(scratch, "run-"));
  const work = join(folder, "work", "demo-1.0");
  mkdirSync(work, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(work, name), text);
  const setuptools = setuptoolsFolder(python);
  const limits = { seconds: 3 };
  const modules = setuptools === undefined ? [] : [setuptools];
  const answer = await observeSetup({
    sandbox,
    python,
    folder,
    source: "demo-1.0",
    modules,
    limits,
  });
  await sandbox.remove(folder);
  return answer;
}

function setupPy(...lines: string[]): Record<string, string> {
  return { "setup.py": ["from setuptools import setup", ...lines, ""].join("\n") };
}

const NOTHING = {
  install_requires: [],
  setup_requires: [],
  tests_require: [],
  extras_require: {},
  python_requires: [],
};

const pythons = observedPythons();

test.skipIf(pythons.length === 0).each(pythons)("Python $version", async ({ python, version }) => {
  const files = {
    "setup.py": [
      "# -*- coding: latin-1 -*-",
      "import sys, os",
      "from distutils.core import setup",
      "assert __name__ == '__main__' and os.path.basename(__file__) == 'setup.py'",
      "setup(name='demo', version='1.0', setup_requires=['build>1'], tests_require='a\\nb',",
      "      install_requires=['six', 'python%d' % sys.version_info[0]],",
      "      extras_require={'x': ['c']}, python_requires='>=2.7', packages=[])",
      "",
    ].join("\r\n"),
    "setup.cfg": "[metadata]\nlicense = MIT\n",
  };
  expect(await observe(files, python)).toEqual({
    setup: {
      name: "demo",
      version: "1.0",
      install_requires: ["six", `python${version[0]}`],
      setup_requires: ["build>1"],
      tests_require: ["a", "b"],
      extras_require: { x: ["c"] },
      python_requires: [">=2.7"],
    },
  });
});

test.runIf(hasSetuptools)("what setup.cfg says counts", async () => {
  const files = {
    ...setupPy("setup()"),
    "setup.cfg": "[metadata]\nname = demo\n[options]\ninstall_requires =\n  six\n",
  };
  const setup = { ...NOTHING, name: "demo", install_requires: ["six"] };
  expect(await observe(files)).toMatchObject({ setup });
});

test.runIf(hasSetuptools)("the first call ends it", async () => {
  const files = setupPy(
    "try: setup(name='one')",
    "except BaseException: pass",
    "setup(name='two')",
  );
  expect(await observe(files)).toMatchObject({ setup: { ...NOTHING, name: "one" } });
});

test.runIf(hasSetuptools).each<[string, string[], RegExp]>([
  ["an error", ["1 / 0"], /line 2, in <module>[^]*ZeroDivisionError: [a-z ]+\n$/],
  ["a missing module", ["import no_such"], /ModuleNotFoundError: No module named 'no_such'\n$/],
  ["no syntax", ["def :"], /SyntaxError: /],
  ["it ends itself", ["exit(3)"], /^SystemExit: setup.py ended before it called setup\(\): 3$/],
  ["no call", ["pass"], /^setup.py did not call setup\(\)$/],
  ["it ends hard", ["import os; os._exit(4)"], /ExitError: setup.py ended with 4 before/],
  ["a crash", ["import os; os.kill(os.getpid(), 9)"], /CrashError: setup.py ended by signal 9/],
  ["it asks", ["input('name?')"], /EOFError/],
  ["it never ends", ["while True: pass"], /LimitError: setup.py took too much: time/],
  ["it wants the network", ["import socket; socket.create_connection(('192.0.2.1', 80))"], /Error/],
  ["bad requirements", ["setup(name='demo', install_requires=['a b c'])"], /install_requires/],
])("%s", async (_, lines, expected) => {
  const answer = await observe(setupPy(...lines));
  expect("error" in answer ? answer.error : "none").toMatch(expected);
});

test("there is no setup.py", async () => {
  const answer = await observe({});
  expect("error" in answer ? answer.error : "none").toMatch(
    /No such file or directory: 'setup.py'/,
  );
});

test.runIf(hasSetuptools)("an answer that setup.py writes itself is read with care", async () => {
  const link = setupPy("import os; os.symlink('/etc/passwd', '../setup.json'); os._exit(0)");
  expect(await observe(link)).toMatchObject({
    error: expect.stringContaining("ExitError") as string,
  });
  const text = setupPy(
    "open('../setup.json', 'w').write('{\"setup\": {}}'); import os; os._exit(0)",
  );
  expect(await observe(text)).toMatchObject({
    error: expect.stringContaining("ExitError") as string,
  });
});
