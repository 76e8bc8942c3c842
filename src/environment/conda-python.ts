import type { CondaObject } from "../build/index.ts";
import type { Interpreter } from "./types.ts";

/** What a package of Python says of itself. */
export type PythonPackage = Pick<CondaObject, "name" | "version" | "build" | "index">;

/** `sysconfig.get_platform()` and `platform.machine()`, and the end of SOABI, by conda's subdir. */
const PLATFORMS: ReadonlyMap<string, readonly [string, string, string]> = new Map([
  ["linux-64", ["linux-x86_64", "x86_64", "x86_64-linux-gnu"]],
  ["linux-aarch64", ["linux-aarch64", "aarch64", "aarch64-linux-gnu"]],
  ["linux-ppc64le", ["linux-ppc64le", "ppc64le", "powerpc64le-linux-gnu"]],
  ["linux-s390x", ["linux-s390x", "s390x", "s390x-linux-gnu"]],
  ["osx-64", ["macosx-10.9-x86_64", "x86_64", "darwin"]],
  ["osx-arm64", ["macosx-11.0-arm64", "arm64", "darwin"]],
]);

/** Where `site-packages` is for a package of Python, relative to the prefix (CEP 17). */
function sitePackagesOf({ index }: PythonPackage, name: string): string {
  const given = index["python_site_packages_path"];
  const isPath =
    typeof given === "string" && /^(?:(?!\.{1,2}\/)[^/\\]+\/)*site-packages$/.test(given);
  return isPath ? given : `lib/${name}/site-packages`;
}

/**
 * The interpreter that an environment has when Python itself is one of its conda packages: known from
 * the package, without starting it. Its path is in the environment's directory.
 */
export function condaInterpreter(
  python: PythonPackage,
  { directory, libc }: { readonly directory: string; readonly libc: Interpreter["libc"] },
): Interpreter {
  const { version, build, index } = python;
  const [major = "3", minor = "0"] = version.split(".");
  const isFreeThreaded = /_cp\d+t$/.test(build);
  const abiflags = isFreeThreaded ? "t" : major === "3" && Number(minor) <= 7 ? "m" : "";
  const name = `python${major}.${minor}${isFreeThreaded ? "t" : ""}`;
  const subdir = typeof index["subdir"] === "string" ? index["subdir"] : "linux-64";
  const [platform, machine, triple] = PLATFORMS.get(subdir) ?? [subdir, subdir, subdir];
  return {
    path: `${directory}/bin/${name}`,
    version,
    implementation: build.includes("pypy") ? "pypy" : "cpython",
    abiflags,
    platform,
    machine,
    libc,
    prefix: directory,
    basePrefix: directory,
    libdir: `${directory}/lib`,
    soabi: `cpython-${major}${minor}${abiflags}-${triple}`,
    cacheTag: `cpython-${major}${minor}`,
    sitePackages: sitePackagesOf(python, name),
    bits: 64,
  };
}

/** Whether the Python of an environment is one of its own packages. */
export function isOwnPython(directory: string, { path }: Pick<Interpreter, "path">): boolean {
  return path.startsWith(`${directory}/`);
}
