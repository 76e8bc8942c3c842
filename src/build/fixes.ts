import { normalizeName } from "../base/index.ts";
import { satisfiesPep440, tryParsePep440 } from "../version/index.ts";
import { FIXES } from "./fixes-data.ts";

/** A fix for a package: when it holds, and what it sets, adds and removes. */
export interface Fix {
  /** Normalized. */
  readonly package: string;
  readonly why: string;
  readonly when?: FixCondition;
  readonly set?: FixValues;
  readonly add?: FixValues;
  readonly remove?: FixValues;
}

/** All that is given must hold. */
export interface FixCondition {
  /** Any of these; `conda` stands for every channel. */
  readonly provider?: readonly string[];
  /** PEP 440 specifiers. */
  readonly version?: string;
  readonly python?: string;
  readonly platform?: "linux" | "macos";
}

export interface FixValues {
  /** Environment variables of the build; `{NAME}` is the place of a library. */
  readonly env?: Readonly<Record<string, string>>;
  /** Requirements of the build, by name where they are removed. */
  readonly requires?: readonly string[];
  /** Requirements at run time, by name where they are removed. */
  readonly dependencies?: readonly string[];
  /** Libraries and programs that it is built with, by nixpkgs' names. */
  readonly libraries?: readonly string[];
  readonly programs?: readonly string[];
  /** Files of what was built, as patterns. */
  readonly files?: readonly string[];
  /** Of nixpkgs' way of building it: patches, hooks, phases. */
  readonly patches?: readonly string[];
  readonly hooks?: readonly string[];
  readonly phases?: Readonly<Record<string, string>>;
}

/** What is to be built. */
export interface FixedPackage {
  readonly package: string;
  readonly version: string;
  readonly provider: string;
  /** `3.11.7`. */
  readonly python: string;
  readonly platform: "linux" | "macos";
}

/** The fixes that hold for a package, in the table's order. */
export function fixesFor(asked: FixedPackage, fixes: readonly Fix[] = FIXES): readonly Fix[] {
  return fixes.filter((fix) => fix.package === asked.package && holds(fix.when ?? {}, asked));
}

function holds(
  { provider, version, python, platform }: FixCondition,
  asked: FixedPackage,
): boolean {
  return (
    (provider === undefined || provider.some((one) => isProvider(one, asked.provider))) &&
    (version === undefined || meets(asked.version, version)) &&
    (python === undefined || meets(asked.python, python)) &&
    (platform === undefined || platform === asked.platform)
  );
}

const OTHERS = new Set(["wheel", "sdist", "nixpkgs"]);

function isProvider(wanted: string, provider: string): boolean {
  return wanted === provider || (wanted === "conda" && !OTHERS.has(provider));
}

function meets(version: string, specifier: string): boolean {
  return tryParsePep440(version) !== undefined && satisfiesPep440(version, specifier);
}

/** What fixes change about a build in the sandbox; what names libraries is for Nix alone. */
export interface BuildFixes {
  readonly env: Readonly<Record<string, string>>;
  /** The requirements of the build, fixed. */
  readonly requires: (lines: readonly string[]) => readonly string[];
}

export function buildFixes(asked: FixedPackage, fixes: readonly Fix[] = FIXES): BuildFixes {
  const found = fixesFor(asked, fixes);
  const env = found.flatMap(({ set }) => Object.entries(set?.env ?? {}));
  return {
    env: Object.fromEntries(env.filter(([, value]) => !value.includes("{"))),
    requires: (lines) => found.reduce(fixRequires, lines),
  };
}

function fixRequires(lines: readonly string[], { set, add, remove }: Fix): readonly string[] {
  const gone = new Set((remove?.requires ?? []).map(nameOf));
  const kept = (set?.requires ?? lines).filter((line) => !gone.has(nameOf(line)));
  return [...new Set([...kept, ...(add?.requires ?? [])])];
}

function nameOf(line: string): string {
  return normalizeName(/^[\w.-]*/.exec(line.trim())?.[0] ?? "");
}
