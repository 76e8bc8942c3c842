// A source distribution in Rust, compiled by Nix from the crates of its lock, without the network.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { nixExpression } from "../../src/emit/index.ts";
import { type LockedTarget, readLockFile } from "../../src/lock/index.ts";
import { cargoLock, makeCrate, MANIFEST, REGISTRY } from "../build/make-crate.ts";
import { runProgram, scratch } from "../e2e/program.ts";
import { hostRust } from "./host-facts.ts";
import { hostPackage, writeMadeLock } from "./made-lock.ts";
import { hasPythons, nixPlace, PYTHON } from "./nix-place.ts";
import { newestNix } from "./real-nix.ts";

const ready =
  newestNix() !== undefined &&
  hasPythons(PYTHON) &&
  hostRust() !== undefined &&
  existsSync("/usr/bin/cc");
if (hostRust() === undefined) console.warn("no Rust: projects in Rust are not built by Nix");

/** A build backend of the project's own: a module with what its program says. */
const BACKEND = `
import os, subprocess, zipfile
def build_wheel(folder, config_settings=None, metadata_directory=None):
    subprocess.check_call(["cargo", "build", "--release", "--locked"])
    answer = subprocess.check_output(["target/release/demo"], text=True)
    files = {
        "demo.py": "ANSWER = %d\\n" % int(answer),
        "demo-1.0.dist-info/METADATA": "Metadata-Version: 2.1\\nName: demo\\nVersion: 1.0\\n",
        "demo-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    files["demo-1.0.dist-info/RECORD"] = "".join(name + ",,\\n" for name in files)
    with zipfile.ZipFile(os.path.join(folder, "demo-1.0-py3-none-any.whl"), "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
    return "demo-1.0-py3-none-any.whl"
`;
const PROJECT = `[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n`;

describe.skipIf(!ready)("a project in Rust", () => {
  test.each([
    ["from the usual registry", REGISTRY, MANIFEST],
    [
      "from a registry of its own, and on a package of nixpkgs",
      "registry+https://127.0.0.1/crates",
      MANIFEST.replace('answer = "0.1"', 'answer = { version = "0.1", registry = "mine" }'),
    ],
  ])("its crates %s", { timeout: 120_000 }, async (_, registry, manifest) => {
    const folder = scratch("nix-crates");
    const crate = makeCrate(folder);
    const isOwn = registry !== REGISTRY;
    const config = '[registries.mine]\nindex = "https://127.0.0.1/crates"\n';
    const lock = writeMadeLock(join(folder, "lock"), [
      {
        name: "demo",
        sdist: {
          "pyproject.toml": PROJECT,
          "backend.py": BACKEND,
          "Cargo.toml": manifest,
          "Cargo.lock": cargoLock(crate.sha256, registry),
          "src/main.rs": 'fn main() { println!("{}", answer::answer()); }\n',
          ...(isOwn ? { ".cargo/config.toml": config } : {}),
        },
        builtWith: [],
        crates: [crate.path],
      },
    ]);
    const place = nixPlace(newestNix() as NonNullable<ReturnType<typeof newestNix>>, {
      packages: isOwn ? { demo: hostPackage(folder, { name: "demo", version: "0.1" }) } : {},
    });
    const env = await place.build(`mach.mkPython { lock = ${lock}; }`);
    const { lock: read } = readLockFile(lock);
    const text = nixExpression(read, read.targets[0] as LockedTarget);
    writeFileSync(join(folder, "lock", "python.nix"), text);
    const written = `import ${join(folder, "lock")}/python.nix { inherit pkgs; machNix = mach; }`;
    expect(await place.evaluate(`(${written}).environment.outPath`)).toBe(env);
    expect(await place.evaluate(`(mach.mkPython { lock = ${lock}; }).expr`)).toBe(text);
    const ran = runProgram(join(env, "bin", "python"), ["-c", "import demo; print(demo.ANSWER)"], {
      env: place.env,
    });
    expect(ran, ran.stderr).toMatchObject({ status: 0, stdout: "42\n" });
  });
});
