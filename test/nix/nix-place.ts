// A Nix of a test's own: store, configuration, and the double of nixpkgs, in a new folder.
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { expect } from "vitest";
import {
  homeEnvironment,
  type Ran,
  ROOT,
  type RunOptions,
  scratch,
  startProgram,
} from "../e2e/program.ts";
import { attributeOf, type HostPackage, hostFacts, hostPythons } from "./host-facts.ts";
import type { Nix } from "./real-nix.ts";

export interface NixPlace {
  readonly folder: string;
  /** The double of nixpkgs. */
  readonly nixpkgs: string;
  readonly env: Readonly<Record<string, string>>;
  /** Writes a file below the folder and gives its path. */
  write(path: string, text: string): string;
  /** Any of Nix' programs. */
  run(program: string, words: readonly string[], options?: RunOptions): Promise<Ran>;
  /** The store path of an expression, which must build; `prelude` of `mach` and `pkgs` is in scope. */
  build(
    expression: string,
    options?: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Promise<string>;
  /** What building fails with. */
  fails(expression: string, options?: readonly string[]): Promise<string>;
  /** The value of an expression, which must evaluate. */
  evaluate(expression: string, options?: readonly string[]): Promise<unknown>;
  /** As `evaluate`, for one that must fail: what is said. */
  refused(expression: string, options?: readonly string[]): Promise<string>;
}

export interface PlaceOptions {
  /** `3.11`: what `python3` is. */
  readonly python?: string;
  /** More Python packages of the double. */
  readonly packages?: Readonly<Record<string, HostPackage>>;
  /** Where `mirror://pypi/` leads. */
  readonly mirrors?: readonly string[];
  /** Interpreters are copied into the store with all that they load, for images. */
  readonly selfContained?: boolean;
  /** Arguments of the library, as Nix. */
  readonly library?: string;
  /** Definitions that every expression sees. */
  readonly definitions?: string;
}

/** The version of Python that tests use where any will do. */
export const PYTHON = "3.11";

/** Whether the host has these Pythons. */
export function hasPythons(...versions: readonly string[]): boolean {
  return versions.every((version) => attributeOf(version) in hostPythons());
}

function configure(folder: string): string {
  const configuration = join(folder, "etc");
  mkdirSync(configuration, { recursive: true });
  const registry = join(configuration, "registry.json");
  writeFileSync(registry, '{"version":2,"flakes":[]}');
  const lines = [
    "build-users-group =",
    "sandbox = false",
    "substituters =",
    "experimental-features = nix-command flakes",
    `flake-registry = ${registry}`,
    "filter-syscalls = false",
    "cores = 1",
    "max-jobs = 2",
  ];
  writeFileSync(join(configuration, "nix.conf"), `${lines.join("\n")}\n`);
  return configuration;
}

function nixEnvironment(folder: string, nix: Nix): Record<string, string> {
  const env = homeEnvironment(join(folder, "home"));
  delete env["NIX_PATH"];
  return {
    ...env,
    ...(nix.folder === undefined ? {} : { PATH: [nix.folder, env["PATH"] ?? ""].join(delimiter) }),
    NIX_CONF_DIR: configure(folder),
    NIX_STORE_DIR: join(folder, "nix", "store"),
    NIX_STATE_DIR: join(folder, "nix", "var"),
    NIX_LOG_DIR: join(folder, "nix", "log"),
    NIX_BUILD_SHELL: "/bin/bash",
  };
}

/** Copies the double of nixpkgs into a folder, with this machine's facts. */
export function writeNixpkgs(folder: string, options: PlaceOptions = {}): string {
  const nixpkgs = join(folder, "nixpkgs");
  cpSync(join(ROOT, "nix", "test", "nixpkgs"), nixpkgs, { recursive: true });
  const packages: Record<string, HostPackage> = {};
  for (const [name, made] of Object.entries(options.packages ?? {})) {
    const file = basename(made.file);
    cpSync(made.file, join(nixpkgs, "files", file));
    packages[name] = { ...made, file };
  }
  const facts = hostFacts({
    python3: attributeOf(options.python ?? PYTHON),
    mirrors: options.mirrors ?? [],
    selfContained: options.selfContained ?? false,
    packages,
  });
  writeFileSync(join(nixpkgs, "host.json"), JSON.stringify(facts));
  return nixpkgs;
}

/** A new place. */
export function nixPlace(nix: Nix, options: PlaceOptions = {}): NixPlace {
  const folder = scratch("nix");
  const nixpkgs = writeNixpkgs(folder, options);
  const env = nixEnvironment(folder, nix);
  const prelude = [
    "let",
    `  pkgs = import ${nixpkgs} { };`,
    `  mach = import ${join(ROOT, "nix")} ({ inherit pkgs; } // ${options.library ?? "{ }"});`,
    options.definitions ?? "",
    "in",
  ].join("\n");
  let count = 0;

  function write(path: string, text: string): string {
    const file = join(folder, path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text);
    return file;
  }
  function run(program: string, words: readonly string[], more: RunOptions = {}): Promise<Ran> {
    return startProgram(program, words, { cwd: folder, ...more, env: { ...env, ...more.env } });
  }
  function file(expression: string): string {
    return write(`expression-${++count}.nix`, `${prelude}\n${expression}\n`);
  }
  async function evaluation(expression: string, words: readonly string[]): Promise<Ran> {
    const all = ["--eval", "--strict", "--json", ...words, file(expression)];
    return await run("nix-instantiate", all);
  }
  async function building(
    expression: string,
    words: readonly string[],
    more: Readonly<Record<string, string>> = {},
  ): Promise<Ran> {
    return await run("nix-build", ["--no-out-link", ...words, file(expression)], { env: more });
  }
  return {
    folder,
    nixpkgs,
    env,
    write,
    run,
    build: async (expression, words = [], more = {}) => {
      const { status, stdout, stderr } = await building(expression, words, more);
      expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
      return stdout.trim();
    },
    fails: async (expression, words = []) => {
      const { status, stderr } = await building(expression, words);
      expect(status, stderr).not.toBe(0);
      return stderr;
    },
    evaluate: async (expression, words = []) => {
      const { status, stdout, stderr } = await evaluation(expression, words);
      expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
      return JSON.parse(stdout) as unknown;
    },
    refused: async (expression, words = []) => {
      const { status, stderr } = await evaluation(expression, words);
      expect(status, stderr).not.toBe(0);
      return stderr;
    },
  };
}
