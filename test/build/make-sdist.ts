import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { sha256 } from "../../src/base/index.ts";
import type { BuildEnvironment, BuildSource } from "../../src/build/index.ts";
import { makeTar } from "../archive/make-tar.ts";

/** The Python that tests build with: the real binary, no shim. */
export const python: string = realpathSync(
  execFileSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim(),
);

/** An environment for sdists that bring their own backend: the bare Python. */
export const bareEnvironment: BuildEnvironment = {
  python,
  readable: [dirname(dirname(python))],
  closure: "bare",
};

const BACKEND = `
import os, zipfile

def write_wheel(out, name="demo-1.0-py3-none-any.whl", files=None):
    files = files or {"demo.py": "ready = True\\n"}
    info = "-".join(name.split("-")[:2]) + ".dist-info"
    project, version = name.split("-")[:2]
    files[info + "/METADATA"] = "Metadata-Version: 2.1\\nName: %s\\nVersion: %s\\n" % (project, version)
    files[info + "/WHEEL"] = "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    files[info + "/RECORD"] = "".join("%s,,\\n" % one for one in list(files) + [info + "/RECORD"])
    with zipfile.ZipFile(os.path.join(out, name), "w") as wheel:
        for path, text in files.items():
            wheel.writestr(zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0)), text)
    return name

`;

/** A hook that makes the wheel and nothing else. */
export const PLAIN_HOOK = `
def build_wheel(out, settings=None, metadata=None):
    return write_wheel(out)
`;

/** A folder of the test's own; gone with `remove`. */
export interface SdistScratch {
  readonly folder: string;
  /** A new empty folder in it. */
  fresh(): string;
  /** A sdist `demo-1.0.tar.gz` with a backend of its own; `files` are added to it. */
  sdist(backend: string, files?: Readonly<Record<string, string>>): BuildSource & { kind: "sdist" };
  remove(): void;
}

const PYPROJECT = `[build-system]
requires = []
build-backend = "own_backend"
backend-path = ["."]
`;

export function makeSdistScratch(): SdistScratch {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "sdist-test-")));
  return {
    folder,
    fresh: () => mkdtempSync(join(folder, "fresh-")),
    remove: () => rmSync(folder, { recursive: true, force: true }),
    sdist(backend, files = {}) {
      const all = {
        "pyproject.toml": PYPROJECT,
        "own_backend.py": BACKEND + backend,
        "PKG-INFO": "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n",
        ...files,
      };
      const entries = Object.entries(all).map(([name, data]) => ({
        name: `demo-1.0/${name}`,
        data,
      }));
      const bytes = gzipSync(makeTar(entries));
      const path = join(mkdtempSync(join(folder, "sdist-")), "demo-1.0.tar.gz");
      writeFileSync(path, bytes);
      return { kind: "sdist", path, filename: "demo-1.0.tar.gz", sha256: sha256(bytes) };
    },
  };
}
