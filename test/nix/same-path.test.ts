// With a lock and without, by default.nix and by the flake: one store path.
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { newUser, type Ran, ROOT, runProgram } from "../e2e/program.ts";
import { makeWheel } from "../build/make-wheel.ts";
import { writeDatabase } from "../index/snapshot/database.ts";
import { hasPythons, type NixPlace, nixPlace, PYTHON } from "./nix-place.ts";
import { programFolder } from "./program-folder.ts";
import { everyNix } from "./real-nix.ts";

const NO_IMPORT = ["--option", "allow-import-from-derivation", "false"];

const WHEELS = {
  app: { requires: ["library>=1"], files: { "app.py": "import library\nprint(library.V)\n" } },
  library: { requires: [], files: { "library.py": "V = 'from the library'\n" } },
};

/** An index file with addresses beside it, in a folder of their own, and the files it leads to. */
function writeIndex(place: NixPlace): { readonly index: string; readonly files: string } {
  const index = join(place.folder, "index");
  mkdirSync(index);
  const wheel: Record<string, unknown> = {};
  const addresses: Record<string, unknown> = {};
  for (const [name, { requires, files }] of Object.entries(WHEELS)) {
    const filename = `${name}-1.0-py3-none-any.whl`;
    const metadata = `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n`;
    const content = makeWheel({ name, files, metadata });
    const folder = join(place.folder, "packages", "py3", name[0] ?? "", name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, filename), content);
    wheel[name] = { py3: { "1.0": { [filename]: { requires_dist: requires } } } };
    const digest = createHash("sha256").update(content).digest("base64");
    addresses[name] = { "1.0": { wheels: { [filename]: [digest, "py3"] } } };
  }
  const database = writeDatabase({ wheel } as Parameters<typeof writeDatabase>[0]);
  place.write("fetcher/UNIX_TIMESTAMP", "1694121121");
  place.write("fetcher/pypi/00.json", JSON.stringify(addresses));
  const user = newUser("nix-index");
  const options = { cwd: place.folder };
  const imported = user.run(["index", "import", database, "-o", "index/pypi.index"], options);
  expect(imported.status, imported.stderr).toBe(0);
  const url = `file://${place.folder}/packages`;
  const words = ["index", "import", "fetcher", "--files", "--files-url", url];
  const made = user.run([...words, "-o", "index/pypi.index.files"], options);
  expect(made.status, made.stderr).toBe(0);
  return { index: join(index, "pypi.index"), files: join(index, "pypi.index.files") };
}

/** A copy of the library as a flake, as if it were released. */
function writeFlake(place: NixPlace): string {
  const flake = join(place.folder, "mach-nix");
  mkdirSync(flake);
  const files = ["default.nix", "flake.nix", "flake.lock", "package.json", "package-lock.json"];
  for (const part of ["nix", ...files])
    cpSync(join(ROOT, part), join(flake, part), { recursive: true });
  return flake;
}

describe.skipIf(everyNix().length === 0 || !hasPythons(PYTHON) || process.arch !== "x64")(
  "one result",
  () => {
    test.each(everyNix().map((nix) => [nix.version, nix] as const))(
      "with Nix %s",
      async (_, nix) => {
        const place = nixPlace(nix);
        const { index, files } = writeIndex(place);
        const program = programFolder(place.folder);
        const flake = writeFlake(place);
        const settings = `{ program = ${program}; index = ${index}; indexFiles = ${files}; }`;
        const legacy = `(import ${flake} ({ inherit pkgs; } // ${settings}))`;

        const unlocked = `${legacy}.mkPython { requirements = "app"; }`;
        const first = await place.build(unlocked);
        const saved = await place.build(`(${unlocked}).lock`);
        const second = await place.build(`${legacy}.mkPython { lock = ${saved}; }`, NO_IMPORT);
        const user = join(place.folder, "user");
        mkdirSync(user);
        cpSync(saved, join(user, "mach-nix.lock"));
        writeFileSync(
          join(user, "flake.nix"),
          `{
        inputs.mach-nix.url = "path:${flake}";
        outputs = { mach-nix, ... }: {
          packages.x86_64-linux.locked = mach-nix.lib.x86_64-linux.mkPython { lock = ./mach-nix.lock; };
          packages.x86_64-linux.unlocked = mach-nix.lib.x86_64-linux.mkPython {
            requirements = "app";
            ignoreDataOutdated = true;
          };
          packages.x86_64-linux.outdated = mach-nix.lib.x86_64-linux.mkPython { requirements = "app"; };
          inherit (mach-nix.packages.x86_64-linux) gen;
        };
      }\n`,
        );
        const inputs = { nixpkgs: place.nixpkgs, index: join(index, ".."), program };
        const overrides = Object.entries(inputs).flatMap(([name, path]) => [
          "--override-input",
          `mach-nix/${name}`,
          `path:${path}`,
        ]);
        const start = (name: string, words: readonly string[]): Promise<Ran> => {
          const all = ["build", `${user}#${name}`, ...overrides, "--no-write-lock-file"];
          return place.run("nix", [...all, "-o", join(place.folder, `result-${name}`), ...words]);
        };
        const build = async (name: string, words: readonly string[]): Promise<string> => {
          const ran = await start(name, words);
          expect(ran.status, ran.stderr).toBe(0);
          return runProgram("readlink", [join(place.folder, `result-${name}`)]).stdout.trim();
        };
        const third = await build("locked", NO_IMPORT);
        const fourth = await build("unlocked", []);
        expect((await start("outdated", [])).stderr).toContain("set `ignoreDataOutdated = true`");
        const generated = await build("gen.python.library.app", []);
        const imported = runProgram(join(generated, "bin", "python"), ["-c", "import app"], {
          env: place.env,
        });
        expect(imported).toMatchObject({ status: 0, stdout: "from the library\n" });
        expect([second, third, fourth]).toEqual([first, first, first]);
        expect(JSON.parse(readFileSync(saved, "utf8"))).toMatchObject({ version: 1 });
        const ran = runProgram(join(first, "bin", "python"), ["-c", "import app"], {
          env: place.env,
        });
        expect(ran).toMatchObject({ status: 0, stdout: "from the library\n" });
      },
    );

    test.each(everyNix().map((nix) => [nix.version, nix] as const))(
      "with Nix %s the flake is checked and shown for foreign systems, importing nothing it builds",
      async (_, nix) => {
        const place = nixPlace(nix);
        const flake = writeFlake(place);
        const words = [
          "--override-input",
          "nixpkgs",
          `path:${place.nixpkgs}`,
          "--no-write-lock-file",
        ];
        const shown = await place.run("nix", [
          "flake",
          "show",
          flake,
          "--json",
          ...words,
          ...NO_IMPORT,
        ]);
        expect(shown.status, shown.stderr).toBe(0);
        const outputs = JSON.parse(shown.stdout) as { packages: Record<string, object> };
        expect(Object.keys(outputs.packages)).toContain("aarch64-darwin");
        const program = ["--override-input", "program", `path:${programFolder(place.folder)}`];
        const run = ["run", flake, ...words, ...program, "--", "--version"];
        const ran = await place.run("nix", run);
        expect(ran.stdout, ran.stderr).toMatch(/^mach-nix \d/);
        const check = ["flake", "check", flake, "--no-build", ...words, ...NO_IMPORT];
        const checked = await place.run("nix", check);
        expect(checked.status, checked.stderr).toBe(0);
      },
    );
  },
);
