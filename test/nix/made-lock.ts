// Locks written by hand, with files that are made for them and lie beside them.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { sha256 } from "../../src/base/index.ts";
import { makeWheel, type MadeWheel } from "../build/make-wheel.ts";
import { makeSdist } from "../index/make-sdist.ts";
import type { HostPackage } from "./host-facts.ts";

/** A pin, and the file that goes with it. */
export interface MadePin {
  readonly name: string;
  readonly version?: string;
  readonly dependencies?: readonly string[];
  readonly isRoot?: boolean;
  readonly provider?: string;
  readonly attribute?: string;
  /** Contents of the wheel; a module of the name with VERSION if left out. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly wheel?: MadeWheel;
  readonly filename?: string;
  /** Instead of a wheel, a source distribution with these files, built with these pins. */
  readonly sdist?: Readonly<Record<string, string>>;
  readonly builtWith?: readonly MadePin[];
  /** Crates that it is compiled from: paths of `.crate` files. */
  readonly crates?: readonly string[];
}

interface Written {
  readonly pin: object;
  readonly artifacts: Readonly<Record<string, object>>;
  readonly builds: Readonly<Record<string, object>>;
}

export const BACKEND: string = readFileSync(join(import.meta.dirname, "tiny_backend.py"), "utf8");

function moduleName(name: string): string {
  return name.replaceAll(/[-.]/g, "_");
}

function fileOf(made: MadePin): { filename: string; content: Buffer } {
  const { name, version = "1.0" } = made;
  const module = moduleName(name);
  if (made.sdist !== undefined) return makeSdist(`${module}-${version}.tar.gz`, made.sdist);
  const files = made.files ?? { [`${module}/__init__.py`]: `VERSION = "${version}"\n` };
  return {
    filename: made.filename ?? `${module}-${version}-py3-none-any.whl`,
    content: makeWheel({
      version,
      files,
      wheel: "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
      metadata: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
      ...made.wheel,
      name: module,
    }),
  };
}

function writePin(folder: string, made: MadePin): Written {
  const { name, version = "1.0", dependencies = [], isRoot = true } = made;
  const common = { name, version, dependencies, requestedBy: isRoot ? ["input"] : [] };
  if (made.attribute !== undefined) {
    const pin = { ...common, provider: "nixpkgs", attribute: made.attribute };
    return { pin, artifacts: {}, builds: {} };
  }
  const { filename, content } = fileOf(made);
  mkdirSync(join(folder, "files"), { recursive: true });
  writeFileSync(join(folder, "files", filename), content);
  const closure = (made.builtWith ?? []).map((one) => writePin(folder, { isRoot: false, ...one }));
  const crates = (made.crates ?? []).map((path) => [basename(path), readFileSync(path)] as const);
  const files = [[filename, content] as const, ...crates];
  for (const [name, bytes] of crates) writeFileSync(join(folder, "files", name), bytes);
  const artifacts = Object.assign(
    Object.fromEntries(
      files.map(([name, bytes]) => [name, { url: `file:files/${name}`, sha256: sha256(bytes) }]),
    ),
    ...closure.map((one) => one.artifacts),
  ) as Written["artifacts"];
  const builds = Object.assign(
    made.sdist === undefined
      ? {}
      : {
          [filename]: {
            requires: [],
            pins: closure.map((one) => one.pin),
            ...(made.crates === undefined ? {} : { crates: crates.map(([name]) => name) }),
          },
        },
    ...closure.map((one) => one.builds),
  ) as Written["builds"];
  const kind = made.sdist === undefined ? "wheel" : "sdist";
  const pin = { ...common, artifact: filename, provider: made.provider ?? kind };
  return { pin, artifacts, builds };
}

/** Writes `mach-nix.lock` and its files into a folder; gives the lock's path. */
export function writeMadeLock(
  folder: string,
  pins: readonly MadePin[],
  {
    pythons = ["3.11"],
    platforms = ["linux-x86_64", "linux-aarch64"],
    more = {},
  }: {
    readonly pythons?: readonly string[];
    readonly platforms?: readonly string[];
    readonly more?: object;
  } = {},
): string {
  mkdirSync(folder, { recursive: true });
  const written = pins.map((pin) => writePin(folder, pin));
  const targets = pythons.flatMap((python) =>
    platforms.map((platform) => ({
      name: `${python}-${platform}`,
      python,
      platform,
      pins: written.map((one) => one.pin),
      builds: Object.assign({}, ...written.map((one) => one.builds)) as object,
    })),
  );
  const lock = {
    version: 1,
    inputHash: "0".repeat(64),
    date: "2026-01-01T00:00:00Z",
    providers: { _default: ["wheel", "sdist", "nixpkgs"] },
    indexes: [],
    requirements: [],
    targets,
    artifacts: Object.assign({}, ...written.map((one) => one.artifacts)) as object,
    ...more,
  };
  const path = join(folder, "mach-nix.lock");
  writeFileSync(path, `${JSON.stringify(lock, undefined, 2)}\n`);
  return path;
}

/** A wheel as a package of the double of nixpkgs. */
export function hostPackage(
  folder: string,
  made: MadePin,
  dependencies: readonly string[] = [],
): HostPackage {
  const { filename, content } = fileOf(made);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, filename);
  writeFileSync(file, content);
  return { version: made.version ?? "1.0", file, dependencies };
}

/** The build backend of tests as a package of the double. */
export function backendPackage(folder: string): HostPackage {
  return hostPackage(folder, { name: "tiny-backend", files: { "tiny_backend.py": BACKEND } });
}

/** The build backend of tests as a pin. */
export const BACKEND_PIN: MadePin = {
  name: "tiny-backend",
  files: { "tiny_backend.py": BACKEND },
};

/** pyproject.toml and project.json of a source for the build backend of tests. */
export function sourceFiles(project: {
  readonly name: string;
  readonly version?: string;
  readonly requires?: readonly string[];
  readonly extras?: Readonly<Record<string, readonly string[]>>;
  readonly scripts?: Readonly<Record<string, string>>;
}): Record<string, string> {
  return {
    "pyproject.toml":
      '[build-system]\nrequires = ["tiny-backend"]\nbuild-backend = "tiny_backend"\n',
    "project.json": JSON.stringify({ version: "1.0", ...project }),
  };
}
