// What the double of nixpkgs takes from this machine: interpreters, libraries, programs.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

export interface HostPackage {
  readonly version: string;
  /** A wheel on this machine. */
  readonly file: string;
  readonly dependencies?: readonly string[];
}

interface Interpreter {
  readonly version: string;
  readonly executable: string;
}

const LIBRARIES = ["libstdc++.so.6", "libgcc_s.so.1", "libz.so.1", "libgomp.so.1"];
const LIBRARY_FOLDERS = [
  "/lib/x86_64-linux-gnu",
  "/usr/lib/x86_64-linux-gnu",
  "/lib/aarch64-linux-gnu",
  "/usr/lib64",
  "/lib64",
];
const CERTIFICATES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/cert.pem",
];

function firstThere(paths: readonly string[]): string | undefined {
  return paths.find((path) => existsSync(path));
}

function inspect(executable: string): Interpreter | undefined {
  const code =
    "import sys; print('%d.%d.%d' % sys.version_info[:3]); print(getattr(sys, '_base_executable', sys.executable))";
  const { status, stdout } = spawnSync(executable, ["-I", "-c", code], { encoding: "utf8" });
  const [version, real] = (stdout ?? "").split("\n");
  return status === 0 && version && real ? { version, executable: real } : undefined;
}

function pyenvExecutables(): string[] {
  const versions = join(process.env["PYENV_ROOT"] ?? join(homedir(), ".pyenv"), "versions");
  if (!existsSync(versions)) return [];
  return readdirSync(versions)
    .filter((name) => /^3\.\d+\.\d+$/.test(name))
    .map((name) => join(versions, name, "bin", `python${name.replace(/\.\d+$/, "")}`));
}

function pathExecutables(): string[] {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const names = ["3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14"];
  return folders
    .filter((folder) => !folder.includes("shims"))
    .flatMap((folder) => names.map((name) => join(folder, `python${name}`)));
}

let pythons: Readonly<Record<string, Interpreter>> | undefined;

/** The host's Pythons from 3.7 on, by nixpkgs' names (`python311`). */
export function hostPythons(): Readonly<Record<string, Interpreter>> {
  if (pythons !== undefined) return pythons;
  const found: Record<string, Interpreter> = {};
  for (const executable of [...pyenvExecutables(), ...pathExecutables()]) {
    if (!existsSync(executable)) continue;
    const interpreter = inspect(executable);
    if (interpreter === undefined) continue;
    const [major, minor] = interpreter.version.split(".");
    if (Number(minor) >= 7) found[`python${major}${minor}`] ??= interpreter;
  }
  return (pythons = found);
}

/** `3.11` → `python311`. */
export function attributeOf(version: string): string {
  return `python${version.replace(".", "")}`;
}

/** The program that `npm` starts; `/dev/null` where there is none. */
function npmProgram(): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const found = firstThere(folders.map((folder) => join(folder, "npm")));
  return found === undefined ? "/dev/null" : realpathSync(found);
}

/** Where cargo and rustc are; undefined without them. */
export function hostRust(): string | undefined {
  const { status, stdout } = spawnSync("rustc", ["--print", "sysroot"], { encoding: "utf8" });
  const folder = status === 0 ? join(stdout.trim(), "bin") : "";
  return existsSync(join(folder, "cargo")) ? folder : undefined;
}

/** host.json of the double. */
export function hostFacts(options: {
  readonly python3: string;
  readonly mirrors: readonly string[];
  readonly packages: Readonly<Record<string, HostPackage>>;
  /** Interpreters are copied with all that they load. */
  readonly selfContained: boolean;
}): object {
  return {
    bash: firstThere(["/bin/bash", "/usr/bin/bash"]),
    path: "/usr/local/bin:/usr/bin:/bin",
    python: firstThere(["/usr/bin/python3", "/usr/local/bin/python3"]),
    pythons: Object.fromEntries(
      Object.entries(hostPythons()).map(([name, python]) => [
        name,
        { ...python, selfContained: options.selfContained },
      ]),
    ),
    python3: options.python3,
    certificates: firstThere(CERTIFICATES) ?? "/dev/null",
    mirrors: { pypi: options.mirrors },
    libraries: LIBRARIES.flatMap(
      (name) => firstThere(LIBRARY_FOLDERS.map((folder) => join(folder, name))) ?? [],
    ),
    npm: npmProgram(),
    rust: hostRust() ?? "/nowhere",
    node: { version: process.versions.node, executable: process.execPath },
    packages: options.packages,
  };
}
