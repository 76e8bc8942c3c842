// `mach-nix env DIR` and `mach-nix gen` with the real Nix.
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
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

  test("nix-no-nixpkgs: a folder that is none, and what is nothing", async () => {
    for (const none of [made.folder, "./nowhere", "package.lock"]) {
      writeFileSync(join(made.folder, "package.lock"), "{}");
      const ran = await made.run("env", "none", "-p", "alpha", "--nixpkgs", none);
      expect(ran).toMatchObject({ status: 2 });
      expect(ran.stderr).toContain("nix-no-nixpkgs");
    }
  });

  test("--nixpkgs with the address of an archive: Nix is asked for its hash", async () => {
    const nix = everyNix().at(-1) as Nix;
    const place = nixPlace(nix);
    const packed = join(place.folder, "nixpkgs.tar.gz");
    const tar = runProgram("tar", ["-czf", packed, "-C", place.folder, "nixpkgs"]);
    expect(tar.status, tar.stderr).toBe(0);
    const server = createServer((_, answer) => answer.end(readFileSync(packed)));
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/nixpkgs.tar.gz`;
    const words = ["env", "archive", "-p", "alpha", "--compile", "never", "--nixpkgs"];
    const run = (what: string): Promise<Ran> =>
      made.user.start([...words, what, "-i", made.index.url, "--ignore-data-outdated"], {
        cwd: made.folder,
        env: { ...place.env, ...LOCAL_ENVIRONMENT, HOME: made.user.env["HOME"] },
      });
    try {
      const ran = await run(url);
      expect(ran.status, ran.stderr).toBe(0);
      const lock = join(made.folder, "archive", "mach-nix.lock");
      const hashed = await place.run("nix", ["hash", "path", place.nixpkgs]);
      expect(JSON.parse(readFileSync(lock, "utf8"))).toMatchObject({
        nix: { nixpkgs: { url, narHash: hashed.stdout.trim() } },
      });
      const file = join(made.folder, "archive", "default.nix");
      const shown = await place.run("nix-instantiate", ["--eval", "-A", "name", file]);
      expect(shown, shown.stderr).toMatchObject({ status: 0 });
      const gone = await run(`${url}/../none`.replace(String(port), "9"));
      expect(gone).toMatchObject({ status: 1 });
      expect(gone.stderr).toContain("nix-unknown-hash");
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  test("--nixpkgs with a commit: its hash is taken from flake.lock, without Nix", async () => {
    const [rev, narHash] = ["a".repeat(40), `sha256-${"A".repeat(43)}=`];
    const locked = { type: "github", owner: "me", repo: "nixpkgs", rev, narHash };
    const nodes = { root: { inputs: { nixpkgs: "nixpkgs" } }, nixpkgs: { locked } };
    writeFileSync(join(made.folder, "flake.lock"), JSON.stringify({ nodes, root: "root" }));
    const words = ["env", "commit", "-p", "alpha", "--compile", "never", "--nixpkgs"];
    for (const named of [`github:me/nixpkgs/${rev}`, "flake.lock"]) {
      const ran = await made.run(...words, named);
      expect(ran.status, ran.stderr).toBe(0);
      const lock = readFileSync(join(made.folder, "commit", "mach-nix.lock"), "utf8");
      const url = `https://github.com/me/nixpkgs/archive/${rev}.tar.gz`;
      expect(JSON.parse(lock)).toMatchObject({ nix: { nixpkgs: { url, rev, narHash } } });
    }
    const offline = await made.run(...words, "nixos-25.05", "--offline");
    expect(offline).toMatchObject({ status: 1 });
    expect(offline.stderr).toContain("not with --offline");
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
