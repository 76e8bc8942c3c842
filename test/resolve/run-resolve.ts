import { normalizeName, silent } from "../../src/base/index.ts";
import { parseRequirement, type Requirement } from "../../src/requirement/index.ts";
import {
  type Conflict,
  resolve,
  type Resolution,
  type ResolveInput,
} from "../../src/resolve/index.ts";
import { parsePlatform, parsePythonVersion, type Target } from "../../src/target/index.ts";
import { MemoryIndex, type MemoryReleases } from "./memory-index.ts";

/** A problem as tests write it down. */
export interface Problem extends Partial<
  Omit<ResolveInput, "requirements" | "constraints" | "preferences">
> {
  readonly releases?: MemoryReleases;
  readonly requirements: readonly string[];
  readonly constraints?: readonly string[];
  readonly preferences?: Readonly<Record<string, string>>;
  readonly python?: string;
  readonly platform?: string;
}

export function targetOf(python = "3.12", platform = "linux-x86_64"): Target {
  return { python: parsePythonVersion(python), platform: parsePlatform(platform) };
}

function located(file: string): (line: string, i: number) => Requirement {
  return (line, i) => {
    const [text = "", ...options] = line.split(" --hash=");
    const hashes = options.map((option) => {
      const [algorithm = "", hex = ""] = option.split(":");
      return { algorithm, hex };
    });
    return { ...parseRequirement(text), hashes, place: { file, line: i + 1, column: 1 } };
  };
}

/** The problem as the resolver takes it: line numbers are those of the lists. */
export function inputOf(problem: Problem): ResolveInput {
  const { releases, requirements, constraints, preferences, python, platform, ...given } = problem;
  return {
    index: new MemoryIndex(releases ?? {}),
    providers: { _default: ["wheel", "sdist", "nixpkgs"] },
    prereleases: false,
    date: Date.UTC(2026, 10, 1),
    report: silent,
    target: targetOf(python, platform),
    ...given,
    requirements: requirements.map(located("requirements.txt")),
    constraints: (constraints ?? []).map(located("constraints.txt")),
    preferences: new Map(
      Object.entries(preferences ?? {}).map(([name, version]) => [normalizeName(name), version]),
    ),
  };
}

export function run(problem: Problem): Promise<Resolution | Conflict> {
  return resolve(inputOf(problem));
}

/** The versions by name of what must be a resolution. */
export function versionsOf(result: Resolution | Conflict): Record<string, string> {
  if (result.kind === "conflict") throw new Error("no resolution");
  return Object.fromEntries(result.pins.map(({ name, version }) => [name, version]));
}
