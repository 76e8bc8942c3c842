// The environment that Nix makes, against the one that `mach-nix sync` makes from the same lock: the
// same distributions, entry points and imports, and every file of a RECORD equal byte for byte.
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { indexAtHand } from "../e2e/index-at-hand.ts";
import { newUser, runProgram, scratch } from "../e2e/program.ts";
import { hasPythons, nixPlace, PYTHON } from "./nix-place.ts";
import { newestNix } from "./real-nix.ts";

const nix = newestNix();
const ready = nix !== undefined && hasPythons(PYTHON) && process.arch === "x64" && indexAtHand();

/** Files that the two may have differently, and why. */
const EXCEPTIONS: readonly (readonly [RegExp, string])[] = [
  [/\.dist-info\/(?:RECORD|INSTALLER|REQUESTED|direct_url\.json)$/, "written by who installs"],
  [/^\.\.\/\.\.\/\.\.\/bin\//, "scripts name their interpreter"],
  [/(?:\.so(?:\.[\d.]+)?|\.pyc)$/, "ELF files are patched for nixpkgs' libraries; bytecode"],
];

const FACTS = `
import importlib.metadata as m, json
found = sorted((d.metadata["Name"].lower(), d.version) for d in m.distributions())
points = sorted({(e.group, e.name, e.value) for d in m.distributions() for e in d.entry_points})
import requests, flask, pytest, numpy
print(json.dumps([found, points, numpy.arange(3).sum().item()]))
`;

function facts(python: string, env: Readonly<Record<string, string>>): unknown {
  const ran = runProgram(python, ["-c", FACTS], { env });
  expect(ran.status, ran.stderr).toBe(0);
  return JSON.parse(ran.stdout);
}

function sitePackages(env: string): string {
  return join(env, "lib", `python${PYTHON}`, "site-packages");
}

/** Paths below site-packages that a wheel's RECORD lists, of every wheel. */
function listedFiles(site: string): string[] {
  return readdirSync(site)
    .filter((name) => name.endsWith(".dist-info"))
    .flatMap((name) => readFileSync(join(site, name, "RECORD"), "utf8").split("\n"))
    .flatMap((line) => /^"?([^",]+)/.exec(line)?.[1] ?? []);
}

describe.skipIf(!ready)("Nix and sync", () => {
  test("give the same environment", async () => {
    const user = newUser("nix-sync");
    const folder = scratch("nix-sync");
    const packages = ["requests", "flask", "pytest", "numpy"].flatMap((name) => ["-p", name]);
    const words = ["env", "env", ...packages, "--python", PYTHON, "--compile", "never"];
    const made = user.run([...words, "--platform", "linux-x86_64"], { cwd: folder });
    expect(made.status, made.stderr).toBe(0);
    const place = nixPlace(nix as NonNullable<typeof nix>);
    const lock = join(folder, "env", "mach-nix.lock");
    const built = await place.build(`mach.mkPython { lock = ${lock}; }`);

    const ours = join(folder, "env");
    expect(facts(join(built, "bin", "python"), place.env)).toEqual(
      facts(join(ours, "bin", "python"), user.env),
    );
    const [nixSite, syncSite] = [sitePackages(built), sitePackages(ours)];
    const listed = listedFiles(nixSite).filter(
      (path) => !EXCEPTIONS.some(([pattern]) => pattern.test(path)),
    );
    const different = listed.filter((path) => {
      const [a, b] = [join(nixSite, path), join(syncSite, path)];
      return !existsSync(a) || !existsSync(b) || !readFileSync(a).equals(readFileSync(b));
    });
    expect(listed.length).toBeGreaterThan(1000);
    expect(different).toEqual([]);
    const scripts = (bin: string): string[] =>
      readdirSync(bin).filter((name) => !/^\.|^python|^pip|^[Aa]ctivate|^deactivate/.test(name));
    expect(scripts(join(built, "bin")).toSorted()).toEqual(scripts(join(ours, "bin")).toSorted());
    expect(relative(place.folder, realpathSync(built))).toMatch(/^nix\/store\//);
  });
});
