// Arguments of the library that other tests do not come by, as the real Nix sees them.
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nixExpression } from "../../src/emit/index.ts";
import { type LockedTarget, readLockFile } from "../../src/lock/index.ts";
import { hasCommand, ROOT, runProgram, scratch } from "../e2e/program.ts";
import { makeSdist } from "../index/make-sdist.ts";
import { backendPackage, BACKEND_PIN, sourceFiles, writeMadeLock } from "./made-lock.ts";
import { hasPythons, type NixPlace, nixPlace, PYTHON } from "./nix-place.ts";
import { newestNix } from "./real-nix.ts";

const nix = newestNix();

describe.skipIf(nix === undefined || !hasPythons(PYTHON))("arguments", () => {
  let place: NixPlace;
  let lock: string;
  let server: Server;

  beforeAll(async () => {
    const folder = scratch("nix-arguments");
    place = nixPlace(nix as NonNullable<typeof nix>, {
      packages: { "tiny-backend": backendPackage(folder) },
    });
    lock = writeMadeLock(join(folder, "lock"), [
      { name: "beta", version: "2.0" },
      {
        name: "delta",
        sdist: { ...sourceFiles({ name: "delta" }), "delta.py": "" },
        builtWith: [BACKEND_PIN],
      },
    ]);
    const { content } = makeSdist("own-1.0.tar.gz", {
      ...sourceFiles({ name: "own", requires: ["beta"], extras: { more: ["delta"] } }),
      "own.py": "import beta\nVALUE = 'own with beta ' + beta.VERSION\n",
    });
    server = createServer((_, answer) => answer.end(content));
    await once(server.listen(0, "127.0.0.1"), "listening");
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  function address(): string {
    return `"http://127.0.0.1:${(server.address() as AddressInfo).port}/own.tar.gz"`;
  }

  function value(env: string): string {
    const words = ["-c", "import own; print(own.VALUE)"];
    const ran = runProgram(join(env, "bin", "python"), words, { env: place.env });
    expect(ran.status, ran.stderr).toBe(0);
    return ran.stdout.trim();
  }

  test("packagesExtra: the address of an archive, and a call with extras as text", async () => {
    const own = `(mach.buildPythonPackage { src = ${address()}; extras = "more"; lock = ${lock}; })`;
    for (const extra of [address(), own]) {
      const call = `mach.mkPython { lock = ${lock}; packagesExtra = [ ${extra} ]; }`;
      expect(value(await place.build(call))).toBe("own with beta 2.0");
    }
  });

  test.skipIf(!hasCommand("git"))("packagesExtra: what fetchGit gives", async () => {
    const files = { ...sourceFiles({ name: "own" }), "own.py": "VALUE = 'of a commit'\n" };
    for (const [path, text] of Object.entries(files)) place.write(join("repository", path), text);
    const repository = join(place.folder, "repository");
    for (const words of ["init -q -b main", "add .", "commit -q -m one"]) {
      const identity = ["-c", "user.name=a", "-c", "user.email=a@b"];
      const ran = runProgram("git", ["-C", repository, ...identity, ...words.split(" ")]);
      expect(ran.status, ran.stderr).toBe(0);
    }
    const source = `(builtins.fetchGit { url = "file://${repository}"; ref = "main"; })`;
    expect(value(await place.build(`mach.mkPython [ ${source} ]`))).toBe("of a commit");
  });

  test("buildPythonPackage: attributes of nixpkgs' go through; packagesExtra is refused", async () => {
    const call = (more: string): string =>
      `mach.buildPythonPackage { src = ${address()}; lock = ${lock}; ${more} }`;
    const more = 'pname = "mine"; version = "abc"; postInstall = "echo"; passthru.x = 1;';
    const facts = `let it = ${call(more)}; in [ it.pname it.version it.postInstall it.passthru.x ]`;
    const options = ["--read-write-mode"];
    expect(await place.evaluate(facts, options)).toEqual(["mine", "0+abc", "echo", 1]);
    const refused = await place.refused(`(${call("packagesExtra = [ ./x ];")}).name`, options);
    expect(refused).toContain("buildPythonPackage has no `packagesExtra`");
  });

  test("tests: whether packages run their own", async () => {
    const check = `"mkdir -p $out; echo > $out/tested"`;
    const own = (more: string): string =>
      `mach.buildPythonPackage { src = ${address()}; lock = ${lock}; checkPhase = ${check}; ${more} }`;
    // Of a source distribution, on a package of nixpkgs that has tests.
    const pinned = (more: string): string => `(mach.mkPython {
      lock = ${lock};
      overridesPre = [ (_: super: { delta = super.tiny-backend.overridePythonAttrs { checkPhase = ${check}; }; }) ];
      ${more}
    }).python.pkgs.delta`;
    for (const call of [own, pinned]) {
      const said = ["", "tests = true;", "disable_checks = false;", "disable_checks = true;"];
      const paths = await Promise.all(said.map((more) => place.build(call(more))));
      const tested = paths.map((path) => existsSync(join(path, "tested")));
      expect(tested).toEqual([false, true, true, false]);
    }
  });

  test("overridesOf: the expression of a lock with more than wheels gives the same environment", async () => {
    const more = writeMadeLock(join(place.folder, "more"), [
      { name: "beta", version: "2.0" },
      {
        name: "delta",
        dependencies: ["beta"],
        sdist: { ...sourceFiles({ name: "delta" }), "delta.py": "" },
        builtWith: [BACKEND_PIN],
      },
      { name: "tiny-backend", attribute: "tiny-backend" },
    ]);
    const made = `(mach.mkPython { lock = ${more}; })`;
    const text = (await place.evaluate(`${made}.expr`)) as string;
    const { lock: read } = readLockFile(more);
    expect(text).toBe(nixExpression(read, read.targets[0] as LockedTarget));
    const file = place.write("more/python.nix", text);
    const expression = `(import ${file} { inherit pkgs; machNix = mach; }).environment`;
    const paths = await place.evaluate(`[ ${expression}.outPath ${made}.outPath ]`);
    expect(new Set(paths as string[]).size).toBe(1);
  });

  test("lock: its text and its data, whose files need a folder", async () => {
    const name = (given: string): string => `(mach.mkPython { lock = ${given}; }).outPath`;
    const data = `builtins.fromJSON (builtins.readFile ${lock})`;
    const placed = `(${data} // { directory = ${join(lock, "..")}; })`;
    const [path, ofData] = (await place.evaluate(
      `[ (${name(lock)}) (${name(placed)}) ]`,
    )) as string[];
    expect(ofData).toBe(path);
    for (const bare of [`(${data})`, `(builtins.readFile ${lock})`])
      expect(await place.refused(name(bare))).toContain("lies beside its lock");
  });

  test("what the resolver is told: providers over their defaults, CUDA, the kind of input", async () => {
    const told = async (argument: string): Promise<Record<string, unknown>> => {
      const expression = `
        let given = (mach.mkPython { ${argument} }).lock.drvAttrs; in
        { inherit (given) providerWords settings requirements pythonVersion platform; }`;
      return (await place.evaluate(
        expression.replace(
          "mach.mkPython",
          `(import ${ROOT}/nix {
          inherit pkgs;
          program = "/program";
          index = "/index";
        }).mkPython`,
        ),
      )) as Record<string, unknown>;
    };
    const defaults = '_providerDefaults = { _default = "wheel"; a-b = "sdist"; };';
    const usual = 'requirements = "numpy";';
    expect(await told(`${usual} ${defaults}`)).toMatchObject({
      providerWords: ["wheel", "a-b=sdist"],
      settings: "",
      requirements: "numpy",
      pythonVersion: PYTHON,
    });
    expect(
      await told(`${usual} ${defaults} providers = { A_b = [ "wheel" "sdist" ]; };`),
    ).toMatchObject({ providerWords: ["a-b=wheel,sdist", "wheel", "a-b=sdist"] });
    expect(await told(`${usual} cudaVersion = "11.8";`)).toMatchObject({
      settings: '[virtual-packages]\ncuda = "11.8"\n',
    });
  });
});
