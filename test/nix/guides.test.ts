// The `nix` blocks of the guides: each evaluates to a derivation, on a lock that has what they name.
import { cpSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Block, blocksOf } from "../docs/markdown.ts";
import { ROOT, scratch } from "../e2e/program.ts";
import { writeMadeIndex } from "./made-index.ts";
import { backendPackage, hostPackage, sourceFiles, writeMadeLock } from "./made-lock.ts";
import { hasPythons, type NixPlace, nixPlace, PYTHON } from "./nix-place.ts";
import { programFolder } from "./program-folder.ts";
import { newestNix } from "./real-nix.ts";

const ready = newestNix() !== undefined && hasPythons(PYTHON) && process.arch === "x64";
const BLOCKS: readonly (readonly [string, Block])[] = globSync("docs/guides/nix-*.md", {
  cwd: ROOT,
})
  .toSorted()
  .flatMap((page) =>
    blocksOf(join(ROOT, page))
      .filter(({ language }) => language === "nix")
      .map((block) => [`${page}:${block.line}`, block] as const),
  );

/** What a block comes to: functions are called, flakes asked for their package. */
const SHOW = `
  let
    mach-nix = import ${ROOT} { inherit pkgs program index; };
    program = <program>;
    index = <index>;
    given = { inherit pkgs program index; mach-nix = flake; config = { }; };
    flake.lib.x86_64-linux = mach-nix // { configure = args: import ${ROOT} ({ inherit pkgs; } // args); };
    flake.packages.x86_64-linux.gen = mach-nix.gen;
    nixpkgs.lib = pkgs.lib;
    show = value:
      if builtins.isFunction value then
        show (value (builtins.intersectAttrs (builtins.functionArgs value) given))
      else if value ? outputs && builtins.isFunction value.outputs then
        show (value.outputs { inherit nixpkgs; mach-nix = flake; }).packages.x86_64-linux.default
      else if value ? environment.systemPackages then show (builtins.head value.environment.systemPackages)
      else if value ? drvPath then builtins.seq value.drvPath "a derivation"
      else if value ? providers then "data"
      else throw "nothing to show";
  in
  show`;

describe.skipIf(!ready)("nix blocks of guides", () => {
  let place: NixPlace;
  let index: string;
  let program: string;
  beforeAll(() => {
    const folder = scratch("nix-guides");
    index = writeMadeIndex(folder, { app: "1.0" }).index;
    place = nixPlace(newestNix() as NonNullable<ReturnType<typeof newestNix>>, {
      packages: {
        "tiny-backend": backendPackage(folder),
        lonely: hostPackage(folder, { name: "lonely" }),
      },
    });
    program = programFolder(place.folder);
    const made = writeMadeLock(join(folder, "lock"), [{ name: "alpha" }, { name: "beta" }]);
    cpSync(join(made, ".."), place.folder, { recursive: true });
    for (const [path, text] of Object.entries({
      ...sourceFiles({ name: "project", requires: ["beta"], extras: { more: ["alpha"] } }),
      "project.py": "",
    }))
      place.write(join("project", path), text);
    place.write(
      "python.nix",
      "{ pkgs }: { environment = pkgs.python3.withPackages (ps: [ ps.lonely ]); }",
    );
  });

  test.each(BLOCKS)("%s", async (_, { text }) => {
    const path = Object.entries({ nixpkgs: place.nixpkgs, "mach-nix": ROOT, program, index });
    const options = path.flatMap(([name, value]) => ["-I", `${name}=${value}`]);
    const expression = place.write("block.nix", text);
    expect(readFileSync(expression, "utf8")).toBe(text);
    const isClosed = /^\s*(?:\{[^=]*\}:|\{\s*(?:inputs|providers)|let\s+pkgs = )/.test(text);
    const value = isClosed ? `(import ${expression})` : `(\n${text}\n)`;
    const shown = await place.evaluate(`${SHOW} ${value}`, [...options, "--read-write-mode"]);
    expect(["a derivation", "data"]).toContain(shown);
  });

  test("there are some", () => {
    expect(BLOCKS.length).toBeGreaterThan(12);
  });
});
