// A small nixpkgs, evaluated by the real Nix: what is listed, and that only Nix can install it.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { silent } from "../../src/base/index.ts";
import { indexNixpkgs, lockProject, openSession, type Session } from "../../src/project/index.ts";
import { syncEnvironment } from "../../src/project/sync-environment.ts";
import { thisPlatform } from "../../src/project/host.ts";

const NIX = spawnSync("nix-instantiate", ["--version"]).status === 0;

const NIXPKGS = `{ system ? null, config ? { }, overlays ? [ ], ... }:
let
  python = { pythonVersion = "3.11"; pkgs = set; };
  package = pname: version: more: {
    inherit pname version;
    type = "derivation";
    pythonModule = python;
    propagatedBuildInputs = [ ];
  } // more;
  set = {
    asgiref = package "asgiref" "3.8.1" { };
    django = package "django" "3.2.25" { propagatedBuildInputs = [ set.asgiref ]; };
    django_4 = package "Django" "4.2.16" { propagatedBuildInputs = [ set.asgiref set.tool ]; };
    fetched = package "fetched-other" "1.0" {
      src.url = "mirror://pypi/f/fetched/fetched-1.0.tar.gz";
    };
    broken = package "broken" "1.0" { meta.broken = true; };
    throws = throw "removed";
    deep = package "deep" (throw "no version") { };
    tool = { type = "derivation"; pname = "tool"; version = "1"; };
    own = package "own" "1.0" { requirements = "six>=1"; };
    callPackage = x: x;
  };
in
{ python3 = python; python311 = python; }
`;

function place(): { readonly cwd: string; readonly session: Session } {
  const cwd = mkdtempSync(join(tmpdir(), "mach-nix-nixpkgs-"));
  mkdirSync(join(cwd, "nixpkgs"));
  writeFileSync(join(cwd, "nixpkgs", "default.nix"), NIXPKGS);
  const env = {
    PATH: process.env["PATH"],
    HOME: cwd,
    NIX_STORE_DIR: join(cwd, "store"),
    NIX_STATE_DIR: join(cwd, "state"),
    NIX_LOG_DIR: join(cwd, "log"),
    MACH_NIX_HOME: join(cwd, "home"),
    PIP_CONFIG_FILE: "/dev/null",
    PIP_NO_INDEX: "1",
  };
  const session = openSession({
    env,
    cwd,
    report: silent,
    options: { noIndex: true },
    now: Date.now,
  });
  return { cwd, session };
}

describe.skipIf(!NIX)("with nix-instantiate (skipped where it is not there)", () => {
  test("packages are listed; what throws, is broken or no Python package is not", async () => {
    const { cwd, session } = place();
    const request = { source: "nixpkgs", pythons: ["3.11"], output: "list.json" };
    const result = await indexNixpkgs(session, request);
    expect(result).toEqual({ path: join(cwd, "list.json"), pythons: { "3.11": 5 } });
    const { pythons } = JSON.parse(readFileSync(result.path, "utf8")) as {
      pythons: Record<string, { packages: Record<string, unknown> }>;
    };
    expect(pythons["3.11"]?.packages).toEqual({
      asgiref: { pname: "asgiref", version: "3.8.1", dependencies: [], requirements: null },
      django: { pname: "django", version: "3.2.25", dependencies: ["asgiref"], requirements: null },
      django_4: {
        pname: "Django",
        version: "4.2.16",
        dependencies: ["asgiref"],
        requirements: null,
      },
      fetched: { pname: "fetched", version: "1.0", dependencies: [], requirements: null },
      own: { pname: "own", version: "1.0", dependencies: [], requirements: "six>=1" },
    });
  });

  test("project-nixpkgs-pin: locked from the list, and refused by a plain environment", async () => {
    const { cwd, session } = place();
    await indexNixpkgs(session, { source: "nixpkgs", pythons: [], output: "list.json" });
    const request = {
      inputs: [],
      packages: ["django>=4"],
      pythons: ["3.11"],
      platforms: [thisPlatform().name],
      nixpkgsPackages: "list.json",
    };
    const { lock } = await lockProject(session, request);
    expect(lock.artifacts).toEqual({});
    expect(lock.targets[0]?.pins).toMatchObject([
      { name: "asgiref", provider: "nixpkgs", attribute: "asgiref" },
      { name: "django", version: "4.2.16", provider: "nixpkgs", attribute: "django_4" },
    ]);
    await expect(syncEnvironment(session, { directory: cwd })).rejects.toMatchObject({
      code: "project-nixpkgs-pin",
      message:
        "asgiref 3.8.1 comes from nixpkgs (attribute asgiref), which only Nix can install; so do django",
    });
  });

  test("nixpkgs-evaluation: what is no nixpkgs is told with what Nix says", async () => {
    const { cwd, session } = place();
    writeFileSync(join(cwd, "nixpkgs", "default.nix"), "{ ... }: throw ''not a nixpkgs''");
    const request = { source: "nixpkgs", pythons: [], output: "list.json" };
    await expect(indexNixpkgs(session, request)).rejects.toMatchObject({
      code: "nixpkgs-evaluation",
      message: expect.stringContaining("not a nixpkgs") as string,
    });
  });
});

test("nixpkgs-evaluation: without Nix, and for a Python of no such name", async () => {
  const { cwd, session } = place();
  const bare = { ...session, env: { ...session.env, PATH: cwd } };
  const request = { source: "nixpkgs", pythons: ["3.11"], output: "list.json" };
  await expect(indexNixpkgs(bare, request)).rejects.toMatchObject({
    code: "nixpkgs-evaluation",
    message: "`nix-instantiate` was not found",
  });
  await expect(indexNixpkgs(bare, { ...request, pythons: ["3; x"] })).rejects.toMatchObject({
    code: "nixpkgs-evaluation",
  });
});

test("project-input-missing: a list that is not there", async () => {
  const { session } = place();
  const request = { inputs: [], packages: ["a"], pythons: ["3.11"], nixpkgsPackages: "no.json" };
  await expect(lockProject(session, request)).rejects.toMatchObject({
    code: "project-input-missing",
  });
});
