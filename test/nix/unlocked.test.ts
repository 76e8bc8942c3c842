// Calls without a lock: the resolver in a derivation, with providers, fetchers, packages of one's own,
// nixpkgs' packages, and names.
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ROOT, runProgram, scratch } from "../e2e/program.ts";
import { type MadeIndex, writeMadeIndex } from "./made-index.ts";
import { backendPackage, hostPackage, sourceFiles } from "./made-lock.ts";
import { hasPythons, type NixPlace, nixPlace, PYTHON } from "./nix-place.ts";
import { programFolder } from "./program-folder.ts";
import { newestNix } from "./real-nix.ts";

const ready = newestNix() !== undefined && hasPythons(PYTHON) && process.arch === "x64";

describe.skipIf(!ready)("without a lock", () => {
  let place: NixPlace;
  let mach: string;

  let made: MadeIndex;
  let program: string;

  beforeAll(() => {
    const folder = scratch("nix-unlocked");
    made = writeMadeIndex(folder, { app: "1.0", lonely: "9.0" });
    place = nixPlace(newestNix() as NonNullable<ReturnType<typeof newestNix>>, {
      mirrors: [`file://${folder}/packages/source/`],
      packages: {
        "tiny-backend": backendPackage(folder),
        lonely: hostPackage(folder, { name: "lonely", version: "0.5" }),
      },
    });
    program = programFolder(place.folder);
    mach = `(import ${ROOT} { inherit pkgs; program = ${program}; index = ${made.index}; })`;
  });

  function version(env: string, module: string): string {
    const code = `import ${module}; print(${module}.VERSION)`;
    const ran = runProgram(join(env, "bin", "python"), ["-c", code], { env: place.env });
    expect(ran.status, ran.stderr).toBe(0);
    return ran.stdout.trim();
  }

  test("requirements as text, and providers", async () => {
    const wheel = await place.build(`${mach}.mkPython { requirements = "lonely"; }`);
    expect(version(wheel, "lonely")).toBe("9.0");
    const nixpkgs = await place.build(
      `${mach}.mkPython { requirements = "lonely\\napp"; providers.lonely = "nixpkgs"; }`,
    );
    expect(version(nixpkgs, "lonely")).toBe("0.5");
    expect(version(nixpkgs, "app")).toBe("1.0");
  });

  test("a source distribution, built with what its pyproject.toml asks for, of nixpkgs", async () => {
    const env = await place.build(
      `${mach}.mkPython { requirements = "app"; providers = { _default = "nixpkgs,sdist"; }; }`,
    );
    expect(version(env, "app")).toBe("1.0");
  });

  test("requirements as a path, with the lock beside it once that is saved", async () => {
    const file = place.write("project/requirements.txt", "app\n");
    const call = `${mach}.mkPython { requirements = ${file}; }`;
    const env = await place.build(call);
    const lock = await place.build(`(${call}).lock`);
    place.write("project/mach-nix.lock", readFileSync(lock, "utf8"));
    const words = ["--option", "allow-import-from-derivation", "false"];
    expect(await place.build(call, words)).toBe(env);
  });

  test("a package of one's own, its requirements resolved with the environment's", async () => {
    for (const [path, text] of Object.entries({
      ...sourceFiles({ name: "mine", requires: ["app"] }),
      "mine.py": "import app\nVERSION = app.VERSION\n",
    }))
      place.write(join("mine", path), text);
    const env = await place.build(
      `${mach}.mkPython { requirements = "lonely"; packagesExtra = [ ${place.folder}/mine ]; }`,
    );
    expect(version(env, "mine")).toBe("1.0");
    expect(version(env, "lonely")).toBe("9.0");
  });

  test("overridesPre: what is defined there can be asked for", async () => {
    const env = await place.build(`${mach}.mkPython {
      requirements = "brand-new";
      overridesPre = [ (self: super: { brand-new = super.lonely.overridePythonAttrs { pname = "brand-new"; }; }) ];
      providers.brand-new = "nixpkgs";
    }`);
    expect(version(env, "lonely")).toBe("0.5");
  });

  test("fetchPypiSdist and fetchPypiWheel", async () => {
    const sdist = await place.build(`${mach}.fetchPypiSdist "app" "1.0"`);
    expect(sdist).toMatch(/app-1\.0\.tar\.gz$/);
    const wheel = await place.build(
      `${mach}.fetchPypiWheel "app" "1.0" "app-1.0-py3-none-any.whl"`,
    );
    expect(wheel).toMatch(/app-1\.0-py3-none-any\.whl$/);
  });

  test("gen.python and gen.docker", async () => {
    const env = await place.build(`${mach}.gen.python.app.lonely`);
    expect(version(env, "lonely")).toBe("9.0");
    const name = await place.evaluate(`${mach}.gen.docker.app.name`, ["--read-write-mode"]);
    expect(name).toBe("mach-nix-python.tar");
  });

  /** Puts a folder into the store under a name, as fetching an archive with its hash would. */
  async function keep(folder: string, name: string): Promise<string> {
    const named = join(place.folder, name);
    cpSync(folder, named, { recursive: true });
    const added = await place.run("nix-store", ["--add-fixed", "--recursive", "sha256", named]);
    expect(added.status, added.stderr).toBe(0);
    const hashed = await place.run("nix-hash", ["--type", "sha256", "--base32", named]);
    return hashed.stdout.trim();
  }

  test("mach-nix 3's import: pypi-deps-db by its revision, which names nix-pypi-fetcher's", async () => {
    writeFileSync(join(made.database, "PYPI_FETCHER_COMMIT"), `${"a".repeat(40)}\n`);
    const fetcher = await keep(made.fetcher, "nix-pypi-fetcher");
    writeFileSync(join(made.database, "PYPI_FETCHER_SHA256"), `${fetcher}\n`);
    const sha256 = await keep(made.database, "pypi-deps-db");
    const env = await place.build(`
      let
        mach-nix = import ${ROOT} {
          inherit pkgs;
          python = "python311";
          pypiDataRev = "${"b".repeat(40)}";
          pypiDataSha256 = "${sha256}";
          program = ${program};
        };
      in
      mach-nix.mkPython { requirements = builtins.readFile ${place.write("r.txt", "lonely\n")}; }`);
    expect(version(env, "lonely")).toBe("9.0");
  });

  test("what cannot be resolved is said by the build", async () => {
    const error = await place.fails(`${mach}.mkPython { requirements = "app>=2"; }`);
    expect(error).toContain("app");
    expect(error).toMatch(/no-resolution|>=2/);
  });

  test("cross: the resolver runs with the build platform's tools, for the target", async () => {
    const cross = `(import ${place.nixpkgs} { crossSystem = { system = "aarch64-linux"; }; })`;
    const call = mach.replace("inherit pkgs;", `pkgs = ${cross};`);
    const target = `(${call}.mkPython { requirements = "app"; }).passthru.target.name`;
    expect(await place.evaluate(target, ["--read-write-mode"])).toBe("3.11-linux-aarch64");
  });
});
