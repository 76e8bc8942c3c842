// `mach-nix env DIR` and `mach-nix gen` with the real Nix.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { hasPythons, type NixPlace, nixPlace, PYTHON } from "../nix/nix-place.ts";
import { everyNix, type Nix } from "../nix/real-nix.ts";
import { LOCAL_ENVIRONMENT, type LocalIndex, release, serveLocalIndex } from "./local-index.ts";
import { hasCommand, newUser, type Ran, runProgram, scratch, type User } from "./program.ts";

const ready = everyNix().length > 0 && hasPythons(PYTHON) && process.arch === "x64";
const nixes = everyNix().map((nix) => [nix.version, nix] as const);

interface Made {
  readonly user: User;
  readonly folder: string;
  readonly index: LocalIndex;
  run(...words: readonly string[]): Promise<Ran>;
}

async function makePlace(): Promise<Made> {
  const user = newUser("nix-env");
  const folder = scratch("nix-env");
  const index = await serveLocalIndex(
    release("alpha", "1.0", { requires: ["beta"] }),
    release("beta", "2.0"),
  );
  const run: Made["run"] = (...words) =>
    user.start([...words, "-i", index.url], { cwd: folder, env: LOCAL_ENVIRONMENT });
  return { user, folder, index, run };
}

const PRINT = ["-c", "import alpha, beta; print(alpha.VERSION, beta.VERSION)"];

describe.skipIf(!ready)("an environment directory with Nix", () => {
  let made: Made;
  let count = 0;
  beforeAll(async () => {
    made = await makePlace();
  });

  async function makeDirectory(nix: Nix): Promise<{ place: NixPlace; directory: string }> {
    const place = nixPlace(nix);
    const name = `env-${++count}`;
    const words = ["env", name, "-p", "alpha", "--compile", "never", "--nixpkgs", place.nixpkgs];
    const ran = await made.run(...words, "--python", PYTHON, "--platform", "linux-x86_64");
    expect(ran.status, ran.stderr).toBe(0);
    return { place, directory: join(made.folder, name) };
  }

  test.each(nixes)("Nix %s: nix-build, nix-shell, nix build and nix develop", async (_, nix) => {
    const { place, directory } = await makeDirectory(nix);
    const built = await place.run("nix-build", ["--no-out-link", directory]);
    expect(built.status, built.stderr).toBe(0);
    const env = built.stdout.trim();
    const python = join(env, "bin", "python");
    expect(runProgram(python, PRINT, { env: place.env }).stdout).toBe("1.0 2.0\n");
    const flake = await place.run("nix", ["build", directory, "-o", join(place.folder, "r")]);
    expect(flake.status, flake.stderr).toBe(0);
    expect(runProgram("readlink", [join(place.folder, "r")]).stdout.trim()).toBe(env);
    const command = `python ${PRINT[0]} "${PRINT[1]}"`;
    const shell = await place.run("nix-shell", ["--pure", "--run", command], { cwd: directory });
    expect(shell, shell.stderr).toMatchObject({ status: 0, stdout: "1.0 2.0\n" });
    if (nix.version.startsWith("2.8")) return;
    const develop = ["develop", directory, "--command", "python", ...PRINT];
    const developed = await place.run("nix", develop);
    expect(developed, developed.stderr).toMatchObject({ status: 0, stdout: "1.0 2.0\n" });
  });

  test("the lock pins both sources, and keeps them when it is made again", async () => {
    const [nix] = everyNix() as [Nix];
    const { place, directory } = await makeDirectory(nix);
    const read = (): unknown => JSON.parse(readFileSync(join(directory, "mach-nix.lock"), "utf8"));
    const sources = {
      nix: { nixpkgs: { url: `path:${place.nixpkgs}` }, machNix: { url: "path:nix" } },
    };
    expect(read()).toMatchObject(sources);
    const words = ["env", directory, "-p", "alpha", "-p", "beta", "--compile", "never"];
    const again = await made.run(...words, "--python", PYTHON, "--platform", "linux-x86_64");
    expect(again.status, again.stderr).toBe(0);
    expect(read()).toMatchObject(sources);
    const hashed = await place.run("nix", ["hash", "path", join(directory, "nix")]);
    expect(read()).toMatchObject({ nix: { machNix: { narHash: hashed.stdout.trim() } } });
  });

  test("a user's own files stay: default.nix is kept, a folder nix is not replaced", async () => {
    const { directory } = await makeDirectory(everyNix().at(-1) as Nix);
    const words = ["env", directory, "-p", "alpha", "--compile", "never", "--python", PYTHON];
    const again = (): Promise<Ran> => made.run(...words, "--platform", "linux-x86_64");
    writeFileSync(join(directory, "default.nix"), "{ }: 1\n");
    expect((await again()).status).toBe(0);
    expect(readFileSync(join(directory, "default.nix"), "utf8")).toBe("{ }: 1\n");
    rmSync(join(directory, "nix"), { recursive: true });
    mkdirSync(join(directory, "nix"));
    writeFileSync(join(directory, "nix", "mine.nix"), "{ }\n");
    const refused = await again();
    expect(refused.stderr).toContain("project-foreign-directory");
    expect(existsSync(join(directory, "nix", "mine.nix"))).toBe(true);
  });

  test("nix-no-nixpkgs: a folder that is none", async () => {
    const ran = await made.run("env", "none", "-p", "alpha", "--nixpkgs", made.folder);
    expect(ran).toMatchObject({ status: 2 });
    expect(ran.stderr).toContain("nix-no-nixpkgs");
  });

  test.skipIf(!hasCommand("git"))("nix-newer-nixpkgs: one newer than the date", async () => {
    const nixpkgs = scratch("nixpkgs-git");
    writeFileSync(join(nixpkgs, "default.nix"), "{ }\n");
    const git = (...words: string[]): Ran =>
      runProgram("git", ["-C", nixpkgs, "-c", "user.name=a", "-c", "user.email=a@b", ...words], {
        env: { ...made.user.env, GIT_COMMITTER_DATE: "2099-01-01T00:00:00Z" },
      });
    git("init", "-q");
    git("add", ".");
    expect(git("commit", "-q", "-m", "one").status).toBe(0);
    const words = ["env", "newer", "-p", "alpha", "--nixpkgs", nixpkgs];
    const ran = await made.run(...words, "--compile", "never");
    expect(ran.stderr).toContain("nix-newer-nixpkgs");
    const forced = await made.run(...words, "--compile", "never", "--ignore-data-outdated");
    expect(forced.status, forced.stderr).toBe(0);
    expect(existsSync(join(made.folder, "newer", "flake.nix"))).toBe(true);
  });

  test("gen: the expression of a lock, the same as passthru.expr, with the same store path", async () => {
    const nix = everyNix().at(-1) as Nix;
    const { place, directory } = await makeDirectory(nix);
    const ran = await made.run("gen", "--lock", directory, "-o", "python.nix");
    expect(ran.status, ran.stderr).toBe(0);
    const text = readFileSync(join(made.folder, "python.nix"), "utf8");
    const stdout = await made.run("gen", "--lock", directory);
    expect(stdout.stdout).toBe(text);
    const lock = join(directory, "mach-nix.lock");
    const library = `mach.mkPython { lock = ${lock}; }`;
    expect(await place.evaluate(`(${library}).expr`)).toBe(text);
    const file = join(place.folder, "python.nix");
    cpSync(join(made.folder, "python.nix"), file);
    const [a, b] = (await place.evaluate(
      `[ (import ${file} { inherit pkgs; }).environment.outPath (${library}).outPath ]`,
    )) as string[];
    expect(a).toBe(b);
  });

  test("gen -r resolves first", async () => {
    writeFileSync(join(made.folder, "requirements.txt"), "beta\n");
    const words = ["gen", "-r", "requirements.txt", "--python", PYTHON];
    const ran = await made.run(...words, "--platform", "linux-x86_64");
    expect(ran.status, ran.stderr).toBe(0);
    expect(ran.stdout).toContain("beta = pySelf.buildPythonPackage {");
  });
});
