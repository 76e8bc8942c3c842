// A lock with sets, in the real Nix: default.nix, the flake, gen, and the error where none is named.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hasPythons, nixPlace, PYTHON } from "../nix/nix-place.ts";
import { newestNix } from "../nix/real-nix.ts";
import { LOCAL_ENVIRONMENT, release, serveLocalIndex } from "./local-index.ts";
import { newUser, runProgram, scratch } from "./program.ts";

const nix = newestNix();
const ready = nix !== undefined && hasPythons(PYTHON) && process.arch === "x64";

describe.skipIf(!ready)("a lock with sets, with Nix", () => {
  test("each set is an environment, the usual one the default", async () => {
    const user = newUser("nix-sets");
    const folder = scratch("nix-sets");
    const index = await serveLocalIndex(release("alpha", "1.0"), release("alpha", "2.0"));
    const place = nixPlace(nix as NonNullable<typeof nix>);
    const directory = join(folder, "env");
    mkdirSync(directory);
    const sets = `[sets]\nold = { packages = ["alpha<2"] }\nnew = { packages = ["alpha"] }\n`;
    writeFileSync(join(directory, "mach-nix.toml"), sets);
    const words = ["env", "env", "-i", index.url, "--set", "old", "--compile", "never"];
    const target = ["--python", PYTHON, "--platform", "linux-x86_64", "--nixpkgs", place.nixpkgs];
    const made = await user.start([...words, ...target], { cwd: folder, env: LOCAL_ENVIRONMENT });
    expect(made.status, made.stderr).toBe(0);

    const versionIn = (env: string): string =>
      runProgram(join(env, "bin", "python"), ["-c", "import alpha; print(alpha.VERSION)"], {
        env: place.env,
      }).stdout.trim();
    const built = async (...more: readonly string[]): Promise<string> => {
      const ran = await place.run("nix-build", ["--no-out-link", directory, ...more]);
      expect(ran.status, ran.stderr).toBe(0);
      return ran.stdout.trim();
    };
    expect(versionIn(await built())).toBe("1.0");
    const newer = await built("--argstr", "set", "new");
    expect(versionIn(newer)).toBe("2.0");
    const unknown = await place.run("nix-build", [directory, "--argstr", "set", "odd"]);
    expect(unknown.stderr).toContain('there is no set "odd"; the lock has new, old');

    const link = join(place.folder, "result");
    const flake = await place.run("nix", ["build", `${directory}#new`, "-o", link]);
    expect(flake.status, flake.stderr).toBe(0);
    expect(runProgram("readlink", [link]).stdout.trim()).toBe(newer);

    const lock = join(directory, "mach-nix.lock");
    const gen = ["gen", "--lock", lock, "--set", "new"];
    const text = await user.start(gen, { cwd: folder, env: LOCAL_ENVIRONMENT });
    const called = `mach.mkPython { lock = ${lock}; set = "new"; }`;
    expect(await place.evaluate(`(${called}).expr`)).toBe(text.stdout);
    const needed = await place.refused(`(mach.mkPython { lock = ${lock}; }).outPath`);
    expect(needed).toContain("the lock has several sets, new, old");

    // Without a usual set there is no default to be built.
    const settings = readFileSync(join(directory, "mach-nix.toml"), "utf8");
    writeFileSync(join(directory, "mach-nix.toml"), settings.replace('set = "old"\n', ""));
    const bare = await place.run("nix", ["build", directory, "-o", link]);
    expect(bare.status).not.toBe(0);
    expect((await place.run("nix-build", [directory])).stderr).toContain("several sets, new, old");
  });
});
