// The tables of the library's files, and the checks of every Nix file: syntax, format, dead code.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { NIX_FILES, nixExpression } from "../../src/emit/index.ts";
import { type Lock, type LockedTarget, readLockFile } from "../../src/lock/index.ts";
import { NIX_RESERVED_NAMES } from "../../src/emit/nix-names.ts";
import { fixesText } from "../../tools/nix-fixes.ts";
import { DEFAULT_NIXPKGS } from "../../src/project/nix-sources.ts";
import { hasCommand, ROOT, runProgram, scratch } from "../e2e/program.ts";
import { backendPackage, BACKEND_PIN, sourceFiles, writeMadeLock } from "./made-lock.ts";
import { hasPythons, type NixPlace, nixPlace, PYTHON } from "./nix-place.ts";
import { everyNix, newestNix } from "./real-nix.ts";

const FILES = [
  "default.nix",
  "flake.nix",
  ...globSync("nix/**/*.nix", { cwd: ROOT }).toSorted(),
].map((path) => join(ROOT, path));

describe.skipIf(newestNix() === undefined || !hasPythons(PYTHON))("tables", () => {
  test.each(everyNix().map((nix) => [nix.version, nix] as const))(
    "Nix %s: every function of every file has a case, and all hold",
    async (_, nix) => {
      const packages = { "tiny-backend": backendPackage(scratch("nix-tables")) };
      const place = nixPlace(nix, { packages, mirrors: ["http://127.0.0.1:9/source/"] });
      const tables = `import ${ROOT}/nix/test/tables { inherit pkgs; }`;
      expect(await place.evaluate(tables, ["--read-write-mode"])).toEqual([]);
    },
  );
});

describe.skipIf(newestNix() === undefined)("every Nix file", () => {
  let place: NixPlace;
  let written: string[];
  beforeAll(() => {
    place = nixPlace(newestNix() as NonNullable<ReturnType<typeof newestNix>>);
    const { lock } = readLockFile(
      writeMadeLock(scratch("nix-written"), [
        { name: "alpha", dependencies: ["beta"] },
        { name: "beta", sdist: sourceFiles({ name: "beta" }), builtWith: [BACKEND_PIN] },
        { name: "gamma", attribute: "gamma" },
      ]),
    );
    const served = JSON.stringify(lock).replaceAll("file:files", "https://127.0.0.1");
    const expressions = [lock, JSON.parse(served) as Lock].map((one, i) => [
      `expression-${i}.nix`,
      nixExpression(one, one.targets[0] as LockedTarget),
    ]);
    const files = [...Object.entries(NIX_FILES), ...expressions] as [string, string][];
    written = files.map(([name, text]) => place.write(`written/${name}`, text));
  });

  test.each(everyNix().map((nix) => [nix.version, nix] as const))(
    "parses with Nix %s",
    (_, nix) => {
      const program =
        nix.folder === undefined ? "nix-instantiate" : join(nix.folder, "nix-instantiate");
      const words = ["--parse", ...FILES, ...written];
      const ran = runProgram(program, words, { env: place.env });
      expect(ran.status, ran.stderr).toBe(0);
    },
  );

  // `cargo install --locked nixpkgs-fmt deadnix`.
  test.skipIf(!hasCommand("nixpkgs-fmt"))("is formatted as nixpkgs-fmt would", () => {
    const ran = runProgram("nixpkgs-fmt", ["--check", ...FILES, ...written]);
    expect(ran.status, ran.stderr).toBe(0);
  });
  test.skipIf(!hasCommand("deadnix"))("has no dead code", () => {
    const ran = runProgram("deadnix", ["--fail", ...FILES, ...written]);
    expect(ran.status, ran.stdout).toBe(0);
  });
});

test("the reference lists what the library takes from nixpkgs", () => {
  const page = readFileSync(join(ROOT, "docs", "reference", "nix.md"), "utf8");
  const listed = new Set(page.slice(page.indexOf("What of nixpkgs")).match(/\w+/g));
  const own = FILES.filter((path) => !path.includes("/nix/test/") && !path.includes("/template/"));
  const used = own.flatMap((path) => {
    const code = readFileSync(path, "utf8").replaceAll(/#.*$/gm, "");
    return [...code.matchAll(/(?<![\w.-])(?:pkgs|tools|lib)\.([a-zA-Z_]\w*)/g)].map(
      ([, name]) => name,
    );
  });
  expect(used.length).toBeGreaterThan(40);
  expect([...new Set(used)].filter((name) => !listed.has(name as string))).toEqual([]);
});

test("what is written twice is the same: reserved names, fixes, and the nixpkgs of flake.lock", () => {
  expect(readFileSync(join(ROOT, "nix", "fixes.json"), "utf8")).toBe(fixesText());
  const names = readFileSync(join(ROOT, "nix", "names.nix"), "utf8");
  const list = /reserved = \[([^\]]*)\]/.exec(names)?.[1] ?? "";
  const reserved = [...list.matchAll(/"([^"]*)"/g)].map(([, name]) => name);
  expect(NIX_RESERVED_NAMES).toEqual(new Set(reserved));
  const lock = JSON.parse(readFileSync(join(ROOT, "flake.lock"), "utf8")) as {
    nodes: { nixpkgs: { locked: Record<string, unknown> } };
  };
  const { rev, narHash, lastModified } = lock.nodes.nixpkgs.locked;
  expect(DEFAULT_NIXPKGS).toMatchObject({ rev, narHash, lastModified });
  expect(DEFAULT_NIXPKGS.url).toContain(String(rev));
});
