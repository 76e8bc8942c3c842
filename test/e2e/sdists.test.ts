// Real projects from their source distributions, with every common kind of build backend.
import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { indexAtHand } from "./index-at-hand.ts";
import { newUser, runProgram, scratch } from "./program.ts";

interface Project {
  readonly name: string;
  readonly version: string;
  /** What is imported, and what makes it show that it works. */
  readonly check: string;
  /** What must be in its build closure. */
  readonly builtWith: readonly string[];
}

const PROJECTS: readonly Project[] = [
  { name: "docopt", version: "0.6.2", check: "import docopt", builtWith: ["setuptools"] },
  {
    name: "mccabe",
    version: "0.6.1",
    check: "import mccabe",
    builtWith: ["setuptools", "pytest-runner"],
  },
  {
    name: "pyyaml",
    version: "6.0.2",
    check: "import yaml; yaml.load('a: 1', yaml.SafeLoader)",
    builtWith: ["setuptools", "cython"],
  },
  {
    name: "ujson",
    version: "5.10.0",
    check: "import ujson; assert ujson.loads('[1]') == [1]",
    builtWith: ["setuptools", "setuptools-scm"],
  },
  { name: "tomli", version: "2.2.1", check: "import tomli", builtWith: ["flit-core"] },
  {
    name: "iniconfig",
    version: "2.0.0",
    check: "import iniconfig",
    builtWith: ["hatchling", "hatch-vcs"],
  },
  { name: "poetry-core", version: "2.0.1", check: "import poetry.core", builtWith: [] },
  {
    name: "meson-python",
    version: "0.17.1",
    check: "import mesonpy",
    builtWith: ["meson", "packaging", "pyproject-metadata"],
  },
  { name: "dep-logic", version: "0.4.10", check: "import dep_logic", builtWith: ["pdm-backend"] },
  {
    name: "bottleneck",
    version: "1.4.2",
    check: "import bottleneck; assert bottleneck.nansum([1.0, 2.0]) == 3.0",
    builtWith: ["numpy", "setuptools"],
  },
];

interface LockText {
  readonly targets: readonly {
    readonly builds: Readonly<
      Record<
        string,
        { readonly pins: readonly { readonly name: string; readonly artifact: string }[] }
      >
    >;
  }[];
  readonly artifacts: Readonly<Record<string, { readonly sha256: string }>>;
}

const isPossible = process.platform === "linux" && existsSync("/usr/bin/cc");

test.runIf(isPossible && indexAtHand())(
  "ten projects: built shut in, imported, and built again from the lock's files alone",
  { timeout: 600_000 },
  () => {
    const user = newUser("sdists");
    const target = join(scratch("sdists"), "env");
    const wanted = PROJECTS.flatMap(({ name, version }) => [
      "-p",
      `${name}==${version}`,
      "--provider",
      `${name}=sdist`,
    ]);
    const made = user.run(["env", target, ...wanted, "--python", "3.11"]);
    expect(made.stderr).not.toContain("without a sandbox");
    expect(made.status, made.stderr).toBe(0);
    checkImports(target);
    checkClosures(readFileSync(join(target, "mach-nix.lock"), "utf8"));

    const other = newUser("sdists-again");
    const copy = join(scratch("sdists-again"), "env");
    cpSync(join(target, "mach-nix.lock"), join(copy, "mach-nix.lock"));
    cpSync(cacheOf(user.home), cacheOf(other.home), { recursive: true });
    const again = other.run(["sync", copy, "--offline", "--python", "3.11"]);
    expect(again.status, again.stderr).toBe(0);
    checkImports(copy);
  },
);

/** Where verified files are kept. */
function cacheOf(home: string): string {
  return join(home, ".cache", "mach-nix", "artifacts");
}

function checkImports(target: string): void {
  for (const { check } of PROJECTS) {
    const { status, stderr } = runProgram(join(target, "bin", "python"), ["-c", check]);
    expect({ check, status, stderr }).toEqual({ check, status: 0, stderr: "" });
  }
}

/** Every sdist has its closure, each file of it with its hash; none of them is an sdist itself. */
function checkClosures(text: string): void {
  const { targets, artifacts } = JSON.parse(text) as LockText;
  const builds = Object.entries(targets[0]?.builds ?? {});
  for (const { name, version, builtWith } of PROJECTS) {
    const file = `${name.replaceAll("-", "_")}-${version}.tar.gz`;
    const [, closure] = builds.find(([artifact]) => artifact.toLowerCase() === file) ?? [];
    const names = closure?.pins.map((pin) => pin.name) ?? [];
    expect({ name, names }).toEqual({
      name,
      names: expect.arrayContaining([...builtWith]) as string[],
    });
    for (const { artifact } of closure?.pins ?? [])
      expect(artifacts[artifact]?.sha256).toMatch(/^[0-9a-f]{64}$/);
  }
}
