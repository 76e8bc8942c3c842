// Every function and argument of the library, on small packages, by the real Nix.
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { hasCommand, ROOT, runProgram, scratch } from "../e2e/program.ts";
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

  test.skipIf(!hasCommand("git"))("sources: a commit of a repository, and a folder", async () => {
    const lockFolder = join(place.folder, "sources");
    const project = { ...sourceFiles({ name: "delta" }), "delta.py": "VALUE = 'of a source'\n" };
    for (const where of ["repository/sub", "sources/project"]) write(place, where, project);
    const repository = join(place.folder, "repository");
    const git = (...words: string[]): string =>
      runProgram("git", ["-C", repository, "-c", "user.name=a", "-c", "user.email=a@b", ...words])
        .stdout;
    git("init", "-q");
    git("add", ".");
    git("commit", "-q", "-m", "one");
    const commit = git("rev-parse", "HEAD").trim();
    const made = writeMadeLock(lockFolder, [
      { name: "delta", sdist: project, builtWith: [BACKEND_PIN] },
    ]);
    const data = JSON.parse(readFileSync(made, "utf8")) as { artifacts: Record<string, object> };
    for (const source of [
      { url: `git+file://${repository}`, commit, subdirectory: "sub" },
      { url: "file:project/" },
    ]) {
      const changed = { ...data.artifacts["delta-1.0.tar.gz"], ...source };
      const artifacts = { ...data.artifacts, "delta-1.0.tar.gz": changed };
      place.write("sources/mach-nix.lock", JSON.stringify({ ...data, artifacts }));
      const env = await place.build(`mach.mkPython { lock = ${made}; }`);
      expect(python(env, "import delta; print(delta.VALUE)", place)).toBe("of a source");
    }
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

  test("mkPythonShell: bare python is the environment's", async () => {
    const file = place.write(
      "shell.nix",
      `let pkgs = import ${place.nixpkgs} { }; in
       (import ${ROOT}/nix { inherit pkgs; }).mkPythonShell { lock = ${lock}; }`,
    );
    const words = [file, "--pure", "--run", "python -c 'import alpha; alpha.main()'"];
    expect(await place.run("nix-shell", words)).toMatchObject({ status: 0, stdout: "alpha 2.0\n" });
  });

  test("mkOverlay, mkNixpkgs and mkPythonOverrides: seen from a second package", async () => {
    const source = write(place, "second", {
      ...sourceFiles({ name: "second" }),
      "second.py": "import beta\nprint('second with beta ' + beta.VERSION)\n",
    });
    const sets = [
      `pkgs.extend (mach.mkOverlay { lock = ${lock}; })`,
      `mach.mkNixpkgs { lock = ${lock}; }`,
      `{ python311 = pkgs.python311.override { packageOverrides = mach.mkPythonOverrides { lock = ${lock}; }; }; }`,
    ];
    const paths = await Promise.all(
      sets.map((set) =>
        place.build(`
          let
            python = (${set}).python311;
            second = python.pkgs.buildPythonPackage {
              pname = "second"; version = "1.0"; format = "pyproject"; src = ${source};
              nativeBuildInputs = [ python.pkgs.tiny-backend ];
              propagatedBuildInputs = [ python.pkgs.beta ];
            };
          in python.withPackages (_: [ second ])`),
      ),
    );
    for (const path of paths)
      expect(python(path, "import second", place)).toBe("second with beta 2.0");
  });

  test("buildPythonApplication: a program, not importable by an environment", async () => {
    const source = write(place, "application", {
      ...sourceFiles({
        name: "tool",
        requires: ["beta"],
        scripts: { tool: "tool_module:main" },
      }),
      "tool_module.py": "import beta\ndef main():\n    print('tool ' + beta.VERSION)\n",
    });
    const call = `mach.buildPythonApplication { src = ${source}; lock = ${lock}; }`;
    const built = await place.build(call);
    const ran = runProgram(join(built, "bin", "tool"), [], { env: place.env });
    expect(ran, ran.stderr).toMatchObject({ status: 0, stdout: "tool 2.0\n" });
    const env = await place.build(
      `mach.mkPython { lock = ${lock}; packagesExtra = [ (${call}) ]; }`,
    );
    const code = "import subprocess; print(subprocess.check_output(['tool'], text=True))";
    expect(python(env, code, place)).toBe("tool 2.0");
    const imported = runProgram(join(env, "bin", "python"), ["-c", "import tool_module"]);
    expect(imported.status).not.toBe(0);
  });

  test("extras and requirementsExtra of a source, read from its backend or from pyproject.toml", async () => {
    const asked = write(place, "asked", {
      ...sourceFiles({ name: "asked", requires: [], extras: { more: ["beta"] } }),
      "asked.py": "",
    });
    const told = write(place, "told", {
      "pyproject.toml": [
        '[build-system]\nrequires = ["tiny-backend"]\nbuild-backend = "tiny_backend"',
        '[project]\nname = "Told.Project"\nversion = "2.0"\ndependencies = ["alpha"]',
        '[project.optional-dependencies]\nmore = ["beta"]\nall = ["told-project[more]"]\n',
      ].join("\n"),
      "project.json": '{"name": "told-project", "version": "2.0"}',
      "told.py": "",
    });
    const requirementsOf = (call: string): string =>
      `(mach.buildPythonPackage ${call}).passthru.machNix.requirements`;
    expect(
      await place.evaluate(
        `map (one: one) [
          ${requirementsOf(`{ src = ${asked}; extras = [ "more" ]; lock = ${lock}; }`)}
          ${requirementsOf(`{ src = ${asked}; extras = "more"; requirementsExtra = "alpha"; lock = ${lock}; }`)}
          ${requirementsOf(`{ src = ${told}; extras = [ "all" ]; lock = ${lock}; }`)}
          (mach.buildPythonPackage { src = ${told}; lock = ${lock}; }).name
        ]`,
        ["--read-write-mode"],
      ),
    ).toEqual([
      "beta ; python_version >= '0'",
      "beta ; python_version >= '0'\nalpha",
      "alpha\nbeta",
      "python3.11-Told.Project-2.0",
    ]);
    const refused = await place.refused(
      requirementsOf(`{ src = ${told}; extras = [ "none" ]; lock = ${lock}; }`),
    );
    expect(refused).toContain("has no extra `none`; it has all, more");
  });

  test("packagesExtra: programs on PATH, sources of every kind, and what it refuses", async () => {
    const source = write(place, "plain", {
      ...sourceFiles({ name: "plain" }),
      "plain.py": "V = 1\n",
    });
    const program = 'pkgs.writeShellScriptBin "hello" "echo hello"';
    const env = await place.build(`mach.mkPython [ (${program}) ${source} ]`);
    const code =
      "import subprocess, plain; print(subprocess.check_output(['hello'], text=True), plain.V)";
    expect(python(env, code, place)).toBe("hello\n 1");
    const fetched = await place.build(`mach.mkPython [ (pkgs.runCommand "source" {
      outputHashMode = "recursive"; outputHashAlgo = "sha256";
      outputHash = "${await narHash(place, source)}";
    } "cp -r ${source} $out; :") ]`);
    expect(python(fetched, "import plain; print(plain.V)", place)).toBe("1");
    const nixpkgs = await place.refused(
      `(mach.mkPython { lock = ${lock}; packagesExtra = [ pkgs.python3.pkgs.lonely ]; }).outPath`,
    );
    expect(nixpkgs).toContain("a Python package of nixpkgs: name it in `requirements`");
    const other = await place.refused(
      `(mach.mkPython { lock = ${lock}; packagesExtra = [ 1 ]; }).outPath`,
    );
    expect(other).toContain("packagesExtra takes packages and sources, not a int");
  });

  test("R packages become inputs of rpy2", async () => {
    const made = writeMadeLock(join(place.folder, "r"), [{ name: "rpy2" }]);
    const r = 'pkgs.runCommand "r-data-table" { rCommand = "R"; } "echo > $out"';
    const inputs = await place.evaluate(`
      map (one: one.name)
        (mach.mkPython { lock = ${made}; packagesExtra = [ (${r}) ]; }).python.pkgs.rpy2.buildInputs`);
    expect(inputs).toEqual(["r-data-table"]);
  });

  test.each([
    [
      "overridesPost",
      `overridesPost = [ (self: super: { beta = super.beta.overrideAttrs (_: { postInstall = "echo > $out/mark"; }); }) ];`,
    ],
    [
      "overridesPre",
      `overridesPre = [ (self: super: { gamma = super.gamma.overrideAttrs (_: { postInstall = "echo > $out/mark"; }); }) ];`,
    ],
    [
      "poetry2nix's way",
      `overridesPost = [ (self: super: { beta = super.beta.overridePythonAttrs (old: { postInstall = (old.postInstall or "") + "echo > $out/mark"; }); }) ];`,
    ],
    ["_ replaces", `_.beta.postInstall = "echo > $out/mark";`],
    ["_ adds to what is not there", `_.beta.postInstall.add = "echo > $out/mark";`],
    ["_ modifies", `_.beta.postInstall.mod = old: assert old == null; "echo > $out/mark";`],
    [
      "_ modifies, knowing all",
      `_.beta.postInstall.mod = pySelf: oldAttrs: old: "echo \${oldAttrs.pname} > $out/mark";`,
    ],
  ])("an override: %s", async (_, argument) => {
    const made = writeMadeLock(join(place.folder, "overridden"), [
      { name: "beta", version: "2.0" },
      { name: "gamma", attribute: "gamma", dependencies: ["beta"] },
    ]);
    const name = argument.startsWith("overridesPre") ? "gamma" : "beta";
    const built = await place.build(
      `(mach.mkPython { lock = ${made}; ${argument} }).python.pkgs.${name}`,
    );
    expect(existsSync(join(built, "mark"))).toBe(true);
  });

  test("_ refuses a package that is not there, and .add of another kind", async () => {
    const absent = `(mach.mkPython { lock = ${lock}; _.nothing.patches = [ ]; }).python.pkgs.nothing`;
    expect(await place.refused(absent)).toContain("_.nothing is for a package that is not there");
    const kind = `(mach.mkPython { lock = ${lock}; _.beta.patches.add = 1; }).python.pkgs.beta.outPath`;
    expect(await place.refused(kind)).toContain("_.beta.patches.add takes a list, a set or text");
  });

  test("_fixes: the table, a list, the original's form, and none", async () => {
    const made = writeMadeLock(join(place.folder, "fixed"), [{ name: "tensorflow" }]);
    const phase = (more: string): string =>
      `(mach.mkPython { lock = ${made}; ${more} }).python.pkgs.tensorflow.drvAttrs.postInstall or null`;
    const own =
      '_fixes = [ { package = "tensorflow"; when.version = "<2"; set.phases.postInstall = "one"; } ];';
    const old =
      '_fixes = { tensorflow.mine = { _cond = { prov, ver, ... }: prov == "wheel" && ver == "1.0"; postInstall = "two"; }; };';
    expect(
      await place.evaluate(
        `[ (${phase("")}) (${phase(own)}) (${phase(old)}) (${phase("_fixes = [ ];")}) ]`,
      ),
    ).toEqual(['\nrm -rf "$out"/bin/tensorboard\n', "one", "two", null]);
  });

  test("a file that two packages have: named with both, then ignored", async () => {
    const made = writeMadeLock(join(place.folder, "collision"), [
      { name: "one", files: { "shared.py": "V = 1\n" } },
      { name: "two", files: { "shared.py": "V = 2\n" } },
    ]);
    const error = await place.fails(`mach.mkPython { lock = ${made}; }`);
    expect(error).toMatch(/collision between .*python3.11-(?:one|two)-1.0.*shared.py/);
    expect(error).toMatch(/python3.11-one-1.0/);
    expect(error).toMatch(/python3.11-two-1.0/);
    const env = await place.build(`mach.mkPython { lock = ${made}; ignoreCollisions = true; }`);
    expect(python(env, "import shared; print(shared.V)", place)).toMatch(/1|2/);
    const removed = await place.build(
      `mach.mkPython { lock = ${made}; _.two.postInstall = "rm $out/lib/python*/site-packages/shared.py"; }`,
    );
    expect(python(removed, "import shared; print(shared.V)", place)).toBe("1");
  });

  test("postBuild, and passthru", async () => {
    const call = `mach.mkPython { lock = ${lock}; postBuild = "echo built > $out/mark"; }`;
    const env = await place.build(call);
    expect(readFileSync(join(env, "mark"), "utf8")).toBe("built\n");
    const names = (await place.evaluate(`builtins.attrNames (${call}).passthru`)) as string[];
    expect(names).toEqual(
      expect.arrayContaining(
        "dockerImage env expr lock nixpkgs overlay python pythonOverrides selectPkgs".split(" "),
      ),
    );
  });

  test("jupyterWith's way: a kernel of `python` and `selectPkgs`", async () => {
    const env = await place.build(`
      let
        machNix = mach.mkPython { lock = ${lock}; };
        iPythonWith = { python3, packages }: python3.withPackages packages;
      in
      iPythonWith { python3 = machNix.python; packages = machNix.python.pkgs.selectPkgs; }`);
    expect(python(env, "import alpha; alpha.main()", place)).toBe("alpha 2.0");
  });

  test("arguments: unknown ones, former names, and those of the import", async () => {
    const unknown = await place.refused(`mach.mkPython { lock = ${lock}; requirement = ""; }`);
    expect(unknown).toContain("mkPython has no argument `requirement`");
    const former = await place.run("nix-instantiate", [
      "--eval",
      place.write(
        "former.nix",
        `let pkgs = import ${place.nixpkgs} { }; in
         ((import ${ROOT}/nix { inherit pkgs; }).mkPython { lock = ${lock}; extra_pkgs = [ ]; }).name`,
      ),
    ]);
    expect(former.stderr).toContain("warning: `extra_pkgs` is now `packagesExtra`");
    const early = await place.refused(`mach.mkPython { inherit pkgs; }`);
    expect(early).toContain("provide `pkgs` when importing mach-nix");
    const old = `(import ${ROOT}/nix { inherit pkgs; dataOutdated = true; }).mkPython`;
    expect(await place.refused(`(${old} { lock = ${lock}; }).name`)).toContain(
      "ignoreDataOutdated",
    );
    const ignored = `(${old} { lock = ${lock}; ignoreDataOutdated = true; }).name`;
    expect(await place.evaluate(ignored)).toContain("-env");
    const unlocked = '.mkPython { requirements = "alpha"; }).outPath';
    expect(await place.refused(`(mach${unlocked}`)).toContain("mach-nix needs `index`");
    const none = await place.refused(
      `((import ${ROOT}/nix { inherit pkgs; program = null; })${unlocked}`,
    );
    expect(none).toContain("without a lock, mach-nix needs its program");
  });

  test("names that mean something to nixpkgs, names with dots and capitals, circles", async () => {
    const names = [
      "overrides",
      "python",
      "pkgs",
      "meta",
      "lib",
      "zope-interface",
      "setuptools",
      "pip",
    ];
    const made = writeMadeLock(join(place.folder, "names"), [
      ...names.map((name) => ({ name, files: { [`m_${name.replace("-", "_")}.py`]: "" } })),
      { name: "circle-a", dependencies: ["circle-b"] },
      { name: "circle-b", dependencies: ["circle-a"], isRoot: false },
      { name: "outside", dependencies: ["circle-b"] },
    ]);
    const env = await place.build(`mach.mkPython { lock = ${made}; }`);
    const modules = names.map((name) => `m_${name.replace("-", "_")}`).join(", ");
    expect(python(env, `import ${modules}, circle_a, circle_b, outside`, place)).toBe("");
    const alone = await place.build(
      `(mach.mkPython { lock = ${made}; }).python.withPackages (ps: [ ps.outside ])`,
    );
    expect(python(alone, "import circle_a, circle_b, outside", place)).toBe("");
  });

  test.skipIf(!hasPythons("3.9"))("two Pythons, by name, by package, by the lock", async () => {
    const made = writeMadeLock(join(place.folder, "two"), [{ name: "alpha" }], {
      pythons: ["3.9", "3.11"],
    });
    const only = writeMadeLock(join(place.folder, "only"), [{ name: "alpha" }], {
      pythons: ["3.9"],
    });
    const version = (call: string): string => `(${call}).python.pythonVersion`;
    expect(
      await place.evaluate(`[
        ${version(`mach.mkPython { lock = ${made}; }`)}
        ${version(`mach.mkPython { lock = ${made}; python = "python39"; }`)}
        ${version(`mach.mkPython { lock = ${made}; python = pkgs.python39; }`)}
        ${version(`mach.mkPython { lock = ${only}; }`)}
      ]`),
    ).toEqual(["3.11", "3.9", "3.9", "3.9"]);
    const refused = await place.refused(
      `(mach.mkPython { lock = ${only}; python = "python311"; }).outPath`,
    );
    expect(refused).toContain("no pins for Python 3.11");
    expect(refused).toContain("3.9-linux-x86_64");
  });

  test("an interpreter of the user's own, by an overlay on nixpkgs", async () => {
    const debug = `pkgs.extend (self: super: {
      python311 = super.python311.override {
        packageOverrides = _: before: { beta-of-mine = before.lonely; };
      };
    })`;
    const call = `(import ${ROOT}/nix { pkgs = ${debug}; }).mkPython { lock = ${lock}; python = "python311"; }`;
    expect(
      await place.evaluate(
        `(${call}).python.pkgs.beta-of-mine.pname + (${call}).python.pkgs.beta.version`,
      ),
    ).toBe("lonely2.0");
  });

  test.skipIf(!hasCommand("patchelf"))(
    "a library that is nowhere is named, unless allowed",
    async () => {
      const library = [
        "/lib/x86_64-linux-gnu/libz.so.1",
        "/usr/lib/aarch64-linux-gnu/libz.so.1",
      ].find((path) => existsSync(path));
      const copy = join(place.folder, "native.so");
      copyFileSync(library as string, copy);
      expect(runProgram("patchelf", ["--add-needed", "libnowhere.so.7", copy]).status).toBe(0);
      const made = writeMadeLock(join(place.folder, "native"), [
        {
          name: "native",
          files: { "native.py": "", "native_lib.so": readFileSync(copy) },
          filename: "native-1.0-cp311-cp311-manylinux_2_17_x86_64.whl",
        },
      ]);
      const error = await place.fails(`mach.mkPython { lock = ${made}; }`);
      expect(error).toContain("could not satisfy dependency libnowhere.so.7");
      const allowed = `_.native.autoPatchelfIgnoreMissingDeps = [ "libnowhere.so.*" ];`;
      await place.build(`mach.mkPython { lock = ${made}; ${allowed} }`);
    },
  );

  test("another system's pins, without building", async () => {
    const foreign = `(import ${ROOT}/nix { pkgs = import ${place.nixpkgs} { system = "aarch64-linux"; }; })`;
    expect(
      await place.evaluate(`(${foreign}.mkPython { lock = ${lock}; }).passthru.target.name`),
    ).toBe("3.11-linux-aarch64");
    const mac = foreign.replace("aarch64-linux", "aarch64-darwin");
    const refused = await place.refused(`(${mac}.mkPython { lock = ${lock}; }).outPath`);
    expect(refused).toContain("no pins for Python 3.11 on aarch64-darwin");
  });
});

async function narHash(place: NixPlace, path: string): Promise<string> {
  const { stdout } = await place.run("nix-hash", ["--type", "sha256", "--base32", path]);
  return stdout.trim();
}
