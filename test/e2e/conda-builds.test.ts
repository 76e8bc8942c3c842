// Source distributions beside conda packages: built with the channel's Python, against its libraries.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { makeTar } from "../archive/make-tar.ts";
import { channelMissing } from "../environment/conda-channel.ts";
import { indexAtHand } from "./index-at-hand.ts";
import { newUser, type Ran, runProgram, scratch } from "./program.ts";
import { serveChannel } from "./served-channel.ts";

const INPUT = `channels: [e2e]
dependencies:
  - python=3.7
  - lz4-c
  - pip:
      - docopt
      - ./packed-1.0.tar.gz
`;

const EXTENSION = `#include <Python.h>
#include <lz4.h>
static PyObject *version(PyObject *self, PyObject *args) { return PyUnicode_FromString(LZ4_versionString()); }
static PyMethodDef methods[] = {{"version", version, METH_NOARGS, ""}, {NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "packed._lz4", "", -1, methods};
PyMODINIT_FUNC PyInit__lz4(void) { return PyModule_Create(&module); }
`;

const FILES = {
  "PKG-INFO": "Metadata-Version: 2.1\nName: packed\nVersion: 1.0\n",
  "setup.py": `from setuptools import Extension, setup
setup(name="packed", version="1.0", packages=["packed"],
      ext_modules=[Extension("packed._lz4", ["packed/lz4.c"], libraries=["lz4"])])
`,
  "packed/__init__.py": "from packed._lz4 import version\n",
  "packed/lz4.c": EXTENSION,
};

const WORKS = `
import docopt, packed, sys
with open("/proc/self/maps") as maps:
    found = {line.split()[-1] for line in maps if "liblz4" in line}
print(sys.version.split()[0], packed.version(), *found)
`;

const hasCompiler = existsSync("/usr/bin/cc");
if (!hasCompiler) console.warn("no C compiler: nothing is built beside conda packages");

const address = serveChannel();

describe.skipIf(channelMissing || !indexAtHand() || !hasCompiler)(
  "built with a channel's Python, on a machine without that Python",
  { timeout: 300_000 },
  () => {
    const user = newUser("conda-builds");
    const folder = scratch("conda-builds");
    const directory = join(folder, "env");
    const python = join(directory, "bin", "python");

    function run(...words: string[]): Promise<Ran> {
      const env = { PYENV_ROOT: undefined, PATH: "/usr/bin:/bin" };
      return user.start(words, { cwd: folder, env });
    }

    test("a pure one, and one in C against a library of the channel", async () => {
      mkdirSync(directory);
      const channel = `[channels]\ne2e = "${address()}"\n`;
      const settings = `platforms = ["linux-x86_64"]\n${channel}[providers]\ndocopt = "sdist"\n`;
      writeFileSync(join(directory, "mach-nix.toml"), settings);
      writeFileSync(join(folder, "environment.yml"), INPUT);
      const entries = Object.entries(FILES).map(([name, data]) => ({
        name: `packed-1.0/${name}`,
        data,
      }));
      writeFileSync(join(folder, "packed-1.0.tar.gz"), gzipSync(makeTar(entries)));
      const made = await run("env", directory, "-r", "environment.yml", "--compile", "never");
      expect(made.status, made.stderr).toBe(0);
      expect(made.stderr).not.toContain("without a sandbox");
      const ran = runProgram(python, ["-c", WORKS], { env: { PATH: "/usr/bin:/bin" } });
      expect(ran).toMatchObject({ status: 0, stderr: "" });
      expect(ran.stdout).toMatch(/^3\.7\.3 1\.8\.1 \S+\n$/);
    });

    test("the library is found in the environment itself, with no trace of where it was built", () => {
      const packages = join(directory, "lib/python3.7/site-packages/packed");
      const module = readdirSync(packages).find((name) => name.endsWith(".so")) ?? "";
      const text = readFileSync(join(packages, module), "latin1");
      const found = ["$ORIGIN/../../..", user.home].map((part) => text.includes(part));
      expect(found).toEqual([true, false]);
    });
  },
);
