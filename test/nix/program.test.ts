// The program built from source by Nix, as `nix run` starts it: no node_modules, no Node on PATH.
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT, runProgram, scratch } from "../e2e/program.ts";
import { hasPythons, nixPlace, PYTHON } from "./nix-place.ts";
import { newestNix } from "./real-nix.ts";

const PARTS = ["bin", "src", "tools", "nix", "python", "package.json", "default.nix"];
const modules = join(ROOT, "node_modules");
const ready = newestNix() !== undefined && hasPythons(PYTHON) && existsSync(modules);

describe.skipIf(!ready)("nix/program.nix", () => {
  test("builds the program from source, which runs by itself", { timeout: 120_000 }, async () => {
    const place = nixPlace(newestNix() as NonNullable<ReturnType<typeof newestNix>>);
    const source = join(scratch("nix-source"), "source");
    mkdirSync(source);
    for (const part of [...PARTS, "tsconfig.json", "tsconfig.build.json"])
      if (existsSync(join(ROOT, part)))
        cpSync(join(ROOT, part), join(source, part), { recursive: true });
    const built = await place.build(`import ${ROOT}/nix/program.nix {
      inherit pkgs;
      source = ${source};
      nodeModules = "${modules}";
    }`);
    expect(existsSync(join(built, "node_modules"))).toBe(false);
    const ran = runProgram(join(built, "bin", "mach-nix"), ["--version"], {
      env: { HOME: place.folder, PATH: "/usr/bin:/bin" },
    });
    expect(ran, ran.stderr).toMatchObject({ status: 0 });
    expect(ran.stdout).toMatch(/\d+\.\d+\.\d+/);
  });
});
