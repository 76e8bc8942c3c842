import { type Lock, type LockedTarget, type Pin, targetLabel } from "../lock/index.ts";
import { nixDependencies } from "./nix-graph.ts";
import { nixPackageAttribute } from "./nix-names.ts";
import { nixAttribute, nixList, nixLiteral, nixStoreName, nixValue } from "./nix-text.ts";

interface Scope {
  readonly lock: Lock;
  readonly target: LockedTarget;
  /** By name, what a pin's derivation depends on. */
  readonly needs: ReadonlyMap<string, readonly string[]>;
  /** Names of pins with compiled code, or that may have some. */
  readonly compiled: ReadonlySet<string>;
}

/**
 * The pins of a target as a Nix expression to read and to keep: wheels as calls of nixpkgs'
 * buildPythonPackage; pins of other kinds as data for our library, which the expression then takes as
 * `machNix`. The same text as `passthru.expr` (nix/expression.nix), formatted as nixpkgs-fmt would.
 */
export function nixExpression(lock: Lock, target: LockedTarget): string {
  const pins = target.pins.filter(({ name, build }) => !(name === "python" && build !== undefined));
  const needs = nixDependencies(pins);
  const compiled = new Set(pins.filter(isCompiled).map(({ name }) => name));
  const scope: Scope = { lock, target, needs, compiled };
  const plain = pins.filter((pin) => isPlain(lock, pin)).toSorted(byName);
  const others = pins.filter((pin) => !isPlain(lock, pin)).toSorted(byName);
  const roots = (needs.get("") ?? []).map((name) => `ps.${attributeOf(name)}`);
  return [
    `# ${targetLabel(target)} as of ${lock.date}: made by mach-nix, and the same whenever it is made again.`,
    argumentsLine(target, others.length > 0),
    "let",
    ...(others.length > 0 ? lockedLines(lock, target) : []),
    `  selectPkgs = ps: ${nixList(roots)};`,
    "",
    `  overrides = pySelf: ${others.length > 0 ? "pySuper" : "_"}: {`,
    [...plain.map((pin) => wheelCall(scope, pin)), ...inheritedText(others)].join("\n\n"),
    "  };",
    "",
    "  extended = python.override { self = extended; packageOverrides = overrides; };",
    "in",
    "{",
    "  inherit selectPkgs overrides;",
    "  python = extended;",
    "  environment = extended.withPackages selectPkgs;",
    "}",
    "",
  ].join("\n");
}

function byName(a: Pin, b: Pin): number {
  return a.name < b.name ? -1 : 1;
}

function attributeOf(name: string): string {
  return nixAttribute(nixPackageAttribute(name));
}

function argumentsLine({ python }: LockedTarget, needsLibrary: boolean): string {
  const minor = /^\d+\.\d+/.exec(python)?.[0] ?? python;
  const attribute = `python${minor.replace(".", "")}`;
  return `{ pkgs, python ? pkgs.${attribute}${needsLibrary ? ", machNix" : ""}, ... }:`;
}

/** Whether a pin is a wheel that can be written as a call. */
function isPlain(lock: Lock, { artifact, version }: Pin): boolean {
  if (artifact?.endsWith(".whl") !== true) return false;
  const url = lock.artifacts[artifact]?.url ?? "";
  return /^[a-zA-Z0-9+._?=-]+$/.test(version) && /^https?:\/\//.test(url);
}

function isBinaryWheel(artifact: string): boolean {
  return !artifact.endsWith("-any.whl");
}

function isCompiled({ artifact }: Pin): boolean {
  return artifact !== undefined && (!artifact.endsWith(".whl") || isBinaryWheel(artifact));
}

/** What nix/wheel.nix gives to buildPythonPackage. */
function wheelCall({ lock, target, needs, compiled }: Scope, pin: Pin): string {
  const artifact = pin.artifact as string;
  const { url, sha256 } = lock.artifacts[artifact] as { url: string; sha256: string };
  const needed = needs.get(pin.name) ?? [];
  const isPatched = isBinaryWheel(artifact) && target.platform.startsWith("linux");
  const lines = [
    `pname = ${nixLiteral(pin.name)};`,
    `version = ${nixLiteral(pin.version)};`,
    'format = "wheel";',
    "src = pkgs.fetchurl {",
    `  name = ${nixLiteral(nixStoreName(artifact))};`,
    `  url = ${nixLiteral(url)};`,
    `  sha256 = ${nixLiteral(sha256)};`,
    "};",
    ...(isPatched ? patchLines(needed.filter((name) => compiled.has(name))) : []),
    `propagatedBuildInputs = ${nixList(needed.map(referenceTo))};`,
    "doCheck = false;",
    "dontStrip = true;",
    "dontCheckRuntimeDeps = true;",
    "dontUsePythonRemoveTestsDir = true;",
  ];
  const body = lines.map((line) => `      ${line}\n`).join("");
  return `    ${attributeOf(pin.name)} = pySelf.buildPythonPackage {\n${body}    };`;
}

function referenceTo(name: string): string {
  return `pySelf.${attributeOf(name)}`;
}

function patchLines(binaries: readonly string[]): string[] {
  const search = nixList(binaries.map(referenceTo));
  return [
    "nativeBuildInputs = [ pkgs.autoPatchelfHook ];",
    "buildInputs = pkgs.pythonManylinuxPackages.manylinux2014;",
    ...(binaries.length === 0
      ? []
      : [
          `preFixup = pkgs.lib.concatMapStringsSep "\\n" (one: "addAutoPatchelfSearchPath \${one}") ${search};`,
        ]),
  ];
}

function inheritedText(others: readonly Pin[]): string[] {
  if (others.length === 0) return [];
  const names = others.map(({ name }) => attributeOf(name)).join(" ");
  return [`    inherit (locked pySelf pySuper) ${names};`];
}

/** What the library needs of the lock for pins that are no wheels. */
function lockedLines(lock: Lock, target: LockedTarget): string[] {
  const { builds = {}, set: _, ...rest } = target;
  const closures = Object.values(builds);
  const pins = [...target.pins, ...closures.flatMap((build) => build.pins)];
  const crates = closures.flatMap((build) => build.crates ?? []);
  const files = new Set([...pins.flatMap(({ artifact }) => artifact ?? []), ...crates]);
  const artifacts = Object.fromEntries(
    Object.entries(lock.artifacts).filter(([name]) => files.has(name)),
  );
  const kept = closures.length === 0 ? rest : { ...rest, builds };
  const isRelative = Object.values(artifacts).some(({ url }) => /^file:[^/]/.test(url));
  const directory = isRelative ? " // { directory = ./.; }" : "";
  const data = nixValue({ version: lock.version, targets: [kept], artifacts }, "  ");
  return [
    `  lock = ${data};`,
    "",
    `  locked = machNix.overridesOf { inherit python; lock = lock${directory}; };`,
    "",
  ];
}
