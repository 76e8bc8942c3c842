// Projects on a local index for crawls: real wheels and source distributions, and the setuptools of the
// Python that tests are run with.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { makeZip } from "../archive/make-zip.ts";
import { setuptoolsFolder } from "../build/observed-pythons.ts";
import { makeSdist } from "../index/make-sdist.ts";
import type { ServedFile } from "../index/simple-server.ts";

const ASKED = "import sys; print(sys.executable, sys.version_info[0], sys.version_info[1])";
const [path = "", major = "3", minor = "0"] = execFileSync("python3", ["-c", ASKED], {
  encoding: "utf8",
})
  .trim()
  .split(" ");

/** The Python that setup.py is run under in tests. */
export const PYTHON: { readonly path: string; readonly version: string; readonly key: string } = {
  path: realpathSync(path),
  version: `${major}.${minor}`,
  key: `${major}${minor}`,
};

const folder = setuptoolsFolder(PYTHON.path);

/** Whether that Python has a setuptools; says so where it has none. */
export function hasSetuptools(): boolean {
  if (folder === undefined) console.warn("python3 has no setuptools: setup.py is not run");
  return folder !== undefined;
}

/** That setuptools as a wheel. */
export function setuptoolsWheel(): ServedFile {
  const entries: { name: string; data: Buffer }[] = [];
  for (const module of ["setuptools", "pkg_resources", "_distutils_hack"]) {
    for (const name of filesBelow(join(folder ?? "", module))) {
      entries.push({
        name: `${module}/${name}`,
        data: readFileSync(join(folder ?? "", module, name)),
      });
    }
  }
  for (const info of readdirSync(folder ?? "").filter((name) =>
    /^setuptools-.*-info$/.test(name),
  )) {
    const name = "entry_points.txt";
    entries.push({ name: `${info}/${name}`, data: readFileSync(join(folder ?? "", info, name)) });
  }
  const filename = "setuptools-60.0-py3-none-any.whl";
  return { filename, bytes: makeZip(entries), uploaded: "2020-01-01T00:00:00Z" };
}

function filesBelow(place: string): readonly string[] {
  try {
    const names = readdirSync(place, { recursive: true, withFileTypes: true });
    return names
      .filter((entry) => entry.isFile() && /\.(?:py|json)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name).slice(place.length + 1))
      .toSorted();
  } catch {
    return [];
  }
}

/** A source distribution of these files. */
export function sdist(filename: string, files: Readonly<Record<string, string>>): ServedFile {
  return { filename, bytes: makeSdist(filename, files).content, uploaded: "2021-02-03T04:05:06Z" };
}

/** One with a PKG-INFO that says all. */
export function plainSdist(name: string, version: string, requires: readonly string[]): ServedFile {
  const lines = ["Metadata-Version: 2.2", `Name: ${name}`, `Version: ${version}`];
  const text = [...lines, ...requires.map((line) => `Requires-Dist: ${line}`), "", ""].join("\n");
  return sdist(`${name}-${version}.tar.gz`, { "PKG-INFO": text });
}

/** One with a setup.py: what stands in it after its import of setuptools' setup. */
export function setupSdist(name: string, version: string, ...lines: string[]): ServedFile {
  const text = ["from setuptools import setup", ...lines, ""].join("\n");
  return sdist(`${name}-${version}.tar.gz`, { "setup.py": text });
}

/** The folder it is in. */
export function setuptoolsHome(): string {
  if (folder === undefined) throw new Error("python3 has no setuptools");
  return folder;
}
