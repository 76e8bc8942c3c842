// The package as a user gets it: installed from the tarball into an empty prefix, without the
// repository; the command line, and the library surface with its types.
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LOCAL_ENVIRONMENT, release, serveLocalIndex } from "./local-index.ts";
import { newUser, type Ran, ROOT, runProgram, scratch, startProgram } from "./program.ts";

const user = newUser("package");
const prefix = scratch("prefix");
const installed = join(prefix, "lib", "node_modules", "mach-nix");

/** Runs npm as its user has set it up, but for the time that it may take. */
function npm(...words: string[]): Ran {
  const limits = { npm_config_fetch_retries: "1", npm_config_fetch_timeout: "20000" };
  return runProgram("npm", words, { cwd: prefix, env: { ...process.env, ...limits } });
}

/** Packs and installs; true where that worked, false where the registry of npm is not at hand. */
function install(): boolean {
  // Without npm's scripts, which would build dist/ anew under the feet of other tests.
  const packed = npm("pack", "--ignore-scripts", "--silent", ROOT);
  if (packed.status !== 0) throw new Error(packed.stderr);
  const tarball = join(prefix, packed.stdout.trim());
  const ran = npm("install", "-g", "--prefix", prefix, "--no-audit", "--no-fund", tarball);
  if (ran.status === 0) return true;
  if (!/ENOTFOUND|ECONN|EAI_AGAIN|ETIMEDOUT|network/.test(ran.stderr)) throw new Error(ran.stderr);
  console.warn("no npm registry at hand, the installed package is not tested");
  return false;
}

const isInstalled = install();

/** A Node outside the repository. */
const node = join(prefix, "node-of-the-user");
try {
  linkSync(process.execPath, node);
} catch {
  copyFileSync(process.execPath, node);
}

const canHide = runProgram("unshare", ["-m", "true"]).status === 0 && process.getuid?.() === 0;
/** Starts a program where the repository is not: an empty folder stands in its place. */
function away(argv: readonly string[]): [string, string[]] {
  const hide = 'mount -t tmpfs tmpfs "$0" && [ -z "$(ls -A "$0")" ] && exec "$@"';
  if (canHide) return ["unshare", ["-m", "sh", "-c", hide, ROOT, ...argv]];
  return [argv[0] as string, argv.slice(1)];
}

describe.skipIf(!isInstalled)("installed from the tarball", () => {
  const folder = scratch("consumer");
  const outside = { ...user.env, PATH: "/usr/local/bin:/usr/bin:/bin", ...LOCAL_ENVIRONMENT };
  const run = (...argv: string[]): Promise<Ran> => {
    const [program, words] = away(argv);
    return startProgram(program, words, { cwd: folder, env: outside });
  };
  const machNix = (...words: string[]): Promise<Ran> =>
    run(node, join(prefix, "bin", "mach-nix"), ...words);

  test("it does the main job", async () => {
    const index = await serveLocalIndex(
      release("app", "1.0", { requires: ["lib"] }),
      release("lib", "2.0"),
    );
    const words = ["-i", index.url, "-p", "app", "--python", "/usr/bin/python3"];
    const ran = await machNix("env", "./env", ...words, "--compile", "now");
    expect(ran.status, ran.stderr).toBe(0);
    const code = "import app, lib; print(app.VERSION, lib.VERSION, app.__cached__ is not None)";
    const python = runProgram(join(folder, "env", "bin", "python"), ["-c", code], {
      env: user.env,
    });
    expect(python).toMatchObject({ status: 0, stdout: "1.0 2.0 True\n" });
    expect((await machNix("sync", "env", "--offline")).status).toBe(0);
    expect((await machNix("tree", "env")).stdout).toContain("app 1.0");
    for (const name of ["graph.html", "graph.svg"]) {
      const exported = await machNix("export", "env", "-o", name);
      expect(exported.status, exported.stderr).toBe(0);
    }
    expect((await machNix("store", "verify")).status).toBe(0);
    expect((await machNix("--version")).stdout).toBe("mach-nix 4.0.0\n");
    expect((await machNix("env", "--help")).stdout).toContain("Usage: mach-nix env DIR");
    expect((await machNix("explain", "no-resolution")).stdout).toContain("exit code 3");
  });

  test("bytecode is compiled by what was installed", () => {
    const store = join(user.home, ".local", "share", "mach-nix", "store");
    const files = readdirSync(store, { recursive: true, encoding: "utf8" });
    expect(files.filter((name) => /app\/__pycache__\/__init__\..*\.pyc$/.test(name))).toHaveLength(
      1,
    );
  });

  test("it knows pip's default index without asking", async () => {
    const ran = await machNix("lock", "-p", "app", "--offline", "--verbose");
    expect(ran.status).toBe(5);
    expect(ran.stderr).not.toContain("project-no-index");
  });

  test("an environment.yml is told apart, its library being there", async () => {
    writeFileSync(join(folder, "environment.yml"), "dependencies:\n  - numpy\n");
    const ran = await machNix("lock", "-r", "environment.yml");
    expect(ran.stderr).not.toMatch(/internal-error|Cannot find/);
  });

  const modules = join(folder, "node_modules");
  mkdirSync(modules);
  symlinkSync(installed, join(modules, "mach-nix"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module", "private": true }\n');

  test("the library surface is there under its names", async () => {
    writeFileSync(join(folder, "surface.js"), SURFACE);
    const ran = await run(node, "surface.js");
    expect(ran.stderr).toBe("");
    expect(JSON.parse(ran.stdout)).toEqual({
      root: ["createEnvironment", "createLock", "explainConflict", "readLock", "resolve"],
      version: [-1, true, false, 1, true],
      requirement: [["requests"], ["a", "b"], true, "requirement-invalid"],
      target: ["1.16.0", true, "wheel-name-invalid"],
    });
  });

  test("resolving, locking and making an environment by the library", async () => {
    const index = await serveLocalIndex(
      release("app", "1.0", { requires: ["lib"] }),
      release("lib", "1.0"),
    );
    writeFileSync(join(folder, "make.js"), MAKE);
    const ran = await run(node, "make.js", index.url);
    expect(ran.stderr).toBe("");
    expect(ran.status).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      pins: ["app", "lib"],
      again: true,
      distributions: 2,
      conflict: expect.stringContaining("lib") as unknown,
    });
    const python = join(folder, "by-library", "bin", "python");
    expect(runProgram(python, ["-c", "import app, lib"], { env: user.env }).status).toBe(0);
  });

  test("its types are strict enough for a strict consumer", () => {
    writeFileSync(join(folder, "consumer.ts"), CONSUMER);
    const types = join(ROOT, "node_modules", "@types");
    const words = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--module", "nodenext"];
    words.push("--target", "es2024", "--typeRoots", types, "--types", "node", "consumer.ts");
    const tsc = join(ROOT, "node_modules", ".bin", "tsc");
    const ran = runProgram(tsc, words, { cwd: folder, env: user.env });
    expect(ran.stdout).toBe("");
    expect(ran.status).toBe(0);
  });
});

const SURFACE = `
import * as root from "mach-nix";
import { comparePep440, satisfiesPep440, compareConda, matchesConda } from "mach-nix/version";
import { parseRequirement, parseRequirements, parseEnvironmentYml, evaluateMarker } from "mach-nix/requirement";
import { parseWheelName, supportedTags } from "mach-nix/target";
const codeOf = (work) => { try { work(); } catch (error) { return error.code; } };
const names = ["resolve", "createLock", "readLock", "createEnvironment", "explainConflict"];
const candidate = { name: "numpy", version: "1.26.4", build: "py311_0", build_number: 0 };
parseEnvironmentYml("dependencies:\\n  - numpy >=1.2\\n");
console.log(JSON.stringify({
  root: names.filter((name) => typeof root[name] === "function").sort(),
  version: [
    comparePep440("1.0rc1", "1.0"),
    satisfiesPep440("2.1", "~=2.0"),
    satisfiesPep440("2.1rc1", ">=2.0", { prereleases: false }),
    compareConda("1.0.post1", "1.0"),
    matchesConda("numpy >=1.26,<2", candidate),
  ],
  requirement: [
    [parseRequirement("Requests[socks]>=2").name],
    parseRequirements("a\\nb==1 # c\\n", { path: "r.txt" }).map(({ name }) => name),
    evaluateMarker("extra == 'x' and python_version > '3.9'", MARKERS(), { extras: ["x"] }),
    codeOf(() => parseRequirement("a b c")),
  ],
  target: [
    parseWheelName("six-1.16.0-py2.py3-none-any.whl").version,
    supportedTags("linux-x86_64", "3.11").includes("cp311-cp311-manylinux_2_28_x86_64"),
    codeOf(() => parseWheelName("nonsense.whl")),
  ],
}));
function MARKERS() {
  return {
    implementation_name: "cpython", implementation_version: "3.11.0", os_name: "posix",
    platform_machine: "x86_64", platform_release: "", platform_system: "Linux", platform_version: "",
    python_full_version: "3.11.0", platform_python_implementation: "CPython",
    python_version: "3.11", sys_platform: "linux",
  };
}
`;

const MAKE = `
import { createEnvironment, createLock, explainConflict, openSession, readLock, resolve } from "mach-nix";
const session = openSession({
  env: process.env, cwd: process.cwd(), now: Date.now, report: () => {},
  options: { indexUrl: process.argv[2] },
});
const request = { inputs: [], packages: ["app"], pythons: ["/usr/bin/python3"] };
const resolution = await resolve(session, request);
const { lock, text } = await createLock(session, request);
const again = JSON.stringify(readLock(text, { path: "mach-nix.lock" })) === JSON.stringify(lock);
const made = await createEnvironment(session, { lock, directory: "by-library", compile: "never" });
const conflict = await resolve(session, { ...request, packages: ["app", "lib>=2"] });
console.log(JSON.stringify({
  kind: resolution.kind, pins: lock.targets[0].pins.map(({ name }) => name), again,
  distributions: made.distributions, conflict: explainConflict(conflict),
}));
`;

const CONSUMER = `
import { createEnvironment, createLock, explainConflict, openSession, readLock, resolve, UserError } from "mach-nix";
import type { Lock } from "mach-nix";
import { compareConda, comparePep440, matchesConda, satisfiesPep440 } from "mach-nix/version";
import { evaluateMarker, parseEnvironmentYml, parseRequirement, parseRequirements } from "mach-nix/requirement";
import { parseWheelName, supportedTags } from "mach-nix/target";

const order: -1 | 0 | 1 = comparePep440("1", "2");
const condaOrder: -1 | 0 | 1 = compareConda("1", "2");
const fits: boolean = satisfiesPep440("1", ">=1", { prereleases: true });
const matches: boolean = matchesConda("a", { name: "a", version: "1", build: "0", build_number: 0, channel: "c", subdir: "noarch" });
const name: string = parseRequirement("a>1").name;
const names: string[] = parseRequirements("a", { path: "r.txt" }).map((item) => item.name);
const tags: readonly string[] = supportedTags("linux-x86_64", "3.11");
// @ts-expect-error A version is a text.
comparePep440(1, 2);
// @ts-expect-error There is no such export.
import { nothing } from "mach-nix/version";

export async function make(directory: string): Promise<Lock> {
  const session = openSession({ env: process.env, cwd: ".", now: Date.now, report: () => undefined, options: {} });
  const outcome = await resolve(session, { inputs: ["requirements.txt"] });
  if (outcome.kind === "conflict") throw new Error(explainConflict(outcome));
  const { lock, text } = await createLock(session, { inputs: ["requirements.txt"] });
  await createEnvironment(session, { lock, directory });
  return readLock(text, { path: "mach-nix.lock" });
}
export function codeOf(error: unknown): string | undefined {
  return error instanceof UserError ? error.code : undefined;
}
export const used = [order, condaOrder, fits, matches, name, names, tags, parseWheelName, evaluateMarker, parseEnvironmentYml, nothing];
`;
