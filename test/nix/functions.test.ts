// Every function and argument of the library, on small packages, by the real Nix.
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { runProgram, scratch } from "../e2e/program.ts";
import {
  backendPackage,
  BACKEND_PIN,
  hostPackage,
  sourceFiles,
  writeMadeLock,
} from "./made-lock.ts";
import { hasPythons, type NixPlace, nixPlace, PYTHON } from "./nix-place.ts";
import { newestNix } from "./real-nix.ts";

const nix = newestNix();

function python(env: string, code: string, place: NixPlace): string {
  const ran = runProgram(join(env, "bin", "python"), ["-c", code], { env: place.env });
  expect(ran, ran.stderr).toMatchObject({ status: 0 });
  return ran.stdout.trim();
}

function write(place: NixPlace, folder: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) place.write(join(folder, path), text);
  return join(place.folder, folder);
}

describe.skipIf(nix === undefined || !hasPythons(PYTHON))("the library", () => {
  let place: NixPlace;
  let lock: string;

  beforeAll(() => {
    const folder = scratch("nix-functions");
    place = nixPlace(nix as NonNullable<typeof nix>, {
      packages: {
        "tiny-backend": backendPackage(folder),
        lonely: hostPackage(folder, { name: "lonely" }),
        beta: hostPackage(folder, { name: "beta", version: "0.1" }),
        gamma: hostPackage(folder, { name: "gamma" }, ["beta"]),
      },
    });
    lock = writeMadeLock(join(folder, "lock"), [
      {
        name: "alpha",
        dependencies: ["beta"],
        files: { "alpha.py": "import beta\ndef main():\n    print('alpha', beta.VERSION)\n" },
        wheel: { entryPoints: "[console_scripts]\nalpha = alpha:main\n" },
      },
      { name: "beta", version: "2.0", isRoot: false },
    ]);
  });

  test("mkPython: an environment with what was asked for", async () => {
    const env = await place.build(`mach.mkPython { lock = ${lock}; }`);
    expect(python(env, "import alpha; alpha.main()", place)).toBe("alpha 2.0");
    const script = runProgram(join(env, "bin", "alpha"), [], { env: place.env });
    expect(script).toMatchObject({ status: 0, stdout: "alpha 2.0\n" });
  });

  test("buildPythonPackage: a source with its requirements from a lock, in packagesExtra too", async () => {
    const source = write(place, "own", {
      ...sourceFiles({ name: "own-thing", requires: ["beta>=1"] }),
      "own_thing.py": "import beta\nVALUE = 'own with beta ' + beta.VERSION\n",
    });
    const built = await place.build(`mach.buildPythonPackage { src = ${source}; lock = ${lock}; }`);
    expect(built).toContain("own-thing-1.0");
    for (const extra of [
      source,
      `(mach.buildPythonPackage { src = ${source}; lock = ${lock}; })`,
    ]) {
      const env = await place.build(
        `mach.mkPython { lock = ${lock}; packagesExtra = [ ${extra} ]; }`,
      );
      expect(python(env, "import own_thing; print(own_thing.VALUE)", place)).toBe(
        "own with beta 2.0",
      );
    }
  });

  test("a source distribution with its build closure", async () => {
    const folder = join(place.folder, "sdists");
    const made = writeMadeLock(folder, [
      {
        name: "delta",
        dependencies: ["beta"],
        sdist: {
          ...sourceFiles({ name: "delta" }),
          "delta.py": "import beta\nVALUE = beta.VERSION\n",
        },
        builtWith: [BACKEND_PIN],
      },
      { name: "beta", version: "2.0", isRoot: false },
    ]);
    const env = await place.build(`mach.mkPython { lock = ${made}; }`);
    expect(python(env, "import delta; print(delta.VALUE)", place)).toBe("2.0");
  });

  test("nixpkgs pins: untouched where nothing is replaced, else with the lock's dependencies", async () => {
    const made = writeMadeLock(join(place.folder, "pins"), [
      { name: "lonely", attribute: "lonely" },
      { name: "gamma", attribute: "gamma", dependencies: ["beta"] },
      { name: "beta", version: "2.0", isRoot: false },
    ]);
    const [same, changed] = (await place.evaluate(`
      let set = (mach.mkPython { lock = ${made}; }).python.pkgs; in
      [ (set.lonely.outPath == pkgs.python3.pkgs.lonely.outPath) (set.gamma.outPath != pkgs.python3.pkgs.gamma.outPath) ]`)) as [
      boolean,
      boolean,
    ];
    expect([same, changed]).toEqual([true, true]);
    const env = await place.build(`mach.mkPython { lock = ${made}; }`);
    expect(python(env, "import gamma, beta; print(beta.VERSION)", place)).toBe("2.0");
  });
});
